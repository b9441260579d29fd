import { closing, nameEnd, type Reading } from "./reading.ts";
import { isMark, isName, isWord, Kind, type TokenRange, type Tokens, tokenText } from "./tokens.ts";

/** A name's token as PostgreSQL folds it: unquoted in lower case, quoted as it is. */
export function foldedName(tokens: Tokens, index: number): string {
  const text = tokenText(tokens, index);
  if (tokens.kind[index] !== Kind.quoted) return text.toLowerCase();
  return text.slice(text.indexOf('"') + 1, -1).replaceAll('""', '"');
}

/**
 * The first token, from `from` on, of a dotted name that ends in these parts. Many statements carry names without
 * a location. `from` where the name is not found.
 */
export function locateName(
  reading: Reading,
  range: TokenRange,
  parts: readonly string[],
  from: number,
): number {
  const { tokens } = reading;
  const wanted = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  for (let i = from; i <= range.last; i++) {
    if (!isName(tokens, i) || isMark(tokens, i - 1, ".")) continue;
    const last = nameEnd(tokens, i);
    if (!isNamed(foldedName(tokens, last), wanted)) continue;
    if (schema === undefined || (last > i && isNamed(foldedName(tokens, last - 2), schema))) return i;
  }
  return Math.min(from, range.last);
}

/** PostgreSQL cuts names after 63 bytes. */
const isNamed = (written: string, name: string): boolean =>
  written === name || (name.length >= 20 && written.startsWith(name) && Buffer.byteLength(name) > 59);

/** The first token with this word, outside brackets opened after `from`; -1 when there is none. */
export function findWord(reading: Reading, range: TokenRange, word: string, from = range.first): number {
  const { tokens } = reading;
  for (let i = from; i <= range.last; i++) {
    if (isWord(tokens, i, word)) return i;
    if (isMark(tokens, i, "(")) i = Math.max(i, closing(tokens, i));
  }
  return -1;
}

/** The token after these words where they follow each other from `at`; `at` otherwise. */
export function skipWords(tokens: Tokens, at: number, ...words: string[]): number {
  return words.every((word, i) => isWord(tokens, at + i, word)) ? at + words.length : at;
}

/** The last token of a clause that begins at `first`: before the next comma at its level, or the bracket around it. */
export function clauseEnd(tokens: Tokens, first: number, limit: number): number {
  let at = first;
  while (at <= limit) {
    if (isMark(tokens, at, ",") || isMark(tokens, at, ")")) return Math.max(first, at - 1);
    at = isMark(tokens, at, "(") || isMark(tokens, at, "[") ? closing(tokens, at) + 1 : at + 1;
  }
  return limit;
}

/** The clauses between commas from `first` to `last`. */
export function clausesOf(tokens: Tokens, first: number, last: number): TokenRange[] {
  const clauses: TokenRange[] = [];
  for (let at = first; at <= last; ) {
    const end = clauseEnd(tokens, at, last);
    clauses.push({ first: at, last: end });
    at = end + 2;
  }
  return clauses;
}
