import type { Expr, Query } from "../expression.ts";
import { rewriteExpr } from "../rewrite.ts";
import type { Reading } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { exprOfPiece, parsePiece, queryOf } from "./piece.ts";
import type { Step } from "./step.ts";

/** More ways through a body are not followed. */
const MOST = 24;

/**
 * What a PL/pgSQL function returns, as one expression of its arguments: IF becomes CASE, a variable what it was given,
 * RAISE EXCEPTION and the end without RETURN are NULL. Undefined where loops, handlers, records or statements that
 * write decide, and where several arguments are given back.
 */
export function outcomeOf(body: Reading, steps: readonly Step[], given: readonly Output[]): Expr | undefined {
  if (given.length > 1) return undefined;
  const outcome = new Outcome(body, given[0]);
  return outcome.of(steps, new Map());
}

/** An OUT argument: NULL until it is set, where none is passed for it. */
export interface Output {
  readonly name: string;
  readonly passed: boolean;
}

/** What variables hold by name; null where that is not known. */
export type Variables = ReadonlyMap<string, Expr | null>;

class Outcome {
  private ways = 0;

  constructor(
    private readonly body: Reading,
    private readonly given: Output | undefined,
  ) {}

  of(steps: readonly Step[], variables: Variables): Expr | undefined {
    const [step, ...rest] = steps;
    if (!step) return this.end(variables);
    switch (step.kind) {
      case "block":
        return step.handlers.length ? undefined : this.of([...step.steps, ...rest], variables);
      case "assign":
        return this.assign(step, rest, variables);
      case "sql":
        return this.sql(step, rest, variables);
      case "value":
        return this.of(rest, variables);
      case "branch":
        return this.branch(step, rest, variables);
      case "return":
        if (step.next) return undefined;
        return step.value ? this.expr(step.value, variables) : this.end(variables);
      case "fail":
        return this.nothing();
      default:
        return undefined;
    }
  }

  private assign(
    { name, value }: Extract<Step, { kind: "assign" }>,
    rest: readonly Step[],
    variables: Variables,
  ): Expr | undefined {
    const expr = value ? this.expr(value, variables) : this.nothing();
    return name && expr ? this.of(rest, new Map(variables).set(name, expr)) : undefined;
  }

  /** SELECT INTO, of which every variable is a sub-select of its own; FOUND is whether there was a row. */
  private sql(
    step: Extract<Step, { kind: "sql" }>,
    rest: readonly Step[],
    variables: Variables,
  ): Expr | undefined {
    const range = step.perform ? { first: step.range.first + 1, last: step.range.last } : step.range;
    const read = parsePiece(this.body, { range, select: step.perform, gaps: step.into });
    const query = read && queryOf(read);
    if (query?.command !== "select" || query.into) return undefined;
    const filled = new Map(variables);
    for (const name of step.fills) filled.set(name, null);
    if (step.fills.length === query.targets.length)
      for (const [i, name] of step.fills.entries()) {
        const one: Query = { ...query, targets: [query.targets[i]!] };
        filled.set(
          name,
          known({ kind: "subquery", form: "scalar", query: one, span: query.span }, variables),
        );
      }
    filled.set(FOUND, known({ kind: "subquery", form: "exists", query, span: query.span }, variables));
    return this.of(rest, filled);
  }

  private branch(
    { conditions, arms }: Extract<Step, { kind: "branch" }>,
    rest: readonly Step[],
    variables: Variables,
  ): Expr | undefined {
    this.ways += arms.length;
    if (!conditions || this.ways > MOST) return undefined;
    const whens: { when: Expr; then: Expr }[] = [];
    for (const [i, condition] of conditions.entries()) {
      const when = this.expr(condition, variables);
      const then = this.of([...arms[i]!, ...rest], variables);
      if (!when || !then) return undefined;
      whens.push({ when, then });
    }
    const otherwise = this.of([...(arms[conditions.length] ?? []), ...rest], variables);
    return otherwise && { kind: "case", whens, otherwise, span: whens[0]!.when.span };
  }

  /** What it gives without a RETURN that says it. */
  private end(variables: Variables): Expr | undefined {
    if (!this.given) return this.nothing();
    const { name, passed } = this.given;
    if (variables.has(name)) return variables.get(name) ?? undefined;
    return passed ? undefined : this.nothing();
  }

  private expr(range: TokenRange, variables: Variables): Expr | undefined {
    const expr = exprOfPiece(this.body, range);
    return expr && (known(expr, variables) ?? undefined);
  }

  private nothing(): Expr {
    const span = this.body.place(0, 0);
    return { kind: "constant", type: "null", value: "", span };
  }
}

/** Whether there was a row; a variable of that name that the function declares stands before it. */
export const FOUND = "found ";

const heldIn = (variables: Variables, name: string): Expr | null | undefined =>
  variables.has(name) || name !== "found" ? variables.get(name) : variables.get(FOUND);

/** An expression with what its variables hold; null where one of them is not known. */
export function known(expr: Expr, variables: Variables): Expr | null {
  let isKnown = true;
  const given = rewriteExpr(expr, {
    expr: (part) => {
      const name = part.kind === "column" && part.path.length === 1 ? part.path[0]! : undefined;
      const held = name === undefined ? undefined : heldIn(variables, name);
      if (held === null) isKnown = false;
      return held ?? part;
    },
  });
  return isKnown ? given : null;
}
