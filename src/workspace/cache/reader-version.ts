import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/**
 * Changes whenever the code that reads sources does: facts that another version wrote are not used. A bundle is known
 * by its own files; from source it is the newest of the files that may read.
 */
export function readerVersion(): string {
  const here = import.meta.dirname;
  const fromSource = here.endsWith(join("src", "workspace", "cache"));
  const folders = fromSource
    ? ["source", "text", "workspace"].map((name) => join(here, "..", "..", name))
    : [here];
  const stamps = folders.flatMap((folder) => stampsOf(folder, fromSource ? ".ts" : ".cjs"));
  return createHash("sha1")
    .update(`${process.versions.node} ${stamps.join("\n")}`)
    .digest("hex")
    .slice(0, 16);
}

function stampsOf(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: extension === ".ts", encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name.split(sep).join("/")} ${size} ${mtimeMs}`;
    });
}
