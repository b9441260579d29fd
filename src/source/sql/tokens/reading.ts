import type { Span } from "../../../text/span.ts";
import { readTokens } from "./lexer.ts";
import { type Offsets, offsetsOf } from "./offsets.ts";
import { isMark, isName, Kind, type TokenRange, type Tokens, tokenAt } from "./tokens.ts";

/**
 * How the places of one parsed tree map to its source. Readers walk in tokens; only `place` makes Spans, so that a
 * text which does not stand in the source letter by letter (an escaped body) maps whole to one Span.
 */
export interface Reading {
  readonly tokens: Tokens;
  /** The first token at or after a location of the tree; `count` of the tokens where there is none. */
  token(location: number): number;
  /** Span in the source of a range of tokens, both included. */
  place(first: number, last: number): Span;
  /** Where `place` gives one Span for everything. */
  readonly whole?: Span;
  /** The tokens that the expression read last begins and ends with. */
  first: number;
  last: number;
  /** The first token of the statement. */
  origin: number;
  /** Of a body: what the grammar first refused of it, read as SQL. */
  refused?: Refused | undefined;
}

/** A stretch of text that the grammar refused. */
export interface Refused {
  readonly range: TokenRange;
  readonly message: string;
  /** UTF-16 offset, in the tokens' text, of what it stopped at. */
  readonly at: number;
}

/** A tree parsed from a stretch of the source that begins at `start`; `tokens` cover at least that stretch. */
export function readingInPlace(tokens: Tokens, start: number, parsed: string): Reading {
  const offsets: Offsets = offsetsOf(parsed);
  return readingOfSource(tokens, (location) => tokenAt(tokens, start + offsets.fromByte(location)));
}

/** A tree whose locations are tokens, counted from `first`. */
export const readingByToken = (tokens: Tokens, first: number): Reading =>
  readingOfSource(tokens, (location) => first + location);

const readingOfSource = (tokens: Tokens, token: Reading["token"]): Reading => ({
  tokens,
  token,
  place: (first, last) => spanOfTokens(tokens, first, last),
  first: 0,
  last: 0,
  origin: 0,
});

/** A tree parsed from a text of its own, that stands for `whole` in the source. */
export function readingElsewhere(text: string, whole: Span): Reading {
  const offsets = offsetsOf(text);
  const tokens = readTokens(text, { start: 0, end: text.length });
  return {
    tokens,
    token: (location) => tokenAt(tokens, offsets.fromByte(location)),
    place: () => whole,
    whole,
    first: 0,
    last: 0,
    origin: 0,
  };
}

/**
 * A tree parsed from a text that a constant at `place` holds: the text stands there letter by letter, or somehow
 * escaped, and then `whole` (the place itself, when nothing else is given) stands for it.
 */
export function readingOf(outer: Reading, place: Span, text: string, whole: Span = place): Reading {
  const source = outer.tokens.text;
  if (outer.whole || source.slice(place.start, place.end) !== text)
    return readingElsewhere(text, outer.whole ?? whole);
  return readingInPlace(readTokens(source, place), place.start, text);
}

export function spanOfTokens(tokens: Tokens, first: number, last: number): Span {
  if (tokens.count === 0) return { start: 0, end: 0 };
  const from = Math.min(Math.max(first, 0), tokens.count - 1);
  const to = Math.min(Math.max(last, from), tokens.count - 1);
  return { start: tokens.start[from]!, end: tokens.end[to]! };
}

/** The token at a location of the tree; what has no location of its own stands where the part before it stood. */
export const tokenOf = (reading: Reading, location: number | undefined): number =>
  location === undefined || location < 0
    ? Math.max(reading.first, reading.origin)
    : Math.min(reading.token(location), Math.max(0, reading.tokens.count - 1));

/** Before a statement is read: its first token, on which nothing of an earlier one must have a hold. */
export function beginAt(reading: Reading, first: number): void {
  reading.origin = first;
  reading.first = first;
  reading.last = first;
}

/** The last token of a dotted name that begins at `first`. */
export function nameEnd(tokens: Tokens, first: number): number {
  let last = first;
  while (isMark(tokens, last + 1, ".") && (isName(tokens, last + 2) || isOperator(tokens, last + 2, "*")))
    last += 2;
  return last;
}

export const isOperator = (tokens: Tokens, index: number, name: string): boolean =>
  index >= 0 &&
  index < tokens.count &&
  tokens.kind[index] === Kind.operator &&
  tokens.end[index]! - tokens.start[index]! === name.length &&
  tokens.text.startsWith(name, tokens.start[index]);

/** The closing bracket of an opening one, or the token itself. */
export const closing = (tokens: Tokens, index: number): number => tokens.close[index] ?? index;
