import type { Directive } from "../sql/statement.ts";

const COMMENT = /\/\/[^\S\r\n]*(rowguard-ignore[^\r\n]*)|\/\*+\s*(rowguard-ignore[\s\S]*?)\*\//g;

/** `// rowguard-ignore ...` and the same in a block comment, which is how JSX has comments. */
export function readDirectives(text: string): Directive[] {
  if (!text.includes("rowguard-ignore")) return [];
  return [...text.matchAll(COMMENT)].map((match) => ({
    text: (match[1] ?? match[2])!.trim(),
    span: { start: match.index, end: match.index + match[0].length },
  }));
}
