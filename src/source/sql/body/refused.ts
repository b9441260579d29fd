import { type Parsed, refusalOfProcedure } from "../grammar.ts";
import type { SqlError } from "../statement.ts";
import { offsetsOf } from "../tokens/offsets.ts";
import type { Reading, Refused } from "../tokens/reading.ts";
import { type TokenRange, tokenAt, tokenText } from "../tokens/tokens.ts";

type Refusal = Extract<Parsed, { message: string }>;

/** What the grammar says against a text that begins at an offset; undefined where that is not about its words. */
export function refusedIn(
  text: string,
  from: number,
  range: TokenRange,
  { message, point, tooMuch }: Refusal,
): Refused | undefined {
  if (tooMuch || point === undefined) return undefined;
  return { range, message, at: from + offsetsOf(text).fromCodePoint(point) };
}

/** An error at the token that the grammar stopped at; the last one where it wanted more. */
export function errorAt(body: Reading, { range, message, at }: Refused): SqlError {
  const token = Math.max(range.first, Math.min(tokenAt(body.tokens, at), range.last));
  return errorOf(body, token, message);
}

/**
 * What PostgreSQL refuses of a body in PL/pgSQL. `isDoubtful`: reading it met something strange, which may well be right;
 * PL/pgSQL's own grammar decides, and does not say where.
 */
export function refusedProcedure(
  { tokens }: Reading,
  statement: TokenRange,
  body: Reading,
  isDoubtful: boolean,
): SqlError | undefined {
  if (!isDoubtful && !body.refused) return undefined;
  const text = tokens.text.slice(tokens.start[statement.first], tokens.end[statement.last]);
  const message = refusalOfProcedure(text);
  if (message === undefined) return undefined;
  if (body.refused?.message === message) return errorAt(body, body.refused);
  return errorOf(body, stoppedAt(body, message), message);
}

/** The token that a message names, where only one can be meant; else the first of the body. */
function stoppedAt({ tokens, refused }: Reading, message: string): number {
  const named = /at or near "(.+)"$/s.exec(message)?.[1];
  if (named === undefined) return tokens.count - 1;
  const found: number[] = [];
  for (let i = refused?.range.first ?? 0; i < tokens.count && found.length < 2; i++)
    if (tokenText(tokens, i) === named) found.push(i);
  const isOnly = found.length === 1 || (found.length > 0 && refused !== undefined);
  return isOnly ? found[0]! : 0;
}

const errorOf = (body: Reading, token: number, message: string): SqlError => ({
  span: body.place(token, token),
  message: `PostgreSQL's grammar refuses this: ${message.replace(/\s+/g, " ")}.`,
});
