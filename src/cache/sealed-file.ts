import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import zlib from "node:zlib";

/**
 * A file of a cache folder, with the version of its writer and a checksum over all of it. It is replaced whole by a
 * rename, so that runs side by side never see half of one. Losing one costs time only, so no error is reported.
 */
export function readSealed(folder: string, name: string, version: string): Buffer<ArrayBuffer> | undefined {
  let file: number | undefined;
  try {
    file = openSync(join(folder, name), "r");
    const begin = Buffer.alloc(HEADER);
    const lineEnd = begin.subarray(0, readSync(file, begin, 0, HEADER, 0)).indexOf(10);
    const line = begin.toString("latin1", 0, Math.max(0, lineEnd));
    if (!line.startsWith(`${FORMAT} ${version} `)) return undefined;
    const content = readFrom(file, lineEnd + 1);
    return line === header(version, content) ? content : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Bytes in which a header ends. */
const HEADER = 512;

/** What follows in a file, in memory of its own: large contents are handed on as they are. */
function readFrom(file: number, start: number): Buffer<ArrayBuffer> {
  const content = Buffer.allocUnsafeSlow(fstatSync(file).size - start);
  let read = 0;
  while (read < content.length) {
    const more = readSync(file, content, read, content.length - read, start + read);
    if (more === 0) return content.subarray(0, read);
    read += more;
  }
  return content;
}

/** Replaces the file. False where the folder cannot be written. */
export function writeSealed(folder: string, name: string, version: string, content: Buffer): boolean {
  const temporary = temporaryFor(folder, name);
  try {
    prepare(folder);
    writeFileSync(temporary, `${header(version, content)}\n`, { mode: 0o600 });
    appendFileSync(temporary, content);
    renameSync(temporary, join(folder, name));
    return true;
  } catch {
    removeQuietly(temporary);
    return false;
  }
}

/** The same without waiting for the disk. */
export async function writeSealedAside(
  folder: string,
  name: string,
  version: string,
  content: Buffer,
): Promise<boolean> {
  const temporary = temporaryFor(folder, name);
  try {
    prepare(folder);
    await writeFile(temporary, [`${header(version, content)}\n`, content], { mode: 0o600 });
    await rename(temporary, join(folder, name));
    return true;
  } catch {
    removeQuietly(temporary);
    return false;
  }
}

const temporaryFor = (folder: string, name: string): string =>
  join(folder, `${name}.${process.pid}.${randomBytes(4).toString("hex")}`);

function prepare(folder: string): void {
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
}

const header = (version: string, content: Buffer): string => `${FORMAT} ${version} ${checksum(content)}`;

const FORMAT = "rowguard-cache-2";

/** Against damage; the folder is the user's own. Node has the quick one since 20.15. */
const checksum = (content: Buffer): string =>
  zlib.crc32?.(content).toString(16) ?? createHash("sha1").update(content).digest("hex");

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
