import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateFiles } from "./generated-files.ts";
import { listPages, ROOT, readOrEmpty } from "./tree.ts";

/** Writes what is generated where it differs, and deletes pages of rules that are gone. */
export async function generate(root: string): Promise<string[]> {
  const files = await generateFiles(root);
  const written: string[] = [];
  for (const [path, text] of files) {
    if (readOrEmpty(join(root, path)) === text) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    written.push(path);
  }
  for (const path of listPages(root)) {
    if (files.has(path)) continue;
    rmSync(join(root, path));
    written.push(path);
  }
  return written;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await generate(ROOT);
  for (const path of written) process.stdout.write(`${path}\n`);
}
