import type { Expr } from "../../source/sql/expression.ts";
import type { ResolvedType } from "../catalog.ts";
import { reportValue } from "./problem.ts";
import type { Ground } from "./scope.ts";

/** What strings of a built-in type look like, as far as that is simple. */
const FORMS: Readonly<Record<string, RegExp>> = {
  uuid: /^\s*\{?[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}?\s*$/i,
  int2: /^\s*[+-]?\d/,
  int4: /^\s*[+-]?\d/,
  int8: /^\s*[+-]?\d/,
  bool: /^\s*(t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0)\s*$/i,
};

/** Reports a string that PostgreSQL cannot read as the type its place gives it. */
export function checkLiteral(expr: Expr, type: ResolvedType, ground: Ground): void {
  if (expr.kind !== "constant" || expr.type !== "string" || type.array) return;
  if (type.kind === "enum") {
    const found = ground.names.types.get(type.name);
    if (found?.kind === "enum" && !found.platform && !found.values.includes(expr.value))
      reportValue(ground, type, expr.value, found.values, expr.span);
    return;
  }
  const form = type.kind === "builtin" ? FORMS[type.name] : undefined;
  if (form && !form.test(expr.value)) reportValue(ground, type, expr.value, [], expr.span);
}

/** `= any (array['a', 'b'])`: its strings take the left side's type. */
export function checkElements(array: Expr, type: ResolvedType | undefined, ground: Ground): void {
  if (array.kind !== "array" || !type || type.array) return;
  for (const item of array.args) checkLiteral(item, type, ground);
}
