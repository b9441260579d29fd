import type { Node } from "@pgsql/types";
import type { SourceText } from "../../text/source-text.ts";
import { Forms, type KnownForms } from "./form/forms.ts";
import { type Parsed, parseTree } from "./grammar.ts";
import { TOO_MUCH } from "./recover/advice.ts";
import { readBroken } from "./recover/broken.ts";
import { includesIn } from "./recover/includes.ts";
import { InsertFilter, isLong, notesOnForeign, shortened, withoutForeign } from "./recover/passed-over.ts";
import { type Resumption, resumptionAfterComment, resumptionIn } from "./recover/resume.ts";
import type { Directive, Include, SqlError, SqlSource, Statement } from "./statement.ts";
import { directivesInBodies, isDirective, readDirective } from "./tokens/directive.ts";
import { readTokens } from "./tokens/lexer.ts";
import { rangeOf } from "./tokens/range.ts";
import { type Reading, readingByToken, readingInPlace } from "./tokens/reading.ts";
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
  /** Absent where the text holds what PostgreSQL does not read. */
  readonly forms?: KnownForms | undefined;
  /** Takes the comments, where there are any to take. */
  readonly comment?: ((start: number, end: number) => void) | undefined;
  /** How often reading resumed behind an open quote or a forgotten semicolon. */
  resumed: number;
}

/** What PostgreSQL does not read, and is blanked out. */
const UNREADABLE = /\0|\ufeff/;

/** A form is a fact of the grammar and holds nothing of a project. */
const FORMS = new Forms();

/**
 * Reads one SQL file. Never throws: what the grammar refuses is in `errors`, one for each broken statement, and every
 * other statement is read all the same. The grammar must be loaded.
 */
export function readSql(source: SourceText, forms: KnownForms = FORMS): SqlSource {
  const { text, path } = source;
  const directives = new Map<number, Directive>();
  const comment = text.includes("rowguard-ignore") ? directiveTaker(text, directives) : undefined;
  const known = UNREADABLE.test(text) ? undefined : forms;
  const collected: Collected = { statements: [], errors: [], notes: [], forms: known, comment, resumed: 0 };
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

/** Reads the statements of a chunk: those of a known form by themselves, and what lies between them at once. */
function readChunk(tokens: Tokens, start: number, into: Collected): void {
  const all = { first: 0, last: tokens.count - 1 };
  if (tokens.open !== undefined || tokens.stop - start > 4 * CHUNK) readSeparately(tokens, all, into);
  else if (into.forms && tokens.foreign.length === 0) readByForm(tokens, into.forms, into);
  else readStretch(tokens, all, into);
}

function readByForm(tokens: Tokens, forms: KnownForms, into: Collected): void {
  let first = 0;
  let unread = 0;
  for (const end of [...tokens.ends, tokens.count]) {
    const range = { first, last: end - 1 };
    const node = end > first ? forms.treeOf(tokens, range) : undefined;
    first = end + 1;
    if (node === undefined) continue;
    readStretch(tokens, { first: unread, last: range.first - 1 }, into);
    readNode(readingByToken(tokens, range.first), node, range, into);
    unread = first;
  }
  readStretch(tokens, { first: unread, last: tokens.count - 1 }, into);
}

/** Reads the statements of a stretch at once; where the grammar refuses it, one by one. */
function readStretch(tokens: Tokens, range: TokenRange, into: Collected): void {
  if (range.last < range.first) return;
  const start = tokens.start[range.first]!;
  const text = withoutForeign(tokens, start, tokens.end[range.last]!);
  const parsed = parseTree(text);
  if ("statements" in parsed)
    readParsed(readingInPlace(tokens, start, text), parsed.statements, range.last, into);
  else readSeparately(tokens, range, into);
}

type RawStatements = Extract<Parsed, { statements: unknown }>["statements"];

function readParsed(reading: Reading, raw: RawStatements, limit: number, into: Collected): void {
  for (const item of raw) readNode(reading, item.stmt, rangeOf(reading, item, limit), into);
}

/** Reads a parsed statement; one that is nested too deeply becomes an error of its own. */
function readNode(reading: Reading, node: Node | undefined, range: TokenRange, into: Collected): void {
  try {
    into.statements.push(readStatement(reading, node, range));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const span = reading.place(range.first, range.last);
    into.errors.push({ span, message: TOO_MUCH });
  }
}

function readSeparately(tokens: Tokens, stretch: TokenRange, into: Collected): void {
  let { first } = stretch;
  for (const end of endsIn(tokens, stretch)) {
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

/** The token behind each statement of a stretch. */
const endsIn = ({ ends }: Tokens, { first, last }: TokenRange): number[] => [
  ...ends.filter((end) => end >= first && end <= last),
  last + 1,
];

/** Reads on behind something left open, as if the text began there. */
function resume(tokens: Tokens, { at, span, message }: Resumption, into: Collected): void {
  into.errors.push({ span, message });
  into.resumed++;
  const request = { start: at, end: tokens.stop, comment: into.comment };
  if (at >= tokens.stop) return;
  const rest = readTokens(tokens.text, request);
  readSeparately(rest, { first: 0, last: rest.count - 1 }, into);
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
