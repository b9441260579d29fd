// Plain JavaScript without packages: it runs before there are any.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const OLDEST_NODE = 20;

/** Installs the packages of `root` where they are missing or are not those of the lock file. False, with a sentence said, where that fails. */
export function install(root) {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    console.error(`Node ${process.versions.node} is too old: Rowguard needs Node ${OLDEST_NODE} or later.`);
    return false;
  }
  if (isInstalled(root)) return true;
  console.log("Installing packages (npm ci) ...");
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  if (runNpm(root, ["ci", ...quiet]).status === 0) return true;
  // Refused by a registry that lacks packages for other systems, for instance; this takes what there is.
  console.log("Trying npm install, which is less strict ...");
  if (runNpm(root, ["install", "--no-save", ...quiet]).status === 0) return true;
  console.error("The packages could not be installed; npm says above why.");
  return false;
}

/** npm writes down what it installed; every package of the lock file that fits this machine must be there in its version. */
function isInstalled(root) {
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  const wanted = readPackages(join(root, "package-lock.json"));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

const readPackages = (file) =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).packages ?? {}) : {};

/** npm is a script of Node on every system; on Windows only a shell finds it. */
export const runNpm = (cwd, args) =>
  process.env.npm_execpath
    ? spawnSync(process.execPath, [process.env.npm_execpath, ...args], { cwd, stdio: "inherit" })
    : spawnSync("npm", args, { cwd, stdio: "inherit", shell: process.platform === "win32" });

/** Runs one of our own TypeScript files. */
export const tsx = (root, args, options = {}) =>
  spawnSync(process.execPath, ["--import", "tsx", ...args], { cwd: root, ...options });
