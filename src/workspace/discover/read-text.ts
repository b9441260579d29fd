import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "./walk.ts";

/** A file's text, or why there is none. */
export type ReadText = { readonly text: string } | { readonly why: string };

/** Reads one file below `root`: UTF-8, or UTF-16 where it says so. Never throws. */
export function readText(root: string, path: string): ReadText {
  try {
    return decode(readFileSync(join(root, path)));
  } catch (error) {
    return { why: explain(error) };
  }
}

/** Bytes as text; a byte order mark stays in the text, so that edits keep it. */
export function decode(bytes: Buffer): ReadText {
  const utf16 = utf16Label(bytes);
  if (utf16) return { text: new TextDecoder(utf16, { ignoreBOM: true }).decode(bytes) };
  if (isBinary(bytes)) return { why: "a binary file" };
  return { text: bytes.toString("utf8") };
}

function utf16Label(bytes: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

/** A stray NUL is a slip of somebody's editor; many control bytes in the first 8 KB are no text. */
function isBinary(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 8192);
  if (!sample.includes(0)) return false;
  let control = 0;
  for (const byte of sample) if (byte < 32 && (byte < 9 || byte > 13)) control++;
  return control > 4 + sample.length / 200;
}
