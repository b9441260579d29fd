import type { SourceText } from "../../text/source-text.ts";
import { readTokens } from "./tokens/lexer.ts";
import { isMark, isName, isWord, Kind, type Tokens, tokenText } from "./tokens/tokens.ts";

/**
 * What a `.sql` file is. `dump`: made by pg_dump or the like, which may still be a project's first migration;
 * `hasData` says whether it carries rows. Everything but `postgres` and `dump` is no history of a PostgreSQL database.
 */
export interface Recognised {
  readonly kind: "postgres" | "template" | "dump" | "dialect" | "psql" | "binary" | "empty";
  /** One sentence, without the file's name. */
  readonly why: string;
  readonly hasData?: boolean;
}

/** Characters looked at: what a file is shows early, and a dump may be of any size. */
const ENOUGH = 256 * 1024;

/** Says what a `.sql` file is, from its text alone. */
export function recogniseSql(source: SourceText): Recognised {
  const text = source.text.length > ENOUGH ? source.text.slice(0, ENOUGH) : source.text;
  if (isBinary(text)) return { kind: "binary", why: "It holds bytes that no text has." };
  const tokens = readTokens(text, { start: 0, end: text.length });
  const template = templateMark(text, tokens);
  if (template)
    return { kind: "template", why: `It is a template: ${template} is filled in before it is SQL.` };
  if (tokens.count === 0 && tokens.foreign.length === 0)
    return { kind: "empty", why: "It holds no statement." };
  const dialect = dialectOf(text, tokens);
  if (dialect)
    return {
      kind: "dialect",
      why: `It is written for ${dialect.name}: ${dialect.mark} is not PostgreSQL's.`,
    };
  const dump = dumpMark(source.text, text, tokens);
  if (dump) return dump;
  return psqlMark(tokens) ?? { kind: "postgres", why: "It reads as PostgreSQL." };
}

/** One control character in ten: UTF-16 read as UTF-8 has one in two, and a single NUL is an accident in a text. */
function isBinary(text: string): boolean {
  const sample = text.slice(0, 8192);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const strange = sample.match(/[\x00-\x08\x0e-\x1f\ufffd]/g)?.length ?? 0;
  return strange * 10 > sample.length;
}

const PLACEHOLDER = /^(?:\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\$\{\w+\}|@ext(?:schema(?::\w+)?|owner)@)/s;
/** A placeholder of Go, Jinja, an extension's script or a shell: where SQL is, or in a quoted name. */
function templateMark(text: string, tokens: Tokens): string | undefined {
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i]!;
    const start = tokens.start[i]!;
    const opens = kind === Kind.stray || (kind === Kind.operator && text[start] === "@");
    const inside = kind === Kind.quoted ? tokenText(tokens, i).search(/\{[{%]/) : -1;
    const at = opens ? start : inside < 0 ? -1 : start + inside;
    const mark = at < 0 ? undefined : PLACEHOLDER.exec(text.slice(at, at + 100));
    if (mark) return mark[0].replaceAll(/\s+/g, " ");
  }
  return undefined;
}

interface Dialect {
  readonly name: string;
  readonly mark: string;
}

/** Words that only one dialect has, one after the other; checked at every token. */
const MARKS: readonly { readonly name: string; readonly words: readonly string[] }[] = [
  { name: "MySQL", words: ["auto_increment"] },
  { name: "MySQL", words: ["engine", "=", "innodb"] },
  { name: "MySQL", words: ["engine", "=", "myisam"] },
  { name: "MySQL", words: ["unsigned", "not", "null"] },
  { name: "MySQL", words: ["lock", "tables", "`"] },
  { name: "ClickHouse", words: ["engine", "=", "mergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "replacingmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "aggregatingmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "summingmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "replicatedmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "replicatedreplacingmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "collapsingmergetree"] },
  { name: "ClickHouse", words: ["engine", "=", "distributed"] },
  { name: "ClickHouse", words: ["engine", "=", "kafka"] },
  { name: "ClickHouse", words: ["engine", "=", "memory"] },
  { name: "ClickHouse", words: ["on", "cluster"] },
  { name: "ClickHouse", words: ["materialize", "index"] },
  { name: "ClickHouse", words: ["materialize", "column"] },
  { name: "ClickHouse", words: ["nullable", "("] },
  { name: "MySQL or ClickHouse", words: ["add", "index"] },
  { name: "MySQL or ClickHouse", words: ["modify", "column"] },
  { name: "ClickHouse", words: ["lowcardinality", "("] },
  { name: "SQLite", words: ["pragma", "foreign_keys"] },
  { name: "SQLite", words: ["pragma", "defer_foreign_keys"] },
  { name: "SQLite", words: ["key", "autoincrement"] },
  { name: "SQLite", words: ["unixepoch", "("] },
  { name: "SQLite", words: ["strftime", "("] },
  { name: "SQLite", words: ["datetime", "(", "'now"] },
  { name: "SQLite", words: ["without", "rowid"] },
  { name: "SQL Server", words: ["identity", "(", "1", ","] },
  { name: "SQL Server", words: ["nvarchar", "("] },
  { name: "SQL Server", words: ["set", "quoted_identifier"] },
  { name: "SQL Server", words: ["set", "nocount"] },
  { name: "SQL Server", words: ["uniqueidentifier"] },
  { name: "SQL Server", words: ["primary", "key", "clustered"] },
  { name: "Oracle", words: ["varchar2", "("] },
];

