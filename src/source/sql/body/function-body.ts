import type { Node } from "@pgsql/types";
import type { Span } from "../../../text/span.ts";
import type { Expr, Query } from "../expression.ts";
import { parseTree } from "../grammar.ts";
import type { FunctionBody, Statement } from "../statement.ts";
import { rangeOf } from "../tokens/range.ts";
import { beginAt, type Reading, readingOf } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { readExpr } from "../tree/expression.ts";
import { as, itemsOf, kindOf, type NodeOf } from "../tree/node.ts";
import { readQuery } from "../tree/query.ts";
import { type Output, outcomeOf } from "./outcome.ts";
import { exprOfPiece, isQuery, parsePiece, queryOf, queryOfPiece } from "./piece.ts";
import { readProcedure } from "./procedure.ts";
import { resultOf } from "./query-result.ts";
import { reachedQueries } from "./reached.ts";
import { errorAt, refusedIn, refusedProcedure } from "./refused.ts";
import { runProcedure } from "./run.ts";
import type { Step } from "./step.ts";

export interface BodyText {
  readonly reading: Reading;
  readonly range: TokenRange;
  readonly node: NodeOf<"CreateFunctionStmt">;
  readonly language: string;
  readonly source: string | undefined;
  /** Where the body stands. */
  readonly place: Span;
}

const UNREAD: FunctionBody = { queries: [], expressions: [], dynamic: false, complete: false };

/** What a function's body does, as far as reading it can tell. */
export function readBody({ reading, range, node, language, source, place }: BodyText): FunctionBody {
  if (node.sql_body) return readAtomic(reading, node.sql_body);
  if (source === undefined) return UNREAD;
  if (language === "sql") return readSqlBody(readingOf(reading, place, source), source, place.start);
  if (language !== "plpgsql") return UNREAD;
  const inside = readingOf(reading, place, source);
  const { isWhole, ...body } = readProcedureBody(inside, node);
  const refused = refusedProcedure(reading, range, inside, !isWhole);
  return refused ? { ...body, refused } : body;
}

