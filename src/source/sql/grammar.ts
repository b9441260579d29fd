import type { ParseResult } from "@pgsql/types";
import createParser, { type Parser } from "libpg-query/wasm/libpg-query.js";
import { textOfUtf8 } from "../../text/utf8.ts";

/** Statements as PostgreSQL's grammar gives them, or why it refused the text. */
export type Parsed =
  | { readonly statements: NonNullable<ParseResult["stmts"]> }
  | {
      readonly message: string;
      /** Code points from the start of the text; absent where the trouble has no place. */
      readonly point?: number;
      /** The text was too deep or too large for the parser, whatever its grammar says. */
      readonly tooMuch?: true;
    };

let loading: Promise<Parser> | undefined;
let parser: Parser | undefined;

/** Loads PostgreSQL's grammar. Wait for it once before `readSql`. */
export async function loadGrammar(): Promise<void> {
  loading ??= createParser();
  parser = await loading;
}

/** Parses SQL; never throws once the grammar is loaded. */
export function parseTree(text: string): Parsed {
  if (!parser) throw new Error("The SQL grammar is not loaded: await loadGrammar() first.");
  if (text === "") return { statements: [] };
  try {
    return parseWith(parser, text);
  } catch {
    return { message: "nested too deeply or too large to be read", tooMuch: true };
  }
}

/**
 * Why PostgreSQL refuses the PL/pgSQL of a CREATE FUNCTION or DO statement; undefined where it does not, or where it
 * would need to know more than the text.
 */
export function refusalOfProcedure(statement: string): string | undefined {
  if (!parser) return undefined;
  try {
    const message = compileWith(parser, statement);
    return message !== undefined && OF_THE_TEXT.test(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** What is refused for a variable or a type may be known to a database. */
const OF_THE_TEXT =
  /^(?:syntax error|mismatched parentheses|missing |unexpected end of function definition|unterminated |trailing junk)/;

/** The tree as JSON is of no interest: it has no places. Anything else is an error's text. */
function compileWith(memory: Parser, statement: string): string | undefined {
  const given = writeText(memory, statement);
  let result = 0;
  try {
    result = memory._wasm_parse_plpgsql(given);
    return memory.HEAPU8[result] === OPENING_BRACE ? undefined : readText(memory, result);
  } finally {
    memory._free(given);
    if (result) memory._wasm_free_string(result);
  }
}

const OPENING_BRACE = 123;

function parseWith(memory: Parser, text: string): Parsed {
  const given = writeText(memory, text);
  let result = 0;
  try {
    result = memory._wasm_parse_query_raw(given);
    return readResult(memory, result);
  } finally {
    memory._free(given);
    if (result) memory._wasm_free_parse_result(result);
  }
}

/** PgQueryParseResult: the tree as JSON, what was printed, and the error: its text, three fields of no use, its place. */
function readResult(memory: Parser, result: number): Parsed {
  const field = (at: number, index: number) => memory.getValue(at + 4 * index, "i32");
  const error = field(result, 2);
  if (!error)
    return { statements: (JSON.parse(readText(memory, field(result, 0))) as ParseResult).stmts ?? [] };
  const message = readText(memory, field(error, 0));
  if (message.startsWith("memory exhausted"))
    return { message: "nested too deeply to be read", tooMuch: true };
  return { message, point: Math.max(0, field(error, 4) - 1) };
}

const encoder = new TextEncoder();

/** Puts a text, with a NUL behind it, where the parser can read it. Whoever asks for it gives the place back. */
function writeText(memory: Parser, text: string): number {
  const most = 3 * text.length;
  const at = memory._malloc(most + 1);
  const { written } = encoder.encodeInto(text, memory.HEAPU8.subarray(at, at + most));
  memory.HEAPU8[at + written] = 0;
  return at;
}

function readText({ HEAPU8 }: Parser, at: number): string {
  return textOfUtf8(Buffer.from(HEAPU8.buffer, at, HEAPU8.indexOf(0, at) - at));
}
