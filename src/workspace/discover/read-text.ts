import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { textOfUtf8 } from "../../text/utf8.ts";
import { type Unread, whyUnread } from "./walk.ts";

export const BINARY: Unread = { why: "a binary file", binary: true };

/** A file's text, or why there is none. */
export type ReadText = { readonly text: string } | Unread;

/**
 * Reads one file below `root`: UTF-8, or UTF-16 where it says so. With the `size` it had when it was found, in bytes, it
 * is not asked for more once that is read. Never throws.
 */
export function readText(root: string, path: string, size?: number): ReadText {
  try {
    return decode(readBytes(`${root}/${path}`, size));
  } catch (error) {
    return whyUnread(error);
  }
}

/** Most files are smaller, and are read in one go: to ask for their size first costs as much as to read them. */
const small = Buffer.allocUnsafe(64 * 1024);

/** All bytes of a file, up to the next call. */
function readBytes(file: string, size?: number): Buffer {
  const descriptor = openSync(file, "r");
  try {
    let at = 0;
    for (let count = -1; count !== 0 && (at === 0 || at !== size) && at < small.length; at += count)
      count = readSync(descriptor, small, at, small.length - at, at);
    return at < small.length ? small.subarray(0, at) : readFileSync(file);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes as text; a byte order mark stays in the text, so that edits keep it. */
export function decode(bytes: Buffer): ReadText {
  const utf16 = utf16Label(bytes);
  if (utf16) return { text: new TextDecoder(utf16, { ignoreBOM: true }).decode(bytes) };
  if (isBinary(bytes)) return BINARY;
  return { text: textOfUtf8(bytes) };
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
