import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/**
 * A file of a cache folder, with the version of its writer and a checksum over all of it. It is replaced whole by a
 * rename, so that runs side by side never see half of one. Losing one costs time only, so no error is reported.
 */
export function readSealed(folder: string, name: string, version: string): Buffer | undefined {
  try {
    const file = readFileSync(join(folder, name));
    const lineEnd = file.indexOf(10);
    const content = file.subarray(lineEnd + 1);
    return file.toString("latin1", 0, Math.max(0, lineEnd)) === header(version, content)
      ? content
      : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file. False where the folder cannot be written. */
export function writeSealed(folder: string, name: string, version: string, content: Buffer): boolean {
  const temporary = join(folder, `${name}.${process.pid}.${randomBytes(4).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true });
    removeLeftovers(folder);
    writeFileSync(temporary, `${header(version, content)}\n`, { mode: 0o600 });
    appendFileSync(temporary, content);
    renameSync(temporary, join(folder, name));
    return true;
  } catch {
    removeQuietly(temporary);
    return false;
  }
}

const header = (version: string, content: Buffer): string =>
  `rowguard-cache-1 ${version} ${createHash("sha1").update(content).digest("hex")}`;

/** What a run that was killed while writing left behind, an hour ago or more. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (/\.\d+\.[0-9a-f]{8}$/.test(name) && Date.now() - statSync(file).mtimeMs > 3_600_000)
      removeQuietly(file);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It was never written, or is somebody else's.
  }
}
