import type { TableStatement } from "../../source/sql/statement.ts";
import { changeOwner, setOwner } from "./alter-table.ts";
import { findOverloads, replaceFunction } from "./function.ts";
import { findRelation, roleName } from "./names.ts";
import { type Draft, markChanged, type Step } from "./state.ts";

/** ALTER ... OWNER TO, for what has an owner here. */
export function applyOwner(step: Step, statement: Extract<TableStatement, { kind: "owner" }>): void {
  const { state } = step;
  const { objectKind, name } = statement;
  const owner = roleName(state, statement.to);
  if (objectKind === "schema") {
    const schema = state.edit("schemas", name.name);
    if (schema) changeOwner(schema, owner);
  } else if (objectKind === "function")
    for (const func of findOverloads(state, name, statement.args)) {
      const draft: Draft<typeof func> = { ...func };
      changeOwner(draft, owner);
      markChanged(step, draft);
      replaceFunction(state, func, draft);
    }
  else {
    const found = findRelation(state, name);
    if (found?.kind === "table" || found?.kind === "view") setOwner(step, found.key, owner);
  }
}
