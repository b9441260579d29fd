import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateFiles } from "./generated-files.ts";
import { publishedFiles } from "./published-files.ts";
import { listPages, ROOT, readOrEmpty } from "./tree.ts";

/** Writes what is generated where it differs, and deletes pages of rules that are gone. */
export async function generate(root: string): Promise<string[]> {
  const files = await generateFiles(root);
  const written = writeFiles(root, files);
  for (const path of listPages(root)) {
    if (files.has(path)) continue;
    rmSync(join(root, path));
    written.push(path);
  }
  // The picture shows what the rules say, so it comes after the list of them.
  return [...written, ...writeFiles(root, await publishedFiles())];
}

function writeFiles(root: string, files: ReadonlyMap<string, string>): string[] {
  const stale = [...files].filter(([path, text]) => readOrEmpty(join(root, path)) !== text);
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return stale.map(([path]) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await generate(ROOT);
  for (const path of written) process.stdout.write(`${path}\n`);
}
