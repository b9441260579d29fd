import type ts from "typescript";
import { maskSecret } from "../../text/secret.ts";
import { readValue } from "./expression.ts";
import { startOf } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { TextPart, Value } from "./value.ts";

/** A string, a template or a concatenation, in parts that keep their places. */
export function readText(tables: Tables, node: ts.Expression): Value {
  const t = typescript();
  const parts: TextPart[] = [];
  if (!collect(tables, node, parts)) return null;
  const quote = t.isBinaryExpression(node)
    ? undefined
    : tables.survey.file.text.charAt(startOf(node, tables.survey.file));
  return { is: "text", parts, ...(quote && { quote }) };
}

/** False where no part is text. */
function collect(tables: Tables, node: ts.Expression, parts: TextPart[]): boolean {
  const t = typescript();
  if (t.isStringLiteralLike(node)) {
    parts.push(partOf(tables, node, 1));
    return true;
  }
  if (t.isTemplateExpression(node)) {
    parts.push(partOf(tables, node.head, 2));
    for (const span of node.templateSpans) {
      parts.push(holeOf(tables, span.expression));
      parts.push(partOf(tables, span.literal, t.isTemplateTail(span.literal) ? 1 : 2));
    }
    return true;
  }
  if (t.isParenthesizedExpression(node)) return collect(tables, node.expression, parts);
  if (t.isBinaryExpression(node) && node.operatorToken.kind === t.SyntaxKind.PlusToken) {
    const left = collect(tables, node.left, parts);
    return collect(tables, node.right, parts) || left;
  }
  parts.push(holeOf(tables, node));
  return false;
}

function holeOf(tables: Tables, node: ts.Expression): TextPart {
  const name = namesOf(node)?.join(".");
  return { hole: readValue(tables, node), ...(name !== undefined && { name }) };
}

/** `user!.id` by the names it is written with; undefined for what is no name. */
function namesOf(node: ts.Expression): string[] | undefined {
  const t = typescript();
  if (t.isIdentifier(node)) return [node.text];
  if (t.isNonNullExpression(node) || t.isParenthesizedExpression(node)) return namesOf(node.expression);
  if (!t.isPropertyAccessExpression(node)) return undefined;
  const of = namesOf(node.expression);
  return of && [...of, node.name.text];
}

/** `closing`: the length of what ends the literal, a quote or `${`. */
function partOf(tables: Tables, node: ts.LiteralLikeNode, closing: number): TextPart {
  const start = startOf(node, tables.survey.file) + 1;
  const raw = tables.survey.file.text.slice(start, node.isUnterminated ? node.end : node.end - closing);
  if (!raw.includes("\\")) return { text: maskSecret(raw), start };
  // Escaped line ends are space; every other character keeps its place.
  return { text: maskSecret(raw.replace(/\\[nrt]/g, "  ")), start, escaped: true };
}
