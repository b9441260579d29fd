import { maskSecret } from "../../text/secret.ts";
import type { Span } from "../../text/span.ts";
import { readAttribute } from "./attribute.ts";
import type { Comment, Scanner } from "./scan.ts";
import type { PrismaAttribute } from "./schema.ts";

/** The `///` lines and block comments that stand above something. */
export interface Documentation {
  readonly text: string;
  readonly span: Span;
}

/** Adds a comment to those before it; `//` documents nothing. */
export function addDocumentation(
  before: Documentation | undefined,
  comment: Comment,
): Documentation | undefined {
  const line = documentationOf(comment);
  if (line === undefined) return before;
  return before
    ? { text: `${before.text}\n${line}`, span: { start: before.span.start, end: comment.span.end } }
    : { text: line, span: comment.span };
}

/** Prisma keeps the blanks at a line's end, and so does this. */
const documentationOf = ({ kind, text }: Comment): string | undefined =>
  kind === "line" ? undefined : kind === "doc" ? text.trimStart() : text.trim();

/** What stands in a block's braces: how to read an entry, and where it goes. */
export interface BodyReader<Entry> {
  /** Reads the entry that begins here, up to its last attribute. */
  read(scan: Scanner): Entry | undefined;
  /** Takes the entry with what is written above it and behind it. */
  take(entry: Entry, documentation: string | undefined): void;
  /** Takes an `@@attribute`. */
  attribute(attribute: PrismaAttribute): void;
}

export interface BodyEnds {
  /** Just behind the opening brace. */
  readonly bodyStart: number;
  /** Just inside the closing brace. */
  readonly bodyEnd: number;
  /** Behind the closing brace. */
  readonly end: number;
}

/** Reads from behind `{` to behind `}`, or to where another block begins. `header` is named when it is not closed. */
export function readBody<Entry>(scan: Scanner, header: Span, body: BodyReader<Entry>): BodyEnds {
  let documentation: Documentation | undefined;
  const bodyStart = scan.at;
  // Prisma passes over what else stands in the line of the brace; a whole block in one line it refuses.
  if (!scan.closesInLine()) while (!scan.done && !scan.atNewline && !scan.is("//")) scan.at++;
  let lastEnd = scan.at;
  for (;;) {
    scan.skipSpaces();
    if (scan.code === 125) {
      const bodyEnd = scan.at++;
      return { bodyStart, bodyEnd, end: scan.at };
    }
    if (scan.done || scan.atHeader()) {
      scan.fail(header.start, header.end, "This block is not closed: end it with }.");
      return { bodyStart, bodyEnd: lastEnd, end: lastEnd };
    }
    if (scan.atNewline) {
      scan.skipNewline();
      continue;
    }
    const comment = scan.comment();
    if (comment) documentation = addDocumentation(documentation, comment);
    else {
      readEntry(scan, body, documentation);
      documentation = undefined;
    }
    lastEnd = scan.at;
  }
}

function readEntry<Entry>(
  scan: Scanner,
  body: BodyReader<Entry>,
  documentation: Documentation | undefined,
): void {
  if (scan.is("@@")) {
    const attribute = readAttribute(scan);
    if (attribute) body.attribute(attribute);
    readRest(scan);
    return;
  }
  const errorsBefore = scan.errors.length;
  const entry = body.read(scan);
  // One error a line: what follows a bad beginning is not news.
  if (entry === undefined && scan.errors.length > errorsBefore) skipToEnd(scan);
  const trailing = readRest(scan);
  if (entry === undefined) return;
  const above = documentation?.text;
  body.take(
    entry,
    above === undefined || trailing === undefined ? (above ?? trailing) : `${above}\n${trailing}`,
  );
}

/** The rest of an entry's line: comments; gives the text of a documenting one. Anything else is one error. */
function readRest(scan: Scanner): string | undefined {
  let documentation: string | undefined;
  for (;;) {
    scan.skipSpaces();
    if (scan.done || scan.atNewline || scan.code === 125) return documentation;
    const comment = scan.comment();
    if (comment) documentation = documentationOf(comment) ?? documentation;
    else skipJunk(scan);
  }
}

/** More of what is not expected says no more. */
const LONGEST = 40;

function skipJunk(scan: Scanner): void {
  const start = scan.at;
  skipToEnd(scan);
  const text = scan.text.slice(start, scan.at).trimEnd();
  const shown = maskSecret(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  const advice = "delete it, give it a line of its own, or begin it with @ if it is an attribute";
  scan.fail(start, start + text.length, `\`${shown}\` is not expected here: ${advice}.`);
}

/** To the end of the line, of the block, or to a comment. */
function skipToEnd(scan: Scanner): void {
  while (!scan.done && !scan.atNewline && scan.code !== 125 && !scan.is("//")) {
    if (scan.code === 34) scan.skipString();
    else scan.at++;
  }
}
