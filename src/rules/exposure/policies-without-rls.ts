import { placeOfTableState, relatedCreation } from "../../project/place.ts";
import { isConcealed } from "../../project/reach.ts";
import { enableRowSecurity } from "../../project/remedies.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A table has policies, and row-level security is off.",
  why: "PostgreSQL ignores policies until row-level security is enabled on the table: the table looks protected and is open.",
  *check(table, project) {
    if (table.rowSecurity || table.uncertain || isConcealed(project, table)) return;
    const policies = [...table.policies.values()].filter((policy) => !policy.refused);
    if (!policies.length) return;
    const at = placeOfTableState(project, table, table.rowSecurityPlace ?? policies[0]!.made);
    if (!at) return;
    const count = policies.length === 1 ? "a policy" : `${policies.length} policies`;
    yield {
      at,
      subject: `${table.schema}.${table.name}`,
      message: `${nameOf(table)} has ${count}, and row-level security is off.`,
      related: [
        ...relatedCreation(project, table, at),
        ...policies.slice(0, 3).map((policy) => ({
          place: policy.nameSpan,
          message: `The policy "${policy.name}" has no effect.`,
        })),
      ],
      remedy: enableRowSecurity(table),
    };
  },
});
