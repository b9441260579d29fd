import type { Span } from "../../../text/span.ts";
import { parseTree } from "../grammar.ts";
import type { Statement, Unresolved } from "../statement.ts";
import { rangeOf } from "../tokens/range.ts";
import { type Reading, readingElsewhere, readingOf } from "../tokens/reading.ts";
import { constantSpan, Kind } from "../tokens/tokens.ts";
import { readStatement } from "../tree/statement.ts";
import { tablesOf } from "../walk.ts";
import { evaluate, type Known, Sketch, sketchOf, type Variables } from "./built-text.ts";
import { describeBuilt, touchesRowSecurity } from "./describe-built.ts";
import { knownRows } from "./known-rows.ts";
import { exprOfPiece, parsePiece, queryOfPiece } from "./piece.ts";
import type { LoopOver, Step } from "./step.ts";

export interface Run {
  /** What the steps were seen to execute, in order. */
  readonly statements: readonly Statement[];
  readonly unresolved: readonly Unresolved[];
}

/** Statements one body may become; a loop over more is no loop that a person wrote to be read. */
const MOST = 2000;

/** Follows the steps of a body: plain SQL, and what EXECUTE builds from constants. */
export function runProcedure(body: Reading, steps: readonly Step[]): Run {
  const runner = new Runner(body);
  runner.run(steps);
  return { statements: runner.statements, unresolved: runner.unresolved };
}

class Runner {
  readonly statements: Statement[] = [];
  readonly unresolved: Unresolved[] = [];
  private variables: Variables = new Map();
  /** IF, CASE and exception blocks around. */
  private depth = 0;
  /** Whether an IF before may have left the body or the loop. */
  private mayHaveLeft = false;
  /** What the loops around run over, where that is not known. */
  private readonly loops: string[] = [];

  constructor(private readonly body: Reading) {}

  /** Runs steps up to one that leaves for good; says whether one did. */
  run(steps: readonly Step[]): boolean {
    for (const step of steps) {
      if (this.statements.length > MOST || this.step(step)) return true;
    }
    return false;
  }

  private step(step: Step): boolean {
    switch (step.kind) {
      case "sql":
        this.sql(step);
        return false;
      case "assign":
        this.variables.set(step.name, step.value && this.value(step.value));
        return false;
      case "execute":
        this.execute(step);
        return false;
      case "branch":
        this.branch(step.arms);
        return false;
      case "loop":
        this.loop(step.over, step.body);
        return false;
      case "block":
        return this.block(step);
      case "return":
        return !step.next;
      case "leave":
        return true;
      default:
        return false;
    }
  }

  private value(range: { readonly first: number; readonly last: number }): Known {
    const expr = exprOfPiece(this.body, range);
    return expr && evaluate(expr, this.variables);
  }

  private sql(step: Extract<Step, { kind: "sql" }>): void {
    const range = step.perform ? { first: step.range.first + 1, last: step.range.last } : step.range;
    const read = parsePiece(this.body, { range, select: step.perform, gaps: step.into });
    this.forget(step.fills);
    if (read) this.add(readStatement(read.reading, read.node, step.range));
    else this.unread(step.range, "a statement that PostgreSQL's grammar refuses", undefined);
  }

  private add(statement: Statement): void {
    const conditional = this.depth > 0 || this.mayHaveLeft;
    this.statements.push(conditional ? { ...statement, conditional: true } : statement);
  }

  private execute(step: Extract<Step, { kind: "execute" }>): void {
    const expr = exprOfPiece(this.body, step.text);
    const text = expr && evaluate(expr, this.variables);
    const span = this.body.place(step.range.first, step.range.last);
    this.forget(step.fills);
    const parsed = typeof text === "string" ? parseTree(text) : undefined;
    if (typeof text !== "string" || parsed === undefined || !("statements" in parsed)) {
      const refused =
        typeof text === "string" ? "EXECUTE of a text that PostgreSQL's grammar refuses" : undefined;
      this.unread(step.range, refused ?? describeBuilt(expr), text);
      return;
    }
    const reading = this.readingOfBuilt(step, text, span);
    for (const raw of parsed.statements) {
      this.add(readStatement(reading, raw.stmt, rangeOf(reading, raw, reading.tokens.count - 1)));
    }
  }

  /** A text given to EXECUTE as one constant stands in the source; a built one stands for the whole EXECUTE. */
  private readingOfBuilt(step: Extract<Step, { kind: "execute" }>, text: string, span: Span): Reading {
    const { tokens } = this.body;
    const alone = step.text.first === step.text.last && tokens.kind[step.text.first] === Kind.string;
    return alone && !this.body.whole
      ? readingOf(this.body, constantSpan(tokens, step.text.first), text, span)
      : readingElsewhere(text, span);
  }

  private unread(range: { readonly first: number; readonly last: number }, what: string, text: Known): void {
    const sketch = text === undefined || text === null ? undefined : sketchOf(text);
    const loop = this.loops.length > 0 ? ` in a loop over ${this.loops.at(-1)}` : "";
    this.unresolved.push({
      span: this.body.place(range.first, range.last),
      reason: `${what}${loop}`,
      touchesRowSecurity: sketch !== undefined && touchesRowSecurity(sketch),
      ...(sketch === undefined || sketch === "?" ? {} : { sketch }),
    });
  }

