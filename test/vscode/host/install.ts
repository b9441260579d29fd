import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Ignored by git; VS Code's own test runner keeps its download there too. */
export const DOWNLOADS = join(ROOT, ".vscode-test");

const HOST = join(DOWNLOADS, "host");
/** The server and workbench of VS Code, as the npm package `code-server` carries them; its own program is not used. */
export const CODE = join(HOST, "node_modules", "code-server", "lib", "vscode");
const CODE_PACKAGE = "code-server@4.139.1";
/** VS Code's server wants a newer Node than this project does. */
const NODE_MAJOR = 24;
const NODE_NAME = `node-${process.platform}-${process.arch}`;
const NODE_PACKAGE = `${NODE_NAME}@24.21.0`;

const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export interface Installed {
  /** Node for VS Code's server. */
  readonly node: string;
  /** The script that starts VS Code's server. */
  readonly server: string;
  readonly browser: string;
}

/** What a real VS Code needs. Installed on first use, which takes some minutes; throws one sentence where that cannot be. */
export function installEditor(): Installed {
  if (process.platform === "win32")
    throw new Error(
      "VS Code's server is not packed for Windows: run the editor tests on Linux, macOS or in WSL.",
    );
  const browser = findBrowser() ?? installBrowser();
  const ownNode = Number(process.versions.node.split(".")[0]) >= NODE_MAJOR;
  installCode(ownNode ? [CODE_PACKAGE] : [CODE_PACKAGE, NODE_PACKAGE]);
  return {
    node: ownNode ? process.execPath : join(HOST, "node_modules", NODE_NAME, "bin", "node"),
    server: join(CODE, "out", "server-main.js"),
    browser,
  };
}

const findBrowser = (): string | undefined =>
  [process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));

/** Debian's own package, where we may install one. */
function installBrowser(): string {
  const remedy =
    "Install it (Debian: sudo apt-get install chromium), or set CHROMIUM to the path of a browser.";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(`The editor tests need Chromium, and installing it needs root. ${remedy}`);
  console.log("    Installing Chromium (apt-get install chromium) ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      stdio: "ignore",
      env,
    });
  } catch {
    throw new Error(`apt-get could not install Chromium, which the editor tests need. ${remedy}`);
  }
  return BROWSERS[0]!;
}

function installCode(packages: readonly string[]): void {
  const stamp = join(CODE, "node_modules", ".complete");
  if (existsSync(stamp)) return;
  console.log("    Installing VS Code's server (once, 600 MB) ...");
  mkdirSync(HOST, { recursive: true });
  writeFileSync(join(HOST, "package.json"), '{ "private": true }\n');
  try {
    runNpm(HOST, "install", ...packages);
    // `npm ci` fails there: its lock file lacks a package.
    runNpm(CODE, "install", "--omit=dev");
  } catch {
    throw new Error(
      `The editor tests need ${packages.join(" and ")}, which npm could not install; npm says above why.`,
    );
  }
  writeFileSync(stamp, "");
}

function runNpm(cwd: string, ...args: string[]): void {
  // What an outer npm passes on would install into the wrong folder.
  const passed = /^npm_(config_(?!cache|registry|userconfig|globalconfig|cafile)|package|lifecycle)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !passed.test(name)));
  execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
