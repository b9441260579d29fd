import type { Include } from "../statement.ts";
import type { Foreign, Tokens } from "../tokens/tokens.ts";

/** The files that the commands of psql among the tokens read in. */
export const includesIn = ({ text, foreign }: Tokens): Include[] =>
  foreign.flatMap((part) => readInclude(text, part) ?? []);

/** A path that holds a variable of psql is known when the script runs. */
const INCLUDE = /^\\(i|include|ir|include_relative)[ \t]+(?:'([^':]+)'|([^\s':]+))[ \t]*$/;

/** Undefined for any other command. */
export function readInclude(text: string, { kind, start, end }: Foreign): Include | undefined {
  const match = kind === "command" ? INCLUDE.exec(text.slice(start, end)) : null;
  if (!match) return undefined;
  const [, command, quoted, plain] = match;
  const relative = command === "ir" || command === "include_relative";
  return { path: (quoted ?? plain)!, relative, span: { start, end } };
}
