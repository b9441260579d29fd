import type { Query } from "../../source/sql/expression.ts";
import type { SchemaStatement } from "../../source/sql/statement.ts";
import type { Catalog } from "../catalog.ts";
import { remember } from "../remember.ts";
import type { State, Step } from "./state.ts";

type SetStatement = Extract<SchemaStatement, { kind: "set" }>;

const INITIAL: readonly string[] = ["public"];

/** The search path a new session of the current role has. */
export function defaultSearchPath(state: State): readonly string[] {
  const paths = remember(knownPaths, state.lists.settings, () => new Map());
  const hasOwn = state.shelves.schemas.has(state.session.role);
  return remember(paths, `${state.session.role} ${hasOwn}`, () => findDefaultPath(state));
}

/** Every file begins with it, and it hangs on the settings alone. */
const knownPaths = new WeakMap<Catalog["settings"], Map<string, readonly string[]>>();

function findDefaultPath(state: State): readonly string[] {
  const of = (on: "role" | "database", name?: string) =>
    state.lists.settings.find(
      (each) =>
        each.on === on && each.setting === "search_path" && (name === undefined || each.name === name),
    );
  const set = of("role", state.session.role) ?? of("database");
  return set ? readSearchPath(state, set.values) : INITIAL;
}

/** `"$user"` is the schema named like the role, where there is one; it is left out where there is none. */
export function readSearchPath(state: State, values: readonly string[]): readonly string[] {
  const schemas = values.flatMap((value) => {
    if (value === "") return [];
    if (value !== "$user") return [value];
    return state.shelves.schemas.has(state.session.role) ? [state.session.role] : [];
  });
  const current = state.session.searchPath;
  const same =
    schemas.length === current.length && schemas.every((schema, index) => schema === current[index]);
  return same ? current : schemas;
}

/** SET: the search path and the role are followed, custom settings are told of. */
export function applySet(step: Step, { name, values, local }: Omit<SetStatement, "kind">): void {
  const { state } = step;
  if (name === "search_path" || name === "all") setSearchPath(state, name === "all" ? [] : values);
  if (name === "role" || name === "session_authorization" || name === "all") setRole(step, values);
  if (name.includes(".") || name === "role")
    state.add("events", { kind: "setting", name, values, local, place: step.place });
}

function setSearchPath(state: State, values: readonly string[]): void {
  state.session.searchPath = values.length ? readSearchPath(state, values) : defaultSearchPath(state);
}

function setRole(step: Step, values: readonly string[]): void {
  const { session } = step.state;
  const [role] = values;
  session.role = role === undefined || role === "none" ? step.options.migrationRole : role;
}

/** `select set_config('search_path', '', false)`, which dumps begin with. */
export function applySetConfig(step: Step, query: Query): void {
  for (const { expr } of query.targets) {
    if (expr.kind !== "call" || expr.name.at(-1) !== "set_config") continue;
    const [name, value, local] = expr.args.map((arg) => (arg.kind === "constant" ? arg.value : undefined));
    if (name === undefined || value === undefined) continue;
    const values = name === "search_path" ? value.split(",").map(unquote) : [value];
    applySet(step, { name: name.toLowerCase(), values, local: local === "true" || local === "t" });
  }
}

const unquote = (part: string): string => part.trim().replace(/^"(.*)"$/, "$1");
