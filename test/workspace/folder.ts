import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for one test: removed when `use` is done. `files` are paths and texts. */
export async function withFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (root: string) => T | Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "rowguard-"));
  try {
    for (const [path, text] of Object.entries(files)) writeBelow(root, path, text);
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export function writeBelow(root: string, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs as somebody who is not root, where root is who we are: root may read everything. */
export async function asOrdinaryUser<T>(use: () => T | Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return use();
  process.seteuid!(65534);
  try {
    return await use();
  } finally {
    process.seteuid!(0);
  }
}
