import type { ParseResult } from "@pgsql/types";
import { loadModule, parsePlPgSQLSync, parseSync, type SqlErrorDetails } from "libpg-query";

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

let loaded = false;

/** Loads PostgreSQL's grammar. Wait for it once before `readSql`. */
export async function loadGrammar(): Promise<void> {
  await loadModule();
  loaded = true;
}

/** Parses SQL; never throws once the grammar is loaded. */
export function parseTree(text: string): Parsed {
  if (!loaded) throw new Error("The SQL grammar is not loaded: await loadGrammar() first.");
  if (text === "") return { statements: [] };
  try {
    return { statements: parseSync(text).stmts ?? [] };
  } catch (error) {
    return refusal(error);
  }
}

/** Parses a CREATE FUNCTION or DO with a PL/pgSQL body; undefined where libpg-query cannot. */
export function parseProcedure(text: string): unknown {
  try {
    return parsePlPgSQLSync(text);
  } catch {
    return undefined;
  }
}

function refusal(error: unknown): Parsed {
  const details = (error as { sqlDetails?: SqlErrorDetails }).sqlDetails;
  if (details === undefined)
    return { message: "it is nested too deeply or too large to read", tooMuch: true };
  if (details.message.startsWith("memory exhausted"))
    return { message: "it is nested too deeply to read", tooMuch: true };
  return { message: details.message, point: details.cursorPosition };
}
