import { Kind, type TokenRange, type Tokens } from "../tokens/tokens.ts";
import { isOfTheGrammar } from "./words.ts";

/** What stands in a form where statements of that form differ. */
export const Hole = { name: "\u0001", string: "\u0002" } as const;

/** Longer ones hardly have a form in common with another. */
const MOST_TOKENS = 400;

/**
 * The form of a statement: its tokens, with names and plain constants left open. The grammar sees kinds of tokens, so
 * that statements of one form have the same tree but for these. Undefined where that is not certain, or of no use.
 */
export function formOf(tokens: Tokens, { first, last }: TokenRange): string | undefined {
  if (last - first >= MOST_TOKENS || !OPENERS.has(openingWords(tokens, first))) return undefined;
  let form = "";
  for (let i = first; i <= last; i++) {
    const part = i > first && isJoined(tokens, i) ? undefined : partOf(tokens, i);
    if (part === undefined) return undefined;
    form += `${part}\u0000`;
  }
  return form;
}

/** Statements that are written by the dozen, and whose names the grammar does not look into but for a few words. */
const OPENERS = new Set(
  ["policy", "table", "index", "unique", "type"]
    .map((object) => `create ${object}`)
    .concat("alter table", "alter policy", "drop policy", "drop table", "drop index", "comment on"),
);

function openingWords({ text, start, end }: Tokens, first: number): string {
  return `${text.slice(start[first], end[first])} ${text.slice(start[first + 1], end[first + 1])}`.toLowerCase();
}

/** Tokens without a space between that PostgreSQL takes for one (`n'...'`, `$1a`), or two constants for one. */
function isJoined({ kind, start, end }: Tokens, index: number): boolean {
  const [before, here] = [kind[index - 1]!, kind[index]!];
  if (here === Kind.string && before === Kind.string) return true;
  return start[index] === end[index - 1] && before <= Kind.parameter && here <= Kind.parameter;
}

function partOf(tokens: Tokens, index: number): string | undefined {
  const { text, start, end, kind } = tokens;
  const written = text.slice(start[index], end[index]);
  switch (kind[index]) {
    case Kind.word:
      return isOfTheGrammar(written) || !NAME.test(written) ? written : Hole.name;
    case Kind.quoted:
      return QUOTED.test(written) && !isOfTheGrammar(written.slice(1, -1)) ? Hole.name : written;
    case Kind.string:
      return PLAIN.test(written) ? Hole.string : written;
    case Kind.stray:
      return undefined;
    default:
      return written;
  }
}

/** PostgreSQL cuts names after 63 bytes, and folds and counts what is not ASCII in its own way. */
const NAME = /^[\w$]{1,63}$/;
const QUOTED = /^"[ !#-~]{1,63}"$/;
const PLAIN = /^'[\s!-&(-[\]-~]*'$/;
