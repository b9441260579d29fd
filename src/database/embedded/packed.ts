import { existsSync, readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** What packed files end with. */
export const PACKED = ".br";

/** A large file that the bundle has packed, or the file itself as its package has it. */
export function readPacked(file: string): Buffer<ArrayBuffer> {
  const packed = file + PACKED;
  return (
    existsSync(packed) ? brotliDecompressSync(readFileSync(packed)) : readFileSync(file)
  ) as Buffer<ArrayBuffer>;
}
