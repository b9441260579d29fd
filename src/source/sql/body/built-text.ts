import { quoteIdentifier, quoteLiteral } from "../../../text/quote.ts";
import type { Expr } from "../expression.ts";

/** A text of which some parts are known; the others are `?`. */
export class Sketch {
  constructor(readonly text: string) {}
}

/** A row of a loop: its columns by name, in order. */
export type Row = ReadonlyMap<string, Known>;

/** What reading can know of a value; undefined when nothing. */
export type Known = string | number | boolean | null | Sketch | Row | readonly Known[] | undefined;

export type Variables = Map<string, Known>;

/** The value of an expression over variables, where it follows from constants: what format() and `||` build. */
export function evaluate(expr: Expr, variables: Variables): Known {
  switch (expr.kind) {
    case "constant":
      return constantValue(expr);
    case "column":
      return variableValue(expr.path, variables);
    case "cast":
      return castValue(evaluate(expr.arg, variables), expr.type.array);
    case "array":
      return expr.args.map((arg) => evaluate(arg, variables));
    case "operator":
      return operatorValue(expr, variables);
    case "call":
      return callValue(expr, variables);
    case "coalesce":
      return evaluate(expr.args[0]!, variables) ?? undefined;
    case "element":
      return elementValue(expr, variables);
    case "field":
      return variableValue([...pathOf(expr.arg), expr.name], variables);
    default:
      return scalarValue(expr, variables);
  }
}

/** `(select 'a')`. */
function scalarValue(expr: Expr, variables: Variables): Known {
  if (expr.kind !== "subquery" || expr.form !== "scalar") return undefined;
  const { targets, from, where } = expr.query;
  return targets.length === 1 && from.length === 0 && !where
    ? evaluate(targets[0]!.expr, variables)
    : undefined;
}

/** `names[1]`: arrays count from one. */
function elementValue(expr: Extract<Expr, { kind: "element" }>, variables: Variables): Known {
  const array = evaluate(expr.arg, variables);
  const index = expr.index.length === 1 ? evaluate(expr.index[0]!, variables) : undefined;
  return Array.isArray(array) && typeof index === "number" ? array[index - 1] : undefined;
}

const pathOf = (expr: Expr): readonly string[] => (expr.kind === "column" ? expr.path : []);

function constantValue(expr: Extract<Expr, { kind: "constant" }>): Known {
  if (expr.type === "null") return null;
  if (expr.type === "boolean") return expr.value === "true";
  return expr.type === "number" ? Number(expr.value) : expr.value;
}

/** `t`, `r.column`; a row of one column stands for it. */
function variableValue(path: readonly string[], variables: Variables): Known {
  const value = variables.get(path[0] ?? "");
  if (!(value instanceof Map)) return path.length === 1 ? value : undefined;
  if (path.length > 1) return value.get(path[1]!);
  return value.size === 1 ? [...value.values()][0] : undefined;
}

function castValue(value: Known, array: boolean): Known {
  return array && typeof value === "string" ? readArray(value) : value;
}

/** `{a,"b c"}`. */
function readArray(text: string): Known {
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return items.map((item) => {
    const trimmed = item.trim();
    return trimmed.startsWith('"') ? trimmed.slice(1, -1).replaceAll(/\\(.)/g, "$1") : trimmed;
  });
}

function operatorValue(expr: Extract<Expr, { kind: "operator" }>, variables: Variables): Known {
  if (expr.name !== "||" || expr.left === undefined) return undefined;
  const left = evaluate(expr.left, variables);
  const right = evaluate(expr.right, variables);
  if (Array.isArray(left) || Array.isArray(right)) return [listOf(left), listOf(right)].flat();
  return joined([left, right]);
}

const listOf = (value: Known): readonly Known[] => (Array.isArray(value) ? value : [value]);

/** Parts as one text; a sketch where one is not known. NULL makes the whole NULL, as `||` does. */
function joined(parts: readonly Known[]): Known {
  if (parts.includes(null)) return null;
  let known = true;
  const text = parts.map((part) => {
    const piece = textOf(part);
    if (piece === undefined) known = false;
    return piece ?? sketchOf(part);
  });
  return known ? text.join("") : new Sketch(text.join(""));
}

/** A value as text; undefined where it is not wholly known. */
function textOf(value: Known): string | undefined {
  if (value === null) return "";
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

export const sketchOf = (value: Known): string =>
  value instanceof Sketch ? value.text : (textOf(value) ?? "?");

type Call = (args: readonly Known[]) => Known;

/** Applies a function of texts where all of them are known. */
const onText =
  (compute: (...texts: string[]) => string): Call =>
  (args) => {
    const texts = args.map(textOf);
    return texts.every((text) => text !== undefined)
      ? compute(...texts)
      : new Sketch(args.map(sketchOf).join(" "));
  };

const CALLS = new Map<string, Call>([
  ["format", formatted],
  ["quote_ident", onText(quoteIdentifier)],
  ["quote_literal", onText(quoteLiteral)],
  ["quote_nullable", ([arg]) => (arg === null ? "NULL" : onText(quoteLiteral)([arg]))],
  ["concat", (args) => joined(args.map((arg) => arg ?? (arg === null ? "" : undefined)))],
  [
    "concat_ws",
    ([separator, ...args]) => joined(args.flatMap((arg, i) => (i === 0 ? [arg] : [separator, arg]))),
  ],
  ["lower", onText((text) => text.toLowerCase())],
  ["upper", onText((text) => text.toUpperCase())],
  ["btrim", onText((text) => text.trim())],
  ["replace", onText((text, from, to) => (from === "" ? text : text.replaceAll(from!, to!)))],
  ["chr", ([code]) => (typeof code === "number" ? String.fromCodePoint(code) : undefined)],
  // What they name may be missing, which bodies ask about before they use it; what is there is called so.
  ["to_regclass", ([name]) => name],
  ["to_regprocedure", ([name]) => name],
  [
    "string_to_array",
    ([text, by]) => (typeof text === "string" && typeof by === "string" ? text.split(by) : undefined),
  ],
]);

function callValue(expr: Extract<Expr, { kind: "call" }>, variables: Variables): Known {
  const call = CALLS.get(expr.name.at(-1)!);
  return call?.(expr.args.map((arg) => evaluate(arg, variables)));
}

const PLACEHOLDER = /%(?:(\d+)\$)?-?\d*([sIL%])/g;

/** format(): `%I`, `%L`, `%s`, `%1$I`, `%%`. */
function formatted(args: readonly Known[]): Known {
  const template = args[0];
  if (typeof template !== "string") return new Sketch(sketchOf(template));
  let known = true;
  let next = 1;
  const text = template.replaceAll(PLACEHOLDER, (_all, position: string | undefined, type: string) => {
    if (type === "%") return "%";
    if (position !== undefined) next = Number(position);
    const value = args[next++];
    const plain = textOf(value);
    if (plain === undefined) known = false;
    return plain === undefined ? sketchOf(value) : quoted(plain, type, value);
  });
  return known ? text : new Sketch(text);
}

function quoted(text: string, type: string, value: Known): string {
  if (type === "I") return quoteIdentifier(text);
  return type === "L" ? (value === null ? "NULL" : quoteLiteral(text)) : text;
}
