import { placeOfTableState } from "../../project/place.ts";
import { isConcealed, reachOf } from "../../project/reach.ts";
import { protectTable } from "../../project/remedies.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "info",
  summary: "Row-level security is on, and no policy lets anyone in.",
  why: "Without a policy nobody but the owner and roles that bypass row-level security sees a row. That is right for tables that only servers touch; say so with the scope `service`.",
  *check(table, project) {
    if (
      !table.rowSecurity ||
      table.uncertain ||
      table.policies.size ||
      table.implicit ||
      isConcealed(project, table)
    )
      return;
    const key = `${table.schema}.${table.name}`;
    if (
      project.tenancy.scopes.get(key)?.kind === "service" ||
      table.partitionOf ||
      !reachOf(project, table).length
    )
      return;
    const at = placeOfTableState(project, table);
    if (!at) return;
    yield {
      at,
      subject: key,
      message: `${nameOf(table)} has row-level security and no policy: clients see no row of it.`,
      remedy: protectTable(table),
    };
  },
});
