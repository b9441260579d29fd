import { isShut } from "../../project/clauses.ts";
import { placeOfTableState } from "../../project/place.ts";
import { isConcealed } from "../../project/reach.ts";
import { protectTable } from "../../project/remedies.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "A table has only restrictive policies, which deny everything.",
  why: "A restrictive policy only narrows what permissive ones allow. With no permissive policy there is nothing to narrow, and every row is hidden.",
  *check(table, project) {
    if (!table.rowSecurity || table.uncertain || isConcealed(project, table)) return;
    const policies = [...table.policies.values()].filter((policy) => !policy.refused);
    if (!policies.length || policies.some((policy) => policy.permissive)) return;
    // Who writes `false` shuts the table on purpose.
    if (policies.every(isShut)) return;
    const at = placeOfTableState(project, table, policies[0]!.made);
    if (!at) return;
    yield {
      at,
      subject: `${table.schema}.${table.name}`,
      message: `${nameOf(table)} has only restrictive policies: nobody sees a row of it.`,
      related: policies.map((policy) => ({
        place: policy.nameSpan,
        message: `"${policy.name}" is restrictive.`,
      })),
      remedy: protectTable(table),
    };
  },
});
