import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Files that tools put a folder's variables in; the first that has one wins. */
const FILES = [".env.local", ".env"];

/** Reads variables of the environment, and those that a folder's `.env` files would add to it. */
export const environmentOf =
  (root: string) =>
  (name: string): string | undefined =>
    process.env[name] || FILES.map((file) => readFile(join(root, file))[name]).find((value) => value);

function readFile(path: string): Record<string, string | undefined> {
  if (!existsSync(path)) return {};
  // Older releases of Node 20 cannot read them.
  return parseEnv ? parseEnv(readFileSync(path, "utf8")) : {};
}
