import type { Func, ResolvedType } from "../catalog.ts";
import { qualify } from "../catalog.ts";
import { EXTENSION_FUNCTIONS, FUNCTIONS_BY_RESULT } from "./builtins.ts";
import { accepts, arrayOf, elementOf, familyOf, LITERAL, type Names, TEXT, typeOf } from "./types.ts";

const NO_FUNCTIONS: readonly Func[] = [];

/** The project's functions that a call by this name can reach, overloads of all schemas searched. */
export function findFunctions(
  names: Names,
  path: readonly string[],
  searchPath: readonly string[],
): readonly Func[] {
  if (path.length > 1) return names.functions.get(qualify(path.at(-2)!, path.at(-1)!)) ?? NO_FUNCTIONS;
  let found = NO_FUNCTIONS;
  for (const schema of searchPath) {
    const here = names.functions.get(qualify(schema, path[0]!));
    if (here) found = found.length ? [...found, ...here] : here;
  }
  return found;
}

const lists = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([key, text]) => [key, text.trim().split(/\s+/)] as const);

let builtins: ReadonlyMap<string, ResolvedType | undefined> | undefined;

/** Built-in functions and what they return; undefined where that depends. Made when first asked for. */
function builtinResults(): ReadonlyMap<string, ResolvedType | undefined> {
  builtins ??= new Map(
    lists(FUNCTIONS_BY_RESULT).flatMap(([result, names]) => {
      const type = result === "" ? undefined : resultType(result);
      return names.map((name) => [name, type] as const);
    }),
  );
  return builtins;
}

const resultType = (name: string): ResolvedType =>
  name.startsWith("_") ? typeOf(name.slice(1), "builtin", true) : typeOf(name);

export const isBuiltin = (path: readonly string[]): boolean =>
  (path.length === 1 || path.at(-2) === "pg_catalog") && builtinResults().has(path.at(-1)!);

/** What a built-in function returns for such arguments; undefined where that is not known. */
export function builtinResult(
  name: string,
  args: readonly (ResolvedType | undefined)[],
): ResolvedType | undefined {
  const result = builtinResults().get(name);
  if (result) return result;
  const first = args[0];
  if (TEXT_OF_TEXT.has(name)) return familyOf(first) === "string" || first === LITERAL ? TEXT : undefined;
  if (!first || first === LITERAL) return undefined;
  if (SAME_AS_FIRST.has(name)) return first;
  if (name === "array_agg" && !first.array) return arrayOf(first);
  if (name === "unnest" && first.array) return elementOf(first);
  return undefined;
}

const TEXT_OF_TEXT = new Set(["lower", "upper", "btrim", "ltrim", "rtrim", "substring", "substr", "overlay"]);
const SAME_AS_FIRST = new Set(["max", "min", "any_value", "array_append", "array_remove", "array_cat"]);

let extensionFunctions: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Whether an installed extension has, or may have, a function of that name: unknown extensions may have any. */
export function extensionsMayHave(names: Names, name: string): boolean {
  extensionFunctions ??= new Map(
    lists(EXTENSION_FUNCTIONS).map(([extension, functions]) => [extension, new Set(functions)]),
  );
  for (const extension of names.extensions.keys()) {
    const known = extensionFunctions.get(extension);
    if (!known || known.has(name)) return true;
  }
  return false;
}

/** Arguments a caller passes, OUT and TABLE columns left out. */
export const inputsOf = (func: Func): Func["args"] =>
  func.args.filter(({ mode }) => mode === "in" || mode === "inout" || mode === "variadic");

/** Whether the function can be called with that many arguments. */
export function takesCount(func: Func, count: number): boolean {
  const inputs = inputsOf(func);
  if (inputs.at(-1)?.mode === "variadic") return count >= inputs.length - 1;
  const required = inputs.filter((input) => !input.hasDefault).length;
  return count >= required && count <= inputs.length;
}

/** The arguments that PostgreSQL surely refuses, by position. */
export function refusedArguments(func: Func, args: readonly (ResolvedType | undefined)[]): number[] {
  const inputs = inputsOf(func);
  return args.flatMap((arg, index) => {
    const input = inputs[index];
    return !input || input.mode === "variadic" || accepts(input.type, arg) ? [] : [index];
  });
}

/** `schema.name(uuid, text)`: tells overloads apart. */
export const signatureOf = (func: Func): string =>
  `${qualify(func.schema, func.name)}(${inputsOf(func)
    .map(({ type }) => `${type.name}${type.array ? "[]" : ""}`)
    .join(", ")})`;

/** The function's value in an expression; undefined for rows and where it is not known. */
export function resultOf(func: Func): ResolvedType | undefined {
  const type = func.returns;
  if (!type || type.kind === "composite" || type.kind === "unknown") return undefined;
  return POLYMORPHIC.has(type.name) ? undefined : type;
}

const POLYMORPHIC = new Set(
  "record trigger any anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible anycompatiblearray anycompatiblenonarray".split(
    " ",
  ),
);