  /** Every arm may run or not; what they assign is one of several values afterwards. */
  private branch(arms: readonly (readonly Step[])[]): void {
    const before = this.variables;
    const outcomes: Variables[] = [before];
    let left = false;
    this.depth++;
    for (const arm of arms) {
      this.variables = new Map(before);
      if (this.run(arm)) left = true;
      outcomes.push(this.variables);
    }
    this.depth--;
    if (left) this.mayHaveLeft = true;
    this.variables = merged(outcomes);
  }

  private block(step: Extract<Step, { kind: "block" }>): boolean {
    if (step.handlers.length === 0) return this.run(step.steps);
    this.branch([step.steps]);
    this.branch(step.handlers);
    return false;
  }

  private loop(over: LoopOver, body: readonly Step[]): void {
    const before = this.mayHaveLeft;
    const rounds = this.rounds(over);
    if (rounds) this.loopOverConstants(rounds, body);
    else {
      this.loops.push(this.describeLoop(over));
      if (over.kind !== "forever") this.forget(over.variables);
      this.forget(assignedIn(body));
      this.branch([body]);
      this.loops.pop();
    }
    // EXIT and CONTINUE end with the loop; a RETURN inside it does not.
    this.mayHaveLeft = before || (this.mayHaveLeft && returnsIn(body));
  }

  private loopOverConstants(rounds: readonly ReadonlyMap<string, Known>[], body: readonly Step[]): void {
    this.loops.push("constants");
    for (const round of rounds) {
      for (const [name, value] of round) this.variables.set(name, value);
      if (this.run(body)) this.mayHaveLeft = true;
    }
    this.loops.pop();
  }

  /** The variables of each round, where the loop runs over constants. */
  private rounds(over: LoopOver): readonly ReadonlyMap<string, Known>[] | undefined {
    if (over.kind === "array") {
      const elements = this.value(over.range);
      return Array.isArray(elements)
        ? elements.map((element) => new Map([[over.variables[0]!, element]]))
        : undefined;
    }
    if (over.kind === "numbers") return this.numberRounds(over);
    if (over.kind !== "query") return undefined;
    const query = queryOfPiece(this.body, { range: over.range, select: false });
    const rows = query && knownRows(query, this.variables);
    return rows?.map((row) => {
      if (over.variables.length === 1) return new Map([[over.variables[0]!, row]]);
      const values = [...row.values()];
      return new Map(over.variables.map((name, i) => [name, values[i]]));
    });
  }

  private numberRounds(over: Extract<LoopOver, { kind: "numbers" }>) {
    const from = this.value(over.from);
    const to = this.value(over.to);
    if (typeof from !== "number" || typeof to !== "number" || to - from > MOST) return undefined;
    const numbers = Array.from({ length: Math.max(0, Math.floor(to - from) + 1) }, (_, i) => from + i);
    return numbers.map((number) => new Map<string, Known>([[over.variables[0]!, number]]));
  }

  private describeLoop(over: LoopOver): string {
    if (over.kind === "query") {
      const query = queryOfPiece(this.body, { range: over.range, select: false });
      const names = query ? [...new Set(tablesOf(query).map((table) => table.name))] : [];
      if (names.length > 0) return names.join(", ");
    }
    return over.kind === "execute" ? "a query built at run time" : "values that are not constant";
  }

  private forget(names: readonly string[]): void {
    for (const name of names) this.variables.set(name, undefined);
  }
}

/** Variables after branches: the same value everywhere, or all of them as a sketch. */
function merged(outcomes: readonly Variables[]): Variables {
  const names = new Set(outcomes.flatMap((outcome) => [...outcome.keys()]));
  return new Map([...names].map((name) => [name, mergedValue(outcomes.map((outcome) => outcome.get(name)))]));
}

function mergedValue(values: readonly Known[]): Known {
  const first = values[0];
  if (values.every((value) => value === first)) return first;
  const texts = values.filter((value) => typeof value === "string" || value instanceof Sketch).map(sketchOf);
  return texts.length > 0 ? new Sketch(texts.join(" ; ")) : undefined;
}

/** Whether a RETURN stands somewhere in a body. */
function returnsIn(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if (step.kind === "return") return !step.next;
    if (step.kind === "branch") return step.arms.some(returnsIn);
    if (step.kind === "block") return [step.steps, ...step.handlers].some(returnsIn);
    return step.kind === "loop" && returnsIn(step.body);
  });
}

/** Names that a body assigns, at any depth. */
function assignedIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case "assign":
        return [step.name];
      case "sql":
      case "execute":
        return step.fills;
      case "branch":
        return step.arms.flatMap(assignedIn);
      case "loop":
        return assignedIn(step.body);
      case "block":
        return [...assignedIn(step.steps), ...step.handlers.flatMap(assignedIn)];
      default:
        return [];
    }
  });
}
