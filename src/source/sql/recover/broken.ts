import type { Span } from "../../../text/span.ts";
import type { Parsed } from "../grammar.ts";
import { type Collected, RESUMPTIONS, readAlone } from "../read.ts";
import type { SqlError } from "../statement.ts";
import { offsetsOf } from "../tokens/offsets.ts";
import { isName, Kind, type TokenRange, type Tokens, tokenAt } from "../tokens/tokens.ts";
import { describeRefusal, opensStatement } from "./advice.ts";
import { openQuoteAt } from "./resume.ts";

type Refusal = Extract<Parsed, { message: string }>;

/** Says what is wrong with a statement the grammar refused, and reads what can still be read of it. */
export function readBroken(
  tokens: Tokens,
  range: TokenRange,
  text: string,
  refusal: Refusal,
  into: Collected,
): void {
  const span = refusedSpan(tokens, range, text, refusal);
  const foreign = placeholder(tokens, range);
  if (foreign) {
    into.notes.push(foreign);
    return;
  }
  const at = tokenAt(tokens, span.start);
  into.errors.push(
    openQuote(tokens, range, refusal) ?? { span, message: describeRefusal(tokens, range, at, refusal) },
  );
  if (at > range.first && at <= range.last && into.resumed < RESUMPTIONS && opensStatement(tokens, at)) {
    into.resumed++;
    readQuietly(tokens, { first: range.first, last: at - 1 }, into);
    readAlone(tokens, { first: at, last: range.last }, into);
  }
}

/** The quote because of which the grammar refuses the statement. */
function openQuote(tokens: Tokens, range: TokenRange, { message }: Refusal): SqlError | undefined {
  const { open } = tokens;
  if (open === undefined || !/^unterminated (?:dollar-)?quoted/.test(message)) return undefined;
  const at = tokenAt(tokens, open);
  return at <= range.last ? openQuoteAt(tokens, at, tokens.end[at]!) : undefined;
}

/** The token the grammar stopped at; the last one where it wanted more. */
function refusedSpan(tokens: Tokens, range: TokenRange, text: string, refusal: Refusal): Span {
  const start = tokens.start[range.first]!;
  const end = tokens.end[range.last]!;
  if (refusal.point === undefined) return { start, end };
  const offset = start + offsetsOf(text).fromCodePoint(refusal.point);
  const at = Math.min(tokenAt(tokens, offset), range.last);
  return { start: tokens.start[at]!, end: tokens.end[at]! };
}

/** Reads the part before a forgotten semicolon; that it is broken was said already. */
function readQuietly(tokens: Tokens, range: TokenRange, into: Collected): void {
  const aside: Collected = { statements: [], errors: [], notes: [], resumed: RESUMPTIONS };
  readAlone(tokens, range, aside);
  if (aside.errors.length === 0) into.statements.push(...aside.statements);
}

/** What a script's own language left in the statement: `:name` of psql, `{{ name }}` of a template. */
function placeholder(tokens: Tokens, range: TokenRange) {
  for (let i = range.first; i < range.last; i++) {
    const variable = variableAt(tokens, i);
    if (variable) {
      const name = tokens.text.slice(variable.start, variable.end);
      const message = `${name} is a variable of psql; the statement that uses it was left out.`;
      return { span: variable, message };
    }
    const span = templateAt(tokens, i);
    if (span) return { span, message: "This statement holds a template's placeholder and was left out." };
  }
  return undefined;
}

/** `:name` or `:'name'`. */
function variableAt(tokens: Tokens, at: number): Span | undefined {
  const start = tokens.start[at]!;
  if (tokens.text[start] !== ":" || tokens.end[at] !== tokens.start[at + 1]) return undefined;
  const named = isName(tokens, at + 1) || tokens.kind[at + 1] === Kind.string;
  return named ? { start, end: tokens.end[at + 1]! } : undefined;
}

/** `{{ schema }}`, or a comment right before a point, where the schema's name is filled in. */
function templateAt(tokens: Tokens, at: number): Span | undefined {
  const start = tokens.start[at]!;
  const character = tokens.text[start];
  if (character === "{" && tokens.kind[at] === Kind.stray && isTemplate(tokens, at))
    return { start, end: tokens.end[at + 1]! };
  if (character !== "." || at === 0) return undefined;
  const comment = /\/\*[^*]*\*\/$/.exec(tokens.text.slice(tokens.end[at - 1]!, start));
  return comment ? { start: start - comment[0].length, end: start } : undefined;
}

/** `{{`, `{%` or `${`. */
const isTemplate = (tokens: Tokens, at: number): boolean => {
  const start = tokens.start[at]!;
  const next = tokens.text[start + 1];
  return next === "{" || next === "%" || tokens.text[start - 1] === "$";
};