const OPENERS = new Map<string, (typeof MARKS)[number][]>();
for (const mark of MARKS) OPENERS.set(mark.words[0]!, [...(OPENERS.get(mark.words[0]!) ?? []), mark]);

function dialectOf(text: string, tokens: Tokens): Dialect | undefined {
  for (let i = 0; i < tokens.count; i++) {
    const found = tokens.kind[i] === Kind.word ? markedDialect(tokens, i) : quotingDialect(text, tokens, i);
    if (found) return found;
  }
  return undefined;
}

function markedDialect(tokens: Tokens, at: number): Dialect | undefined {
  for (const { name, words } of OPENERS.get(tokenText(tokens, at).toLowerCase()) ?? []) {
    // A word alone may also be a column: then a comma or bracket stands before it, not a type.
    const placed = words.length > 1 || (isName(tokens, at - 1) && !isMark(tokens, at + 1, "."));
    if (placed && matches(tokens, at, words))
      return { name, mark: words.join(" ").replace(/ ?[('`,].*$/, "") };
  }
  return undefined;
}

const matches = (tokens: Tokens, at: number, words: readonly string[]): boolean =>
  words.every((word, i) => {
    const text = tokenText(tokens, at + i).toLowerCase();
    return /^\w/.test(word) ? text === word : text.startsWith(word);
  });

const BEFORE_NAME = ["table", "into", "from", "exists", "update", "use"];

/** `` `name` `` and `[name]` where a name is wanted. */
function quotingDialect(text: string, tokens: Tokens, at: number): Dialect | undefined {
  const start = tokens.start[at]!;
  if (!BEFORE_NAME.some((word) => isWord(tokens, at - 1, word))) return undefined;
  if (/^`\w+`/.test(text.slice(start, start + 80)))
    return { name: "MySQL or SQLite", mark: "a name in backquotes" };
  if (!isMark(tokens, at, "[") || !isMark(tokens, at + 2, "]")) return undefined;
  return { name: "SQL Server", mark: "a name in square brackets" };
}

const DUMP_HEADER =
  /^-- (?:PostgreSQL database (?:cluster )?dump|Dumped from database version|Dumped by pg_dump)/m;

/** pg_dump says so itself; COPY with its rows is a dump's way of writing them. */
function dumpMark(whole: string, text: string, tokens: Tokens): Recognised | undefined {
  const header = DUMP_HEADER.test(text);
  const settings = isPgDumpPreamble(tokens);
  const rows = hasRows(whole, tokens);
  if (header || settings)
    return {
      kind: "dump",
      why: `It is a dump made by pg_dump${rows ? ", with rows" : ", without rows"}.`,
      hasData: rows,
    };
  if (rows) return { kind: "dump", why: "It holds the rows of a COPY, as dumps do.", hasData: true };
  return undefined;
}

/** `SET statement_timeout = 0; SET lock_timeout = 0; ...`: what pg_dump writes before anything else. */
function isPgDumpPreamble(tokens: Tokens): boolean {
  const named = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
  const found = named.filter((name) => {
    for (let i = 0; i < Math.min(tokens.count, 60); i++) {
      if (isWord(tokens, i, name) && isWord(tokens, i - 1, "set")) return true;
    }
    return false;
  });
  return found.length >= 2;
}

function hasRows(whole: string, tokens: Tokens): boolean {
  if (tokens.foreign.some((part) => part.kind === "data")) return true;
  return whole.length > ENOUGH && /^COPY [^;\n]+ FROM stdin/im.test(whole.slice(ENOUGH));
}

/** Commands and variables of psql: the file is a script for it, and includes or fills in what is not here. */
function psqlMark(tokens: Tokens): Recognised | undefined {
  for (const part of tokens.foreign) {
    const command = /^\\\w+/.exec(tokens.text.slice(part.start, part.end))?.[0];
    if (part.kind === "command" && command && SCRIPTING.has(command))
      return { kind: "psql", why: `It is a script for psql: ${command} is psql's own command.` };
  }
  for (let i = 0; i < tokens.count - 1; i++) {
    if (isVariable(tokens, i))
      return { kind: "psql", why: `It is a script for psql: :${tokenText(tokens, i + 1)} is a variable.` };
  }
  return undefined;
}

/** `:name`, `:'name'`, `:"name"`; not `a[1:n]`. */
function isVariable(tokens: Tokens, at: number): boolean {
  if (!isMark(tokens, at, ":") || tokens.end[at] !== tokens.start[at + 1]) return false;
  if (isMark(tokens, tokens.parent[at]!, "[")) return false;
  if (tokens.kind[at + 1] === Kind.string) return true;
  return isName(tokens, at + 1) && !(isName(tokens, at - 1) && tokens.end[at - 1] === tokens.start[at]);
}

const SCRIPTING = new Set([
  "\\i",
  "\\ir",
  "\\include",
  "\\set",
  "\\gset",
  "\\gexec",
  "\\if",
  "\\copy",
  "\\prompt",
  "\\getenv",
]);
