import type { SourceText } from "../../text/source-text.ts";
import { isDirective, readDirective } from "./directive.ts";
import { type Parsed, parseTree } from "./grammar.ts";
import { isLong, notesOnForeign, shortened, withoutForeign } from "./passed-over.ts";
import { rangeOf } from "./range.ts";
import { readBroken } from "./read-broken.ts";
import type { TokenRange } from "./read-query.ts";
import { readStatement } from "./read-statement.ts";
import { type Reading, readingInPlace } from "./reading.ts";
import type { Directive, SqlError, SqlSource, Statement } from "./statement.ts";
import { readTokens, type Tokens } from "./tokens.ts";

/** Characters parsed at once: large enough to be quick, small enough for the grammar's memory. */
const CHUNK = 512 * 1024;

/** What reading a source collects on the way. */
export interface Collected {
  readonly statements: Statement[];
  readonly errors: SqlError[];
  readonly notes: SqlError[];
}

/**
 * Reads one SQL file. Never throws: what the grammar refuses is in `errors`, one for each broken statement, and every
 * other statement is read all the same. The grammar must be loaded.
 */
export function readSql(source: SourceText): SqlSource {
  const { text, path } = source;
  const collected: Collected = { statements: [], errors: [], notes: [] };
  const directives: Directive[] = [];
  const comment = text.includes("rowguard-ignore") ? collectDirectives(text, directives) : undefined;
  let at = 0;
  while (at < text.length) {
    const request = { start: at, end: text.length, enough: at + CHUNK, ...(comment ? { comment } : {}) };
    const tokens = readTokens(text, request);
    readChunk(tokens, at, collected);
    at = tokens.stop;
  }
  return { path, ...collected, directives };
}

function collectDirectives(text: string, into: Directive[]) {
  return (start: number, end: number) => {
    if (isDirective(text, start)) into.push(readDirective(text, start, end));
  };
}

/** Reads the statements of a chunk at once; where the grammar refuses it, one by one. */
function readChunk(tokens: Tokens, start: number, into: Collected): void {
  if (tokens.foreign.length > 0) into.notes.push(...notesOnForeign(tokens));
  if (tokens.count === 0) return;
  const text = tokens.stop - start > 2 * CHUNK ? undefined : withoutForeign(tokens, start, tokens.stop);
  const parsed = text === undefined ? undefined : parseTree(text);
  if (parsed && "statements" in parsed)
    readParsed(readingInPlace(tokens, start, text!), parsed.statements, tokens.count - 1, into);
  else readSeparately(tokens, into);
}

type RawStatements = Extract<Parsed, { statements: unknown }>["statements"];

/** Reads parsed statements; one that is nested too deeply becomes an error of its own. */
export function readParsed(reading: Reading, raw: RawStatements, limit: number, into: Collected): void {
  for (const item of raw) {
    const range = rangeOf(reading, item, limit);
    try {
      into.statements.push(readStatement(reading, item.stmt, range));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const span = reading.place(range.first, range.last);
      into.errors.push({ span, message: "This statement is nested too deeply to be read; it was left out." });
    }
  }
}

function readSeparately(tokens: Tokens, into: Collected): void {
  let first = 0;
  for (const end of [...tokens.ends, tokens.count]) {
    if (end > first) readAlone(tokens, { first, last: end - 1 }, into);
    first = end + 1;
  }
}

/** Reads one statement by itself. */
export function readAlone(tokens: Tokens, range: TokenRange, into: Collected): void {
  const start = tokens.start[range.first]!;
  const end = tokens.end[range.last]!;
  const long = isLong(start, end);
  const text = long ? shortened(tokens, range, into) : withoutForeign(tokens, start, end);
  if (text === undefined) return;
  const parsed = parseTree(text);
  if ("statements" in parsed)
    readParsed(readingInPlace(tokens, start, text), parsed.statements, range.last, into);
  else readBroken(tokens, range, text, parsed, into);
}
