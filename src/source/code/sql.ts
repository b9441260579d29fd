import type ts from "typescript";
import type { SqlFact } from "./facts.ts";
import { findSettings } from "./settings.ts";
import { functionAround } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import { RAW_SQL } from "./vocabulary.ts";

/** Tags that hold SQL whoever they belong to: `sql`, `Prisma.sql`, `$queryRaw`. */
const TAGS: ReadonlySet<string> = new Set([...RAW_SQL, "sql", "SQL"]);

/** Methods that take SQL as text; what they are called on must turn out to be a database. */
const METHODS: ReadonlySet<string> = new Set([
  ...RAW_SQL,
  "query",
  "execute",
  "unsafe",
  "queryArray",
  "queryObject",
]);

/** `sql`...``, `prisma.$queryRaw`...``. */
export function readTag(tables: Tables, node: ts.TaggedTemplateExpression): SqlFact | undefined {
  const t = typescript();
  const tag = t.isPropertyAccessExpression(node.tag) ? node.tag.name : node.tag;
  if (!t.isIdentifier(tag) || !TAGS.has(tag.text)) return undefined;
  return sqlOf(tables, node, node.template, tag.text, true);
}

/** `client.query("...")`, `prisma.$executeRawUnsafe("...")`, `pool.query({ text: "..." })`. */
export function readSqlCall(tables: Tables, node: ts.CallExpression): SqlFact | undefined {
  const t = typescript();
  if (!t.isPropertyAccessExpression(node.expression)) return undefined;
  const method = node.expression.name.text;
  if (!METHODS.has(method)) return undefined;
  const text = textArgument(tables, node.arguments[0]);
  return text && sqlOf(tables, node, text, method, RAW_SQL.has(method));
}

function textArgument(tables: Tables, node: ts.Expression | undefined): ts.Expression | undefined {
  const t = typescript();
  if (!node) return undefined;
  if (t.isStringLiteralLike(node) || t.isTemplateExpression(node) || t.isBinaryExpression(node)) return node;
  if (t.isObjectLiteralExpression(node)) {
    const text = node.properties.find(
      (each) => each.name && t.isIdentifier(each.name) && each.name.text === "text",
    );
    return text && t.isPropertyAssignment(text) ? textArgument(tables, text.initializer) : undefined;
  }
  if (!t.isIdentifier(node)) return undefined;
  const origin = tables.survey.scopeAt(node).find(node.text)?.origin;
  if (origin?.from !== "value" || !origin.init || t.isIdentifier(origin.init)) return undefined;
  return textArgument(tables, origin.init);
}

function sqlOf(
  tables: Tables,
  node: ts.Node,
  template: ts.Expression,
  tag: string,
  certain: boolean,
): SqlFact {
  const holes: (string | undefined)[] = [];
  const text = collect(tables, template, holes);
  const settings = findSettings(text, holes);
  const inTransaction = isInTransaction(tables, node) || /^\s*(begin|start\s+transaction)\b/i.test(text);
  return { tag, text, settings, inTransaction, certain };
}

function collect(tables: Tables, node: ts.Expression, holes: (string | undefined)[]): string {
  const t = typescript();
  if (t.isStringLiteralLike(node)) return node.text;
  if (t.isTemplateExpression(node))
    return (
      node.head.text +
      node.templateSpans.map((span) => hole(tables, span.expression, holes) + span.literal.text).join("")
    );
  if (t.isParenthesizedExpression(node)) return collect(tables, node.expression, holes);
  if (t.isBinaryExpression(node) && node.operatorToken.kind === t.SyntaxKind.PlusToken)
    return collect(tables, node.left, holes) + collect(tables, node.right, holes);
  return hole(tables, node, holes);
}

function hole(tables: Tables, node: ts.Expression, holes: (string | undefined)[]): string {
  const t = typescript();
  let value: ts.Expression | undefined = node;
  if (t.isIdentifier(node)) {
    const origin = tables.survey.scopeAt(node).find(node.text)?.origin;
    value = origin?.from === "value" ? origin.init : undefined;
  }
  holes.push(value && t.isStringLiteralLike(value) ? value.text : undefined);
  return `$${holes.length}`;
}

const TRANSACTION = /^(\$?transaction|begin|withTransaction|runInTransaction|inTransaction|tx)$/i;

/** Inside the function or array that a transaction runs, or after a BEGIN in the same function. */
function isInTransaction(tables: Tables, node: ts.Node): boolean {
  const t = typescript();
  for (let at = node.parent; at; at = at.parent) {
    if (!t.isCallExpression(at)) continue;
    const callee = t.isPropertyAccessExpression(at.expression) ? at.expression.name : at.expression;
    if (callee !== node && t.isIdentifier(callee) && TRANSACTION.test(callee.text)) return true;
  }
  const around = functionAround(t, node);
  if (!around) return false;
  const before = tables.survey.file.text.slice(around.pos, node.pos);
  return /["'`]\s*(begin|start\s+transaction)\b/i.test(before);
}
