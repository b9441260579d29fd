import { type Parsed, parseTree } from "../grammar.ts";
import { Kind, type TokenRange, type Tokens, tokenText } from "../tokens/tokens.ts";

type Refusal = Extract<Parsed, { message: string }>;

export const TOO_MUCH =
  "This statement was left out, as it is nested too deeply or too large to be read: split it, or write a long " +
  "chain of operators as a list.";

/** What is wrong with a refused statement, and, where the text tells, what to do. `at` is the token the grammar stopped at. */
export function describeRefusal(
  tokens: Tokens,
  range: TokenRange,
  at: number,
  { message, tooMuch }: Refusal,
): string {
  if (tooMuch) return TOO_MUCH;
  // The grammar quotes what it stopped at, line ends included.
  const said = `PostgreSQL's grammar refuses this: ${message.replace(/\s+/g, " ")}`;
  const advice = adviceOn(tokens, range, at, message);
  return advice ? `${said}; ${advice}.` : `${said}.`;
}

function adviceOn(tokens: Tokens, range: TokenRange, at: number, message: string): string | undefined {
  if (opensStatement(tokens, at) && isWhole(tokens, { first: range.first, last: at - 1 }))
    return "end the statement before it with a semicolon";
  if (tokenText(tokens, at) === ")" && tokenText(tokens, at - 1) === ",") return "delete the comma before it";
  if (!message.endsWith("at end of input")) return undefined;
  for (let i = range.first; i <= range.last; i++)
    if (isLeftOpen(tokens, i)) return `close the ${tokenText(tokens, i)} in line ${lineOf(tokens, i)}`;
  return undefined;
}

const STARTERS = new Set(
  "alter begin comment commit create delete do drop grant insert revoke select set truncate update with".split(
    " ",
  ),
);

/** Whether a token begins a line with a word that statements begin with: the semicolon before it was forgotten. */
export function opensStatement(tokens: Tokens, at: number): boolean {
  if (tokens.kind[at] !== Kind.word || at === 0) return false;
  const start = tokens.start[at]!;
  const line = tokens.text.slice(tokens.end[at - 1], start);
  return /[\r\n]/.test(line) && STARTERS.has(tokens.text.slice(start, tokens.end[at]).toLowerCase());
}

const isWhole = (tokens: Tokens, { first, last }: TokenRange): boolean =>
  last >= first && "statements" in parseTree(tokens.text.slice(tokens.start[first], tokens.end[last]));

const isLeftOpen = (tokens: Tokens, index: number): boolean =>
  (tokenText(tokens, index) === "(" || tokenText(tokens, index) === "[") && tokens.close[index] === index;

const lineOf = ({ text, start }: Tokens, index: number): number =>
  text.slice(0, start[index]).split("\n").length;

/** What is said of a quote that nothing closes, by how it begins. */
export function describeOpenQuote(tokens: Tokens, index: number): string {
  if (tokens.kind[index] === Kind.quoted) return 'The name that begins here is never closed: end it with ".';
  const [tag] = /^\$[^$\s]*\$/.exec(tokenText(tokens, index)) ?? [];
  if (tag) return `The text that begins here is never closed: end it with ${tag}.`;
  return "The text that begins here is never closed: end it with ', and write '' for each ' within a text.";
}
