import type { Scanner } from "./scan.ts";
import type { PrismaAttribute } from "./schema.ts";

type Argument = PrismaAttribute["args"][number];

const NONE: readonly Argument[] = [];

/** The attribute whose `@` or `@@` begins here. Undefined, with an error noted, where no name follows. */
export function readAttribute(scan: Scanner): PrismaAttribute | undefined {
  const start = scan.at;
  while (scan.code === 64) scan.at++;
  const mark = scan.at;
  scan.skipSpaces();
  const name = readPath(scan);
  if (!name) {
    scan.at = mark;
    scan.fail(start, mark, "The attribute's name is missing: write it behind the @, or delete the @.");
    return undefined;
  }
  const end = scan.at;
  scan.skipSpaces();
  if (scan.code !== 40) {
    scan.at = end;
    return { name, span: scan.within(start, end), args: NONE };
  }
  const args = readArguments(scan);
  return { name, span: scan.within(start, scan.at), args };
}

/** `db.VarChar` */
function readPath(scan: Scanner): string {
  const start = scan.at;
  scan.identifier();
  while (scan.at > start && scan.code === 46) {
    scan.at++;
    scan.identifier();
  }
  return scan.text.slice(start, scan.at);
}

/** From `(` to behind its `)`, or to the end of the last line that can belong to it. */
export function readArguments(scan: Scanner): Argument[] {
  const open = scan.at++;
  const errorsBefore = scan.errors.length;
  const args: Argument[] = [];
  for (;;) {
    skipBetween(scan);
    if (scan.code === 41) {
      scan.at++;
      return args;
    }
    if (scan.code === 44) {
      scan.at++;
      continue;
    }
    if (scan.done || scan.atNewline || scan.code === 125) {
      // An unclosed text inside is the cause, and has its own error.
      if (scan.errors.length === errorsBefore)
        scan.fail(open, scan.at, "This parenthesis is not closed: end it with ).");
      return args;
    }
    args.push(readArgument(scan));
  }
}

/** `name: value` or `value`. */
function readArgument(scan: Scanner): Argument {
  const before = scan.at;
  const word = scan.identifier();
  scan.skipSpaces();
  const named = word.end > word.start && scan.code === 58;
  if (named) scan.at++;
  else scan.at = before;
  skipBetween(scan);
  const start = scan.at;
  const end = skipValue(scan);
  return {
    name: named ? scan.text.slice(word.start, word.end) : "",
    text: scan.text.slice(start, end),
    span: scan.within(start, end),
  };
}

/** Blanks, comments and line ends inside parentheses; stays before a line end that closes them by recovery. */
function skipBetween(scan: Scanner): void {
  for (;;) {
    scan.skipSpaces();
    if (scan.atNewline) {
      if (scan.atEndOfArguments()) return;
      scan.skipBlankLines();
    } else if (!scan.comment()) return;
  }
}

/** What needs no look inside a value. */
const PLAIN = /[^"(){}[\],\r\n/]*/y;

/** Steps over one value, nested brackets and all; gives the offset where its text ends. */
function skipValue(scan: Scanner): number {
  let depth = 0;
  // `where: { state: "open" }` of a partial index; any other brace ends the block.
  let braces = 0;
  let end = scan.at;
  for (;;) {
    const before = scan.at;
    scan.skip(PLAIN);
    end = Math.max(end, beforeBlanks(scan, before));
    const code = scan.code;
    if (code === 13 || code === 10 || code === 47) {
      const start = scan.at;
      skipBetween(scan);
      if (scan.at > start) continue;
      if (code !== 47) return end;
    }
    if (scan.done || (code === 125 && braces === 0)) return end;
    if (depth === 0 && (code === 44 || code === 41)) return end;
    if (code === 34) scan.skipString();
    else {
      if (code === 123) braces++;
      if (code === 125) braces--;
      if (code === 40 || code === 91 || code === 123) depth++;
      else if (depth > 0 && (code === 41 || code === 93 || code === 125)) depth--;
      scan.at++;
    }
    end = scan.at;
  }
}

/** Where the text before the scanner ends without its trailing blanks. */
function beforeBlanks(scan: Scanner, start: number): number {
  let end = scan.at;
  while (end > start && scan.text.charCodeAt(end - 1) <= 32) end--;
  return end;
}
