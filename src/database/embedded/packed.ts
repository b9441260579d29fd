import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress, brotliDecompressSync } from "node:zlib";
import { userCache } from "../../cache/cache-folder.ts";
import { readSealed, writeSealed } from "../../cache/sealed-file.ts";

/** What packed files end with. */
export const PACKED = ".br";

/** A large file that the bundle has packed, or the file itself as its package has it. */
export function readPacked(file: string): Buffer<ArrayBuffer> {
  const packed = file + PACKED;
  return (
    existsSync(packed) ? brotliDecompressSync(readFileSync(packed)) : readFileSync(file)
  ) as Buffer<ArrayBuffer>;
}

/** The same for what every start wants: unpacked once, and kept for the next, under the name of what it is. */
export async function readUnpacked(file: string, name = basename(file)): Promise<Buffer<ArrayBuffer>> {
  const packed = file + PACKED;
  if (!existsSync(packed)) return readFileSync(file) as Buffer<ArrayBuffer>;
  const folder = engineCache();
  const version = fingerprint(packed);
  const kept = readSealed(folder, name, version);
  if (kept) return kept;
  const unpacked = (await promisify(brotliDecompress)(readFileSync(packed))) as Buffer<ArrayBuffer>;
  writeSealed(folder, name, version, unpacked);
  return unpacked;
}

/** Of a packed file, whose end depends on all of it: reading it whole would take as long as what it spares. */
function fingerprint(packed: string): string {
  const file = openSync(packed, "r");
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, 4_096));
    readSync(file, end, 0, end.length, size - end.length);
    return createHash("sha1").update(`${size}\n`).update(end).digest("hex");
  } finally {
    closeSync(file);
  }
}

/** Where the engine keeps what it can make again: in a folder that no other user may write. */
export const engineCache = (): string => join(userCache(), "rowguard", "engine");
