import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
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
  const bytes = readFileSync(packed);
  const folder = engineCache();
  const version = createHash("sha1").update(bytes).digest("hex");
  const kept = readSealed(folder, name, version);
  if (kept) return kept as Buffer<ArrayBuffer>;
  const unpacked = (await promisify(brotliDecompress)(bytes)) as Buffer<ArrayBuffer>;
  writeSealed(folder, name, version, unpacked);
  return unpacked;
}

/** Where the engine keeps what it can make again: in a folder that no other user may write. */
export const engineCache = (): string => join(userCache(), "rowguard", "engine");
