import type { Expr } from "../../source/sql/expression.ts";
import { visitExpr } from "../../source/sql/walk.ts";
import type { ResolvedType } from "../catalog.ts";
import { isVolatile } from "./built-in.ts";
import { callerOfCall } from "./call.ts";
import { readColumn } from "./column.ts";
import { applyKey, type Term } from "./formula.ts";
import { type Frame, type Reading, spanOf } from "./reader.ts";
import { labelOf } from "./value.ts";

interface How {
  readonly strict: boolean;
  readonly nullable: boolean;
  readonly free: boolean;
  readonly type?: ResolvedType;
}

/** A function of values. */
export const applied = (name: string, args: readonly Term[], how: How): Term => ({
  kind: "apply",
  key: applyKey(name, args),
  name,
  args,
  ...how,
});

/** A value of which only is known what it is made of. Said twice in the same words of the same things it is the same. */
export function opaqueTerm(expr: Expr, frame: Frame, reading: Reading): Term {
  const args: Term[] = [];
  visitExpr(expr, {
    expr: (part) => {
      const choices =
        part.kind === "column"
          ? readColumn(part, frame, reading)
          : part.kind === "parameter"
            ? frame.args[part.number - 1]?.choices
            : undefined;
      if (choices) args.push(...choices.map(({ term }) => term));
      const caller = part.kind === "call" ? callerOfCall(part, frame, reading) : undefined;
      if (caller) args.push(caller);
    },
  });
  noteUnread(expr, frame, reading);
  const type = frame.meaning.types.get(expr);
  // Functions whose every call is another value are never the same, said twice or not.
  const once = isVolatile(expr) ? `#${reading.nextRow++}` : "";
  return applied(`? ${labelOf(expr)}${once}`, args, {
    strict: false,
    nullable: true,
    free: false,
    ...(type ? { type } : {}),
  });
}

export function noteUnread(expr: Expr, frame: Frame, { unread }: Reading): void {
  const at = spanOf(expr, frame);
  unread.push({ what: nameOfPart(expr), ...(at ? { at } : {}) });
}

const nameOfPart = (expr: Expr): string =>
  expr.kind === "call"
    ? `${expr.name.join(".")}()`
    : expr.kind === "subquery"
      ? "a sub-select"
      : "an expression";
