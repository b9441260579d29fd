import type { SqlError } from "../statement.ts";
import { nameEnd } from "../tokens/reading.ts";
import { type Foreign, isMark, isWord, type TokenRange, type Tokens, tokenText } from "../tokens/tokens.ts";
import { readInclude } from "./includes.ts";

/** Statements longer than this are not given to the grammar whole: it needs a hundred times their size. */
const LONGEST = 1024 * 1024;

/** Rows of a long INSERT that are read. */
const ROWS_READ = 1000;

export const isLong = (start: number, end: number): boolean => end - start > LONGEST;

/** A stretch of text with everything that is no SQL blanked out, offset for offset. */
export function withoutForeign(tokens: Tokens, start: number, end: number): string {
  let text = "";
  let at = start;
  for (const part of tokens.foreign) {
    if (part.start < at || part.start >= end) continue;
    text += tokens.text.slice(at, part.start) + blank(tokens.text, part.start, part.end);
    at = part.end;
  }
  text += tokens.text.slice(at, end);
  return text.includes("\0") || text.includes("\ufeff") ? text.replaceAll(/[\0\ufeff]/g, " ") : text;
}

/** Sources longer than this are dumps or seeds: of what they write into one table only the beginning is read. */
const LARGE = 4 * 1024 * 1024;

/** Characters of INSERTs into one table that are read in a large source. */
const INSERTS_READ = 256 * 1024;

/** Passes over the INSERTs of a large source beyond the first into each table: they are data, and take minutes to parse. */
export class InsertFilter {
  private readonly seen = new Map<string, number>();

  constructor(private readonly notes: SqlError[]) {}

  /** The tokens of a chunk, with surplus INSERTs as foreign. */
  filter(tokens: Tokens): Tokens {
    if (tokens.text.length < LARGE) return tokens;
    const surplus: Foreign[] = [];
    let first = 0;
    for (const end of tokens.ends) {
      if (isWord(tokens, first, "insert") && this.isSurplus(tokens, first, end))
        surplus.push({ kind: "data", start: tokens.start[first]!, end: tokens.end[end]! });
      first = end + 1;
    }
    if (surplus.length === 0) return tokens;
    return { ...tokens, foreign: [...tokens.foreign, ...surplus].sort((a, b) => a.start - b.start) };
  }

  private isSurplus(tokens: Tokens, first: number, end: number): boolean {
    const table = tokens.text.slice(tokens.start[first + 2], tokens.end[nameEnd(tokens, first + 2)]);
    const before = this.seen.get(table) ?? 0;
    this.seen.set(table, before + tokens.end[end]! - tokens.start[first]!);
    if (before <= INSERTS_READ) return false;
    if (before < Number.MAX_SAFE_INTEGER / 2) this.note(tokens, first, table);
    return true;
  }

  /** Once for each table. */
  private note(tokens: Tokens, first: number, table: string): void {
    this.seen.set(table, Number.MAX_SAFE_INTEGER / 2);
    const span = { start: tokens.start[first]!, end: tokens.end[nameEnd(tokens, first + 2)]! };
    this.notes.push({
      span,
      message: `From here on, the rows inserted into ${table} are data and were not read.`,
    });
  }
}

/** psql's `\g` and its kin send what was typed so far: they end a statement. */
function blank(text: string, start: number, end: number): string {
  const sends = text.startsWith("\\g", start);
  return (sends ? ";" : " ").padEnd(end - start, " ");
}

const OF_PG_DUMP = new Set(["\\restrict", "\\unrestrict", "\\."]);

/**
 * What is said about commands and data that were skipped: a command once, pg_dump's own marks not at all. `named`
 * collects the commands that were spoken of.
 */
export function notesOnForeign(tokens: Tokens, named: Set<string>): SqlError[] {
  return tokens.foreign.flatMap((part) => {
    const span = { start: part.start, end: part.end };
    if (part.kind === "data") return [{ span, message: "The rows of this COPY are data and were not read." }];
    if (readInclude(tokens.text, part)) return [];
    const command = /^\\\S*/.exec(tokens.text.slice(part.start, part.end))?.[0] ?? "\\";
    if (OF_PG_DUMP.has(command) || named.has(command)) return [];
    named.add(command);
    return [{ span, message: `${command} is a command of psql and was not followed.` }];
  });
}

/**
 * A long statement as text the grammar can take: an INSERT with its first rows, the others blanked out; undefined
 * for any other, which is left out with a note.
 */
export function shortened(
  tokens: Tokens,
  range: TokenRange,
  into: { readonly notes: SqlError[] },
): string | undefined {
  const start = tokens.start[range.first]!;
  const end = tokens.end[range.last]!;
  const span = { start, end: tokens.end[Math.min(range.first + 2, range.last)]! };
  const size = `${((end - start) / LONGEST).toFixed(0)} MB`;
  const cut = isWord(tokens, range.first, "insert") ? cutRows(tokens, range) : undefined;
  if (cut === undefined) {
    const what = tokenText(tokens, range.first).toUpperCase();
    into.notes.push({
      span,
      message: `This ${what} statement of ${size} is too long to be read; it was left out.`,
    });
    return undefined;
  }
  into.notes.push({ span, message: `Of this INSERT of ${size} only the first ${ROWS_READ} rows were read.` });
  const gap = tokens.start[cut.last + 1] ?? end;
  const kept = tokens.text.slice(start, tokens.end[cut.first]);
  return kept.padEnd(gap - start, " ") + tokens.text.slice(gap, end);
}

/** The tokens after the last row to read (`first`) up to the last row of all (`last`). */
function cutRows(tokens: Tokens, range: TokenRange): TokenRange | undefined {
  let at = range.first;
  while (at <= range.last && !isWord(tokens, at, "values")) at++;
  let rows = 0;
  let kept = -1;
  let last = -1;
  for (let i = at + 1; i <= range.last && isMark(tokens, i, "("); i = last + 2) {
    last = tokens.close[i]!;
    if (++rows === ROWS_READ) kept = last;
    if (!isMark(tokens, last + 1, ",")) break;
  }
  return kept < 0 ? undefined : { first: kept, last };
}
