import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository's folder. */
export const ROOT = join(import.meta.dirname, "../..");

/** Pages of rules as they lie in the tree. */
export function listPages(root: string): string[] {
  const folder = join(root, "media/rules");
  return (existsSync(folder) ? readdirSync(folder) : []).map((file) => `media/rules/${file}`);
}

export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
