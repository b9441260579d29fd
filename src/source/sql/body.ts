import type { Node } from "@pgsql/types";
import type { Span } from "../../text/span.ts";
import type { Expr, Query } from "./expression.ts";
import { parseTree } from "./grammar.ts";
import { rangeOf } from "./range.ts";
import { readExpr } from "./read-expression.ts";
import { readQuery, type TokenRange } from "./read-query.ts";
import { type Reading, readingElsewhere, readingInPlace } from "./reading.ts";
import type { FunctionBody } from "./statement.ts";
import { readTokens } from "./tokens.ts";
import { as, itemsOf, kindOf, type NodeOf } from "./tree.ts";

export interface BodyText {
  readonly reading: Reading;
  readonly node: NodeOf<"CreateFunctionStmt">;
  readonly range: TokenRange;
  readonly language: string;
  readonly source: string | undefined;
  /** Where the body stands. */
  readonly place: Span;
}

const UNREAD: FunctionBody = { queries: [], expressions: [], dynamic: false, complete: false };

/** What a function's body does, as far as reading it can tell. */
export function readBody(body: BodyText): FunctionBody {
  if (body.node.sql_body) return readAtomic(body.reading, body.node.sql_body);
  if (body.source === undefined) return UNREAD;
  if (body.language === "sql")
    return readSqlBody(readingOf(body.reading, body.place, body.source), body.source);
  return UNREAD;
}

/** A reading of a text that stands at `place`: letter by letter, or somehow escaped. */
export function readingOf(outer: Reading, place: Span, text: string): Reading {
  const whole = outer.tokens.text;
  if (outer.whole || whole.slice(place.start, place.end) !== text) return readingElsewhere(text, place);
  return readingInPlace(readTokens(whole, place), place.start, text);
}

function readSqlBody(reading: Reading, source: string): FunctionBody {
  const parsed = parseTree(source);
  if (!("statements" in parsed)) return UNREAD;
  const limit = reading.tokens.count - 1;
  const queries: Query[] = [];
  for (const raw of parsed.statements) {
    if (isQuery(raw.stmt)) queries.push(readQuery(reading, raw.stmt, rangeOf(reading, raw, limit)));
  }
  return { ...withResult(queries), dynamic: false, complete: queries.length === parsed.statements.length };
}

/** BEGIN ATOMIC ...; END, or RETURN expression. */
function readAtomic(reading: Reading, node: Node): FunctionBody {
  const returned = as(node, "ReturnStmt")?.returnval;
  if (returned) {
    const result = readExpr(reading, returned);
    return { queries: [], expressions: [result], result, dynamic: false, complete: true };
  }
  const statements = itemsOf(node).flatMap((item) => itemsOf(item));
  const queries = statements.filter(isQuery).map((item) => readQuery(reading, item));
  return { ...withResult(queries), dynamic: false, complete: queries.length === statements.length };
}

const QUERIES = new Set(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);

export const isQuery = (node: Node | undefined): node is Node =>
  node !== undefined && QUERIES.has(kindOf(node) ?? "");

/** The last SELECT's only column, as a scalar sub-select where it reads tables. */
function withResult(queries: readonly Query[]): Pick<FunctionBody, "queries" | "expressions" | "result"> {
  const last = queries.at(-1);
  const result = last && resultOf(last);
  return { queries, expressions: [], ...(result ? { result } : {}) };
}

export function resultOf(query: Query): Expr | undefined {
  if (query.command !== "select" || query.setOperation || query.targets.length !== 1) return undefined;
  const plain = query.from.length === 0 && !query.where && query.ctes.length === 0;
  return plain ? query.targets[0]!.expr : { kind: "subquery", form: "scalar", query, span: query.span };
}
