import type { ViewStatement } from "../../source/sql/statement.ts";
import { qualify, type View } from "../catalog.ts";
import { queryUses } from "../resolve/resolve.ts";
import { defaultGrants } from "./default-privilege.ts";
import { schemaForNew } from "./names.ts";
import { ensureSchema } from "./schema.ts";
import { madeBy, markChanged, type Step } from "./state.ts";

/** CREATE [OR REPLACE] VIEW. A replaced one keeps its owner and grants, and gets new options. */
export function createView(step: Step, statement: ViewStatement): void {
  const { state } = step;
  if (statement.temporary) return void state.session.temporary.add(statement.name.name);
  const schema = schemaForNew(state, statement.name);
  const key = qualify(schema, statement.name.name);
  const before = state.shelves.views.get(key);
  if (state.shelves.tables.has(key) || (before && !statement.replace)) return;
  ensureSchema(step, schema);
  const uses = queryUses(state.shelves, statement.query, state.session.searchPath);
  for (const object of uses.objects) state.addUser(object, key);
  const names = uses.output.columns.map(({ name }, index) => statement.columns[index] ?? name);
  const owner = before ? before.owner : state.session.role;
  const view: View = {
    ...madeBy(step),
    schema,
    name: statement.name.name,
    materialized: statement.materialized,
    ...(owner === undefined ? {} : { owner }),
    options: statement.options,
    columns: uses.output.open ? [] : names,
    query: statement.query,
    searchPath: state.session.searchPath,
    grants: before?.grants ?? defaultGrants(state, "table", schema),
    instead: before?.instead ?? [],
  };
  state.put("views", key, view);
}

/** ALTER VIEW ... SET (...) and RESET (...). */
export function alterViewOptions(
  step: Step,
  key: string,
  options: Readonly<Record<string, string>>,
  reset: boolean,
): void {
  const view = step.state.edit("views", key);
  if (!view) return;
  view.options = reset
    ? Object.fromEntries(Object.entries(view.options).filter(([name]) => !(name in options)))
    : { ...view.options, ...options };
  markChanged(step, view);
}
