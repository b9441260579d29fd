import type { Expr } from "../expression.ts";
import { readTokens } from "../tokens/lexer.ts";
import { isWord } from "../tokens/tokens.ts";

/** What EXECUTE is given, in a few words: `EXECUTE format(...)`. */
export function describeBuilt(expr: Expr | undefined): string {
  switch (expr?.kind) {
    case "call":
      return `EXECUTE ${expr.name.join(".")}(...)`;
    case "operator":
      return "EXECUTE of a concatenation";
    case "column":
      return `EXECUTE ${expr.path.join(".")}`;
    default:
      return "EXECUTE";
  }
}

/** Whether a text, as far as it is known, switches row-level security or writes policies. */
export function touchesRowSecurity(sketch: string): boolean {
  const tokens = readTokens(sketch, { start: 0, end: sketch.length });
  for (let i = 0; i < tokens.count; i++) {
    if (isWord(tokens, i, "policy")) return true;
    if (isWord(tokens, i, "row") && isWord(tokens, i + 1, "level")) return true;
  }
  return false;
}
