import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Changes whenever the code that reads and checks sources does: what another version wrote is not used. A bundle is
 * known by its own files; from source every file counts.
 */
export function readerVersion(): string {
  const here = import.meta.dirname;
  const fromSource = here.endsWith(join("src", "cache"));
  const stamps = fromSource ? stampsOf(join(here, ".."), ".ts") : stampsOf(here, ".cjs");
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
      return `${name} ${size} ${mtimeMs}`;
    });
}
