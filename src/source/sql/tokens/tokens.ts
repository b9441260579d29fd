/** What a token is, as far as finding places needs it. */
export const Kind = {
  word: 1,
  quoted: 2,
  string: 3,
  number: 4,
  parameter: 5,
  operator: 6,
  punctuation: 7,
  /** A character that no SQL token begins with. */
  stray: 8,
} as const;

/** What is no SQL but may stand in a script: psql's backslash commands and the data of COPY ... FROM stdin. */
export interface Foreign {
  readonly kind: "command" | "data";
  readonly start: number;
  readonly end: number;
}

/** Tokens by index, both ends included. */
export interface TokenRange {
  readonly first: number;
  readonly last: number;
}

export interface TokenRequest {
  readonly start: number;
  readonly end: number;
  /** Stop at the first statement's end at or after this offset. */
  readonly enough?: number;
  /** Called with every comment. */
  readonly comment?: ((start: number, end: number) => void) | undefined;
}

/**
 * The tokens of a stretch of SQL, in columns: offsets are UTF-16 and absolute in the text. Own work and not
 * libpg-query's scan: that one answers in bytes and JSON, knows neither nesting nor psql, and refuses an open quote.
 */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly kind: Uint8Array;
  /** The token that opens the innermost bracket around a token, or -1. */
  readonly parent: Int32Array;
  /** For an opening bracket, the token that closes it; itself where nothing does. */
  readonly close: Int32Array;
  /** Tokens that end a statement: semicolons outside bodies. */
  readonly ends: readonly number[];
  readonly foreign: readonly Foreign[];
  /** Where the text stopped being read: `enough` was reached, or the end. */
  readonly stop: number;
  /** Where a quote or comment begins that nothing closes. */
  readonly open?: number;
}

/** Index of the first token that starts at or after an offset; `count` when there is none. */
export function tokenAt(tokens: Tokens, offset: number): number {
  const { start } = tokens;
  let low = 0;
  let high = tokens.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a token is this unquoted word, in any case. `word` is lower-case. */
export function isWord(tokens: Tokens, index: number, word: string): boolean {
  if (index < 0 || index >= tokens.count || tokens.kind[index] !== Kind.word) return false;
  const start = tokens.start[index]!;
  if (tokens.end[index]! - start !== word.length) return false;
  // By character: slicing and folding every token a search passes would cost more than the search.
  for (let i = 0; i < word.length; i++) {
    const code = tokens.text.charCodeAt(start + i);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether a token is this one character. */
export function isMark(tokens: Tokens, index: number, mark: string): boolean {
  if (index < 0 || index >= tokens.count) return false;
  const start = tokens.start[index]!;
  return (
    tokens.end[index]! - start === 1 && tokens.text[start] === mark && tokens.kind[index]! >= Kind.operator
  );
}

export const isName = (tokens: Tokens, index: number): boolean =>
  index >= 0 &&
  index < tokens.count &&
  (tokens.kind[index] === Kind.word || tokens.kind[index] === Kind.quoted);

export const tokenText = (tokens: Tokens, index: number): string =>
  index >= 0 && index < tokens.count ? tokens.text.slice(tokens.start[index], tokens.end[index]) : "";

/** The span of a string constant's text, between its quotes. */
export function constantSpan(
  tokens: Tokens,
  index: number,
): { readonly start: number; readonly end: number } {
  const text = tokenText(tokens, index);
  const dollar = text.startsWith("$");
  const opening = dollar ? text.indexOf("$", 1) + 1 : text.indexOf("'") + 1;
  const start = tokens.start[index]! + opening;
  return { start, end: Math.max(start, tokens.end[index]! - (dollar ? opening : 1)) };
}
