import type { Expr, FromItem, Query } from "../expression.ts";
import type { ReachedQuery } from "../statement.ts";
import type { Reading } from "../tokens/reading.ts";
import { isWord, type TokenRange } from "../tokens/tokens.ts";
import { callsOf } from "../walk.ts";
import { FOUND, known, type Variables } from "./outcome.ts";
import { exprOfPiece, parsePiece, queryOf, queryOfPiece } from "./piece.ts";
import type { Step } from "./step.ts";

/** More ways through a body, and more queries, are not followed. */
const MOST = 16;

/**
 * The rows that a PL/pgSQL body gives by RETURN QUERY or a loop, changes or deletes, each as a SELECT with what must hold
 * on the way to it. A way is followed as far as nothing on it may fail unseen.
 */
export function reachedQueries(body: Reading, steps: readonly Step[]): readonly ReachedQuery[] {
  const walk = new Walk(body);
  walk.of(steps, { variables: new Map(), conditions: [] });
  return walk.found.slice(0, MOST);
}

interface Way {
  readonly variables: Variables;
  readonly conditions: readonly Expr[];
}

class Walk {
  readonly found: ReachedQuery[] = [];
  private ways = 0;

  constructor(private readonly body: Reading) {}

  of(steps: readonly Step[], way: Way): void {
    const [step, ...rest] = steps;
    if (step?.kind === "block") this.of(step.handlers.length ? step.steps : [...step.steps, ...rest], way);
    else if (step?.kind === "value") this.of(rest, way);
    else if (step?.kind === "assign") this.assign(step, rest, way);
    else if (step?.kind === "sql") this.sql(step, rest, way);
    else if (step?.kind === "branch") this.branch(step, rest, way);
    else if (step?.kind === "query") {
      this.reach(queryOfPiece(this.body, { range: step.range, select: false }), way);
      this.of(rest, way);
    } else if (step?.kind === "loop" && step.over.kind === "query" && step.body.some(isGiving))
      this.reach(queryOfPiece(this.body, { range: step.over.range, select: false }), way);
  }

  private assign({ name, value }: Extract<Step, { kind: "assign" }>, rest: readonly Step[], way: Way): void {
    const expr = value ? this.expr(value, way) : NOTHING;
    if (!name || !expr) return;
    const variables = new Map(way.variables).set(name, expr);
    this.of(rest, { variables, conditions: [...way.conditions, ...passing(expr)] });
  }

  /** SELECT INTO, of which every variable is a sub-select of its own; FOUND; UPDATE and DELETE. */
  private sql(step: Extract<Step, { kind: "sql" }>, rest: readonly Step[], way: Way): void {
    const range = step.perform ? { first: step.range.first + 1, last: step.range.last } : step.range;
    const read = parsePiece(this.body, { range, select: step.perform, gaps: step.into });
    const query = read && queryOf(read);
    if (!query || step.into.some(({ first }) => this.isStrict(first))) return;
    const passed = known(asExpr("exists", query), way.variables);
    if (!passed) return;
    if (query.command === "update" || query.command === "delete") this.reach(changed(query), way);
    const variables = filledBy(query, step.fills, way.variables);
    this.of(rest, { variables, conditions: [...way.conditions, ...passing(passed)] });
  }

  private isStrict(into: number): boolean {
    return isWord(this.body.tokens, into + 1, "strict");
  }

  private branch(
    { conditions, arms }: Extract<Step, { kind: "branch" }>,
    rest: readonly Step[],
    way: Way,
  ): void {
    let passed = way.conditions;
    for (const [i, condition] of (conditions ?? []).entries()) {
      const when = this.expr(condition, way);
      if (!when || ++this.ways > MOST) return;
      this.of([...arms[i]!, ...rest], { ...way, conditions: [...passed, when] });
      passed = [...passed, { kind: "test", test: "true", negated: true, arg: when, span: when.span }];
    }
    if (conditions) this.of([...(arms[conditions.length] ?? []), ...rest], { ...way, conditions: passed });
  }

  private reach(query: Query | undefined, { variables, conditions }: Way): void {
    const given = query && known(asExpr("scalar", query), variables);
    if (given?.kind !== "subquery") return;
    const when: Expr = { kind: "and", args: conditions, span: given.span };
    this.found.push(conditions.length ? { query: given.query, when } : { query: given.query });
  }

  private expr(range: TokenRange, { variables }: Way): Expr | undefined {
    const expr = exprOfPiece(this.body, range);
    return expr && (known(expr, variables) ?? undefined);
  }
}

const NOTHING: Expr = { kind: "constant", type: "null", value: "", span: { start: 0, end: 0 } };

const asExpr = (form: "scalar" | "exists", query: Query): Expr => ({
  kind: "subquery",
  form,
  query,
  span: query.span,
});

function filledBy(query: Query, fills: readonly string[], before: Variables): Variables {
  const filled = new Map(before);
  const isPlain = query.command === "select" && query.targets.length === fills.length;
  for (const [i, name] of fills.entries())
    filled.set(
      name,
      isPlain ? known(asExpr("scalar", { ...query, targets: [query.targets[i]!] }), before) : null,
    );
  return filled.set(FOUND, query.command === "select" ? known(asExpr("exists", query), before) : null);
}

/** A function of the sources may refuse its caller, whatever becomes of its value: it stays among the conditions. */
function passing(expr: Expr): readonly Expr[] {
  const { span } = expr;
  const isHarmless = callsOf(expr).every(({ name }) =>
    name.length > 1 ? PLATFORM.has(name[0]!) : BUILT_IN.has(name[0]!),
  );
  const test = (negated: boolean): Expr => ({ kind: "test", test: "null", negated, arg: expr, span });
  return isHarmless ? [] : [{ kind: "or", args: [test(false), test(true)], span }];
}

const PLATFORM = new Set(["auth", "pg_catalog"]);
const BUILT_IN = new Set("count max min sum now lower upper trim length coalesce current_setting".split(" "));

const isGiving = (step: Step): boolean => step.kind === "return" && step.next;

/** The rows that an UPDATE or a DELETE finds. */
function changed({ into, intoAlias: alias, from, where, ctes, span }: Query): Query {
  const target: FromItem[] = into ? [{ kind: "table", name: into, ...(alias ? { alias } : {}) }] : [];
  const found = { command: "select" as const, ctes, targets: [], from: [...target, ...from], span };
  return where ? { ...found, where } : found;
}
