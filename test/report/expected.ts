import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = join(import.meta.dirname, "expected");

/** Holds a text against the stored one; `UPDATE=1` writes it for review. */
export function assertExpected(name: string, actual: string): void {
  const file = join(FOLDER, name);
  if (process.env.UPDATE) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.equal(actual, readFileSync(file, "utf8"), `${name} differs; UPDATE=1 rewrites it`);
}
