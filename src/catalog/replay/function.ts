import type { QualifiedName, TypeName } from "../../source/sql/expression.ts";
import type { FunctionStatement } from "../../source/sql/statement.ts";
import { type Func, qualify, type ResolvedType } from "../catalog.ts";
import { inputsOf } from "../resolve/functions.ts";
import { defaultGrants, functionsArePublic } from "./default-privilege.ts";
import { schemaForNew, typeIn } from "./names.ts";
import { ensureSchema } from "./schema.ts";
import { defaultSearchPath, readSearchPath } from "./setting.ts";
import { type Draft, madeBy, markChanged, type State, type Step } from "./state.ts";

type Of<Kind extends FunctionStatement["kind"]> = Extract<FunctionStatement, { kind: Kind }>;

/** CREATE [OR REPLACE] FUNCTION. A replaced one keeps its owner and grants. */
export function createFunction(step: Step, statement: Of<"create-function">): void {
  const { state } = step;
  const schema = schemaForNew(state, statement.name);
  const args = statement.args.map((arg) => ({ ...arg, type: typeIn(state, arg.type) }));
  const inputs = args.filter(({ mode }) => mode !== "out" && mode !== "table").map(({ type }) => type);
  const key = qualify(schema, statement.name.name);
  const before = state.shelves.functions.get(key)?.find((func) => sameTypes(typesOf(func), inputs));
  if (before && !statement.replace) return;
  ensureSchema(step, schema);
  const func = makeFunction(step, statement, schema, args, before);
  if (before) replaceFunction(state, before, func);
  else setOverloads(state, key, [...(state.shelves.functions.get(key) ?? []), func]);
}

function makeFunction(
  step: Step,
  statement: Of<"create-function">,
  schema: string,
  args: Func["args"],
  before: Func | undefined,
): Func {
  const { state } = step;
  const returns = statement.returns && typeIn(state, statement.returns);
  const owner = before ? before.owner : state.session.role;
  const { settings } = statement;
  return {
    ...madeBy(step),
    schema,
    name: statement.name.name,
    procedure: statement.procedure,
    args,
    ...(returns ? { returns } : {}),
    returnsSet: statement.returnsSet,
    language: statement.language,
    volatility: statement.volatility,
    securityDefiner: statement.securityDefiner,
    leakproof: statement.leakproof,
    strict: statement.strict,
    settings,
    ...(owner === undefined ? {} : { owner }),
    ...(statement.source === undefined ? {} : { source: statement.source }),
    body: statement.body,
    searchPath: pathOf(state, settings),
    grants: before?.grants ?? defaultGrants(state, "function", schema),
    publicExecute: before?.publicExecute ?? functionsArePublic(state),
  };
}

/** Where names of the body are looked up when it runs: a dump empties the path for itself alone. */
function pathOf(state: State, settings: Func["settings"]): readonly string[] {
  if (settings.search_path) return readSearchPath(state, settings.search_path);
  const { searchPath } = state.session;
  return searchPath.length ? searchPath : defaultSearchPath(state);
}

const typesOf = (func: Func): ResolvedType[] => inputsOf(func).map(({ type }) => type);

const sameTypes = (a: readonly ResolvedType[], b: readonly ResolvedType[]): boolean =>
  a.length === b.length &&
  a.every((type, index) => type.name === b[index]!.name && type.array === b[index]!.array);

/** ALTER FUNCTION: only what it names changes. */
export function alterFunction(step: Step, statement: Of<"alter-function">): void {
  for (const func of findOverloads(step.state, statement.name, statement.args)) {
    const draft: Draft<Func> = { ...func };
    draft.volatility = statement.volatility ?? func.volatility;
    draft.securityDefiner = statement.securityDefiner ?? func.securityDefiner;
    draft.leakproof = statement.leakproof ?? func.leakproof;
    draft.strict = statement.strict ?? func.strict;
    draft.settings = changedSettings(func.settings, statement);
    if (draft.settings !== func.settings) draft.searchPath = pathOf(step.state, draft.settings);
    markChanged(step, draft);
    replaceFunction(step.state, func, draft);
  }
}

function changedSettings(
  before: Func["settings"],
  { settings, resetSettings }: Of<"alter-function">,
): Func["settings"] {
  if (!settings && !resetSettings?.length) return before;
  const all = resetSettings?.includes("all");
  const kept = Object.entries(before).filter(([name]) => !all && !resetSettings?.includes(name));
  return { ...Object.fromEntries(kept), ...settings };
}

/** The functions a name means; without argument types all of that name in the first schema that has one. */
export function findOverloads(
  state: State,
  name: QualifiedName,
  args: readonly TypeName[] | undefined,
): readonly Func[] {
  const types = args?.map((type) => typeIn(state, type));
  for (const schema of name.schema === undefined ? state.session.searchPath : [name.schema]) {
    const list = state.shelves.functions.get(qualify(schema, name.name)) ?? [];
    const found = types ? list.filter((func) => sameTypes(typesOf(func), types)) : list;
    if (found.length) return found;
  }
  return [];
}

/** Puts a function in the place of another; `undefined` removes it. */
export function replaceFunction(state: State, before: Func, after: Func | undefined): void {
  const key = qualify(before.schema, before.name);
  const list = state.shelves.functions.get(key) ?? [];
  setOverloads(
    state,
    key,
    list.flatMap((func) => (func === before ? (after ? [after] : []) : [func])),
  );
}

function setOverloads(state: State, key: string, list: readonly Func[]): void {
  const functions = state.write("functions");
  if (list.length) functions.set(key, list);
  else functions.delete(key);
}
