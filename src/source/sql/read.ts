import type { SourceText } from "../../text/source-text.ts";
import { type Parsed, parseTree } from "./grammar.ts";
import { readBroken } from "./recover/broken.ts";
import { includesIn } from "./recover/includes.ts";
import { InsertFilter, isLong, notesOnForeign, shortened, withoutForeign } from "./recover/passed-over.ts";
import { type Resumption, resumptionAfterComment, resumptionIn } from "./recover/resume.ts";
import type { Directive, Include, SqlError, SqlSource, Statement } from "./statement.ts";
import { directivesInBodies, isDirective, readDirective } from "./tokens/directive.ts";
import { readTokens } from "./tokens/lexer.ts";
import { rangeOf } from "./tokens/range.ts";
import { type Reading, readingInPlace } from "./tokens/reading.ts";
import type { TokenRange, Tokens } from "./tokens/tokens.ts";
import { readStatement } from "./tree/statement.ts";

/** Characters parsed at once: large enough to be quick, small enough for the grammar's memory. */
const CHUNK = 128 * 1024;

/** Quotes left open and semicolons forgotten that are forgiven: a text with more is no SQL with a slip in it. */
export const RESUMPTIONS = 50;

/** What reading a source collects on the way. */
export interface Collected {
  readonly statements: Statement[];
  readonly errors: SqlError[];
  readonly notes: SqlError[];
  /** Takes the comments, where there are any to take. */
  readonly comment?: ((start: number, end: number) => void) | undefined;
  /** How often reading resumed behind an open quote or a forgotten semicolon. */
  resumed: number;
}

/**
 * Reads one SQL file. Never throws: what the grammar refuses is in `errors`, one for each broken statement, and every
 * other statement is read all the same. The grammar must be loaded.
 */
export function readSql(source: SourceText): SqlSource {
  const { text, path } = source;
  const directives = new Map<number, Directive>();
  const comment = text.includes("rowguard-ignore") ? directiveTaker(text, directives) : undefined;
  const collected: Collected = { statements: [], errors: [], notes: [], comment, resumed: 0 };
  const commands = new Set<string>();
  const includes: Include[] = [];
  const inserts = new InsertFilter(collected.notes);
  for (let at = 0; at < text.length; ) {
    const tokens = readTokens(text, { start: at, end: text.length, enough: at + CHUNK, comment });
    collected.notes.push(...notesOnForeign(tokens, commands));
    includes.push(...includesIn(tokens));
    readChunk(inserts.filter(tokens), at, collected);
    if (comment) directivesInBodies(tokens, comment);
    at = tokens.stop;
  }
  const { statements, errors, notes } = collected;
  errors.push(...nulError(text));
  const read = { path, statements, errors, notes, directives: [...directives.values()] };
  return includes.length ? { ...read, includes } : read;
}

/** The tokens pass over a NUL, PostgreSQL does not; one sentence for the first is enough. */
function nulError(text: string): SqlError[] {
  const start = text.indexOf("\0");
  const message = "There is a NUL byte here: PostgreSQL ends the text at it and loses the rest. Delete it.";
  return start < 0 ? [] : [{ span: { start, end: start + 1 }, message }];
}

/** Takes comments that are directives; the same comment may be met again when reading resumes. */
const directiveTaker = (text: string, into: Map<number, Directive>) => (start: number, end: number) => {
  if (isDirective(text, start)) into.set(start, readDirective(text, start, end));
};

/** Reads the statements of a chunk at once; where the grammar refuses it, one by one. */
function readChunk(tokens: Tokens, start: number, into: Collected): void {
  const whole = tokens.open === undefined && tokens.stop - start <= 4 * CHUNK;
  const text = whole ? withoutForeign(tokens, start, tokens.stop) : undefined;
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
    const range = { first, last: end - 1 };
    const before = into.errors.length;
    const statements = into.statements.length;
    if (end > first) readAlone(tokens, range, into);
    first = end + 1;
    const refused = tokens.open !== undefined && into.errors.length > before;
    const resumption = refused && into.resumed < RESUMPTIONS ? resumptionIn(tokens, range) : undefined;
    if (resumption) {
      into.errors.length = before;
      into.statements.length = statements;
      resume(tokens, resumption, into);
      return;
    }
  }
  const resumption = resumptionAfterComment(tokens);
  if (resumption && into.resumed < RESUMPTIONS) resume(tokens, resumption, into);
}

/** Reads on behind something left open, as if the text began there. */
function resume(tokens: Tokens, { at, span, message }: Resumption, into: Collected): void {
  into.errors.push({ span, message });
  into.resumed++;
  const request = { start: at, end: tokens.stop, comment: into.comment };
  if (at < tokens.stop) readSeparately(readTokens(tokens.text, request), into);
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
