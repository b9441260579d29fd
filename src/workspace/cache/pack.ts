import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Cached facts of many sources in one file: a header line, an index, and the facts as JSON one after another, each
 * decoded when asked for. A pack is read whole and replaced whole by a rename, so that runs side by side never see
 * half of one; a checksum over everything finds the rest. Losing a pack costs time only, so no error is reported.
 */
export interface Pack {
  get(key: string): Packed | undefined;
}

export interface Packed {
  /** Hash of the text that the facts were read from. */
  readonly hash: string;
  /** The file's stamp when it was read; "" where a later change could have kept it. */
  readonly stamp: string;
  /** The facts, decoded anew at each call. */
  decode(): unknown;
  /** The facts as they lie in the pack, to be copied into the next one. */
  readonly bytes: Buffer;
}

export const EMPTY_PACK: Pack = { get: () => undefined };

const FILE = "facts.pack";

/** Reads the pack in a folder; an empty one where there is none, it was written by other readers, or it is damaged. */
export function openPack(folder: string, version: string): Pack {
  try {
    return parsePack(readFileSync(join(folder, FILE)), version) ?? EMPTY_PACK;
  } catch {
    return EMPTY_PACK;
  }
}

function parsePack(file: Buffer, version: string): Pack | undefined {
  const lineEnd = file.indexOf(10);
  const [magic, written, checksum, indexLength] = file.toString("latin1", 0, Math.max(0, lineEnd)).split(" ");
  if (magic !== MAGIC || written !== version || checksum !== checksumOf(file.subarray(lineEnd + 1)))
    return undefined;
  const bodyStart = lineEnd + 1 + Number(indexLength);
  const index = JSON.parse(file.toString("utf8", lineEnd + 1, bodyStart)) as IndexRow[];
  const body = file.subarray(bodyStart);
  const rows = new Map(index.map((row) => [row[0], row]));
  return { get: (key) => packed(rows.get(key), body) };
}

/** Key, stamp, hash, start and end of the facts in the body. */
type IndexRow = readonly [key: string, stamp: string, hash: string, start: number, end: number];

function packed(row: IndexRow | undefined, body: Buffer): Packed | undefined {
  if (!row) return undefined;
  const [, stamp, hash, start, end] = row;
  return {
    stamp,
    hash,
    decode: () => JSON.parse(body.toString("utf8", start, end)),
    get bytes() {
      return body.subarray(start, end);
    },
  };
}

/** Replaces the pack of a folder. False where the folder cannot be written. */
export function writePack(
  folder: string,
  version: string,
  entries: Iterable<readonly [string, Entry]>,
): boolean {
  const bodies: Buffer[] = [];
  const index: IndexRow[] = [];
  let at = 0;
  for (const [key, { stamp, hash, bytes }] of entries) {
    index.push([key, stamp, hash, at, at + bytes.length]);
    bodies.push(bytes);
    at += bytes.length;
  }
  const indexBytes = Buffer.from(JSON.stringify(index));
  const content = Buffer.concat([indexBytes, ...bodies]);
  const header = `${MAGIC} ${version} ${checksumOf(content)} ${indexBytes.length}\n`;
  return replaceFile(folder, Buffer.concat([Buffer.from(header, "latin1"), content]));
}

export interface Entry {
  readonly stamp: string;
  readonly hash: string;
  readonly bytes: Buffer;
}

function replaceFile(folder: string, content: Buffer): boolean {
  const temporary = join(folder, `${FILE}.${process.pid}.${randomBytes(4).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, join(folder, FILE));
    return true;
  } catch {
    removeQuietly(temporary);
    return false;
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It was never written.
  }
}

const MAGIC = "rowguard-facts-1";

const checksumOf = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex");