/** `start` is where the body begins that stands in the source letter by letter. */
function readSqlBody(reading: Reading, source: string, start: number): FunctionBody {
  const parsed = parseTree(source);
  const limit = reading.tokens.count - 1;
  if (!("statements" in parsed)) {
    const from = reading.whole ? 0 : start;
    const refused = refusedIn(source, from, { first: 0, last: limit }, parsed);
    return refused ? { ...UNREAD, refused: errorAt(reading, refused) } : UNREAD;
  }
  const queries: Query[] = [];
  let complete = true;
  for (const raw of parsed.statements) {
    const range = rangeOf(reading, raw, limit);
    beginAt(reading, range.first);
    const query = raw.stmt && queryOf({ reading, range, node: raw.stmt });
    if (query) queries.push(query);
    else complete &&= isSilent(raw.stmt);
  }
  return { ...withResult(queries), dynamic: false, complete };
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

function withResult(queries: readonly Query[]): Pick<FunctionBody, "queries" | "expressions" | "result"> {
  const last = queries.at(-1);
  const result = last && resultOf(last);
  return { queries, expressions: [], ...(result ? { result } : {}) };
}

/** Nobody calls such a function: its trigger does. */
const givesTrigger = ({ returnType }: NodeOf<"CreateFunctionStmt">): boolean =>
  /trigger$/.test(as(returnType?.names?.at(-1), "String")?.sval ?? "");

/** What PL/pgSQL asks and computes, in the order it is written. */
function readProcedureBody(
  reading: Reading,
  node: NodeOf<"CreateFunctionStmt">,
): FunctionBody & { readonly isWhole: boolean } {
  const procedure = readProcedure(reading.tokens);
  const found = new Findings(reading);
  found.take(procedure.steps);
  const { queries, expressions, returned, dynamic, commands } = found;
  const only = returned.length === 1 && endsInReturn(procedure.steps) ? returned[0] : undefined;
  const given = outputOf(node);
  const isAnswer = !given.length && isPlain(procedure.steps);
  const result = isAnswer ? only : (outcomeOf(reading, procedure.steps, given) ?? only);
  const reached = givesTrigger(node) ? [] : reachedQueries(reading, procedure.steps);
  const run = dynamic || commands ? runProcedure(reading, procedure.steps) : undefined;
  const statements = run?.statements.filter(isCommand) ?? [];
  return {
    queries,
    expressions,
    ...(result ? { result } : {}),
    ...(reached.length > 0 ? { reached } : {}),
    dynamic,
    complete: procedure.complete && found.complete && !dynamic && !commands,
    ...(statements.length > 0 ? { statements } : {}),
    ...(run && run.unresolved.length > 0 ? { unresolved: run.unresolved } : {}),
    isWhole: procedure.complete,
  };
}

/** The arguments whose values a function gives in place of RETURN. */
const outputOf = ({ parameters = [] }: NodeOf<"CreateFunctionStmt">): readonly Output[] =>
  parameters.flatMap((item) => {
    const { name = "", mode = "" } = as(item, "FunctionParameter") ?? {};
    return /^FUNC_PARAM_(OUT|INOUT)$/.test(mode) ? [{ name, passed: mode === "FUNC_PARAM_INOUT" }] : [];
  });

/** A block that does nothing but return. */
const isPlain = (steps: readonly Step[]): boolean =>
  steps.every((step) => (step.kind === "block" ? isPlain(step.steps) : step.kind === "return"));

/** Whatever stands before it comes to the RETURN at the end. */
const endsInReturn = (steps: readonly Step[]): boolean => {
  const last = steps.at(-1);
  const isEnd =
    last?.kind === "block" ? !last.handlers.length && endsInReturn(last.steps) : last?.kind === "return";
  return isEnd && !steps.slice(0, -1).some(mayFail);
};

const mayFail = (step: Step): boolean =>
  step.kind === "fail" ||
  (step.kind === "branch" && step.arms.flat().some(mayFail)) ||
  (step.kind === "loop" && step.body.some(mayFail)) ||
  (step.kind === "block" && [...step.steps, ...step.handlers.flat()].some(mayFail));

const QUERY_KINDS = new Set<Statement["kind"]>([
  "select",
  "insert",
  "update",
  "delete",
  "other",
  "transaction",
]);

const isCommand = (statement: Statement): boolean => !QUERY_KINDS.has(statement.kind);

/** Statements that neither read nor change what the catalog holds. */
const SILENT = new Set(
  "NotifyStmt ListenStmt LockStmt VariableSetStmt ConstraintsSetStmt TransactionStmt".split(" "),
);

const isSilent = (node: Node | undefined): boolean => node !== undefined && SILENT.has(kindOf(node) ?? "");

class Findings {
  readonly queries: Query[] = [];
  readonly expressions: Expr[] = [];
  readonly returned: Expr[] = [];
  dynamic = false;
  /** Whether statements other than queries were met. */
  commands = false;
  complete = true;

  constructor(private readonly reading: Reading) {}

  take(steps: readonly Step[]): void {
    for (const step of steps) this.step(step);
  }

  private step(step: Step): void {
    switch (step.kind) {
      case "sql":
        this.sql(step);
        break;
      case "query":
        this.query(step.range);
        break;
      case "value":
        this.values(step.range);
        break;
      case "assign":
        if (step.value) this.expr(step.value);
        break;
      case "return":
        this.returns(step);
        break;
      case "execute":
        this.dynamic = true;
        this.expr(step.text);
        break;
      case "branch":
        for (const arm of step.arms) this.take(arm);
        break;
      case "block":
        this.take(step.steps);
        for (const handler of step.handlers) this.take(handler);
        break;
      case "loop":
        this.loop(step);
    }
  }

  private sql(step: Extract<Step, { kind: "sql" }>): void {
    const range = step.perform ? { first: step.range.first + 1, last: step.range.last } : step.range;
    const read = parsePiece(this.reading, { range, select: step.perform, gaps: step.into });
    const query = read && queryOf(read);
    if (query) this.queries.push(query);
    else if (!isSilent(read?.node)) this.commands = true;
  }

  private query(range: TokenRange): void {
    const query = queryOfPiece(this.reading, { range, select: false });
    if (query) this.queries.push(query);
    else this.complete = false;
  }

  private expr(range: TokenRange): Expr | undefined {
    const expr = exprOfPiece(this.reading, range);
    if (expr) this.expressions.push(expr);
    else this.complete = false;
    return expr;
  }

  /** WHEN 1, 2 and ASSERT condition, message hold several. */
  private values(range: TokenRange): void {
    const query = queryOfPiece(this.reading, { range, select: true });
    const result = query && resultOf(query);
    if (result) this.expressions.push(result);
    else if (query && query.from.length === 0)
      this.expressions.push(...query.targets.map(({ expr }) => expr));
    else this.complete = false;
  }

  private returns(step: Extract<Step, { kind: "return" }>): void {
    const expr = step.value && this.expr(step.value);
    if (expr && !step.next) this.returned.push(expr);
  }

  private loop(step: Extract<Step, { kind: "loop" }>): void {
    const { over } = step;
    if (over.kind === "query") this.loopQuery(over.range);
    else if (over.kind === "execute") this.dynamic = true;
    else if (over.kind === "array") this.expr(over.range);
    else if (over.kind === "numbers") for (const range of [over.from, over.to]) this.expr(range);
    this.take(step.body);
  }

  /** A query, or the name of a cursor whose query was read where it was declared. */
  private loopQuery(range: TokenRange): void {
    const query = queryOfPiece(this.reading, { range, select: false });
    if (query) this.queries.push(query);
  }
}
