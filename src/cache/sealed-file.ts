import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import zlib from "node:zlib";
import { makeFolder } from "./make-folder.ts";

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
    const checksum = new Checksum();
    checksum.add(content);
    return line === headerOf(version, checksum) ? content : undefined;
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
  const file = new SealedWriter(folder, name, version);
  file.write(content);
  return file.end();
}

/** Bytes that are written at once. */
const CHUNK = 256 * 1024;

/** Replaces a file piece by piece: what is large is never in memory as a whole. Nothing is replaced before `end`. */
export class SealedWriter {
  readonly #name: string;
  readonly #version: string;
  readonly #temporary: string;
  readonly #chunk = Buffer.allocUnsafe(CHUNK);
  readonly #checksum = new Checksum();
  #used = 0;
  /** Undefined once something went wrong: the rest is then written nowhere. */
  #file: number | undefined;

  constructor(folder: string, name: string, version: string) {
    this.#name = join(folder, name);
    this.#version = version;
    this.#temporary = temporaryFor(folder, name);
    this.#file = openIn(folder, this.#temporary);
    // Its place is kept for it: it ends in the checksum, which always has the same length.
    this.#try((file) => writeSync(file, this.#header()));
  }

  /** Gives the bytes that the part takes. */
  write(part: string | Buffer): number {
    const most = typeof part === "string" ? part.length * 3 : part.length;
    if (this.#used + most > CHUNK) this.#flush();
    if (most > CHUNK) return this.#put(typeof part === "string" ? Buffer.from(part) : part);
    const length =
      typeof part === "string" ? this.#chunk.write(part, this.#used) : part.copy(this.#chunk, this.#used);
    this.#used += length;
    return length;
  }

  /** False where the folder cannot be written. */
  end(): boolean {
    this.#flush();
    const header = this.#header();
    this.#try((file) => writeSync(file, header, 0));
    const isWritten = this.#file !== undefined;
    this.#close();
    if (!isWritten) return false;
    try {
      renameSync(this.#temporary, this.#name);
      return true;
    } catch {
      removeQuietly(this.#temporary);
      return false;
    }
  }

  #header(): string {
    return `${headerOf(this.#version, this.#checksum)}\n`;
  }

  #flush(): void {
    if (this.#used) this.#put(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }

  #put(bytes: Buffer): number {
    this.#checksum.add(bytes);
    this.#try((file) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    });
    return bytes.length;
  }

  #try(work: (file: number) => void): void {
    try {
      if (this.#file !== undefined) work(this.#file);
    } catch {
      this.#close();
      removeQuietly(this.#temporary);
    }
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function openIn(folder: string, temporary: string): number | undefined {
  try {
    prepare(folder);
    return openSync(temporary, "wx", 0o600);
  } catch {
    return undefined;
  }
}

const temporaryFor = (folder: string, name: string): string =>
  join(folder, `${name}.${process.pid}.${randomBytes(4).toString("hex")}`);

function prepare(folder: string): void {
  makeFolder(folder);
  removeLeftovers(folder);
}

const FORMAT = "rowguard-cache-3";

/** Node has it since 20.15. */
const crc32 = zlib.crc32 as typeof zlib.crc32 | undefined;

/** Against damage; the folder is the user's own. */
class Checksum {
  readonly #slow = crc32 ? undefined : createHash("sha1");
  #quick = 0;

  add(bytes: Buffer): void {
    if (crc32) this.#quick = crc32(bytes, this.#quick);
    else this.#slow?.update(bytes);
  }

  /** Of what was added so far; always of the same length. */
  get text(): string {
    return this.#slow?.copy().digest("hex") ?? this.#quick.toString(16).padStart(8, "0");
  }
}

const headerOf = (version: string, { text }: Checksum): string => `${FORMAT} ${version} ${text}`;

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
