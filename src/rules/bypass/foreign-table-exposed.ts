import { isConcealed, reachOf } from "../../project/reach.ts";
import { revokeFrom } from "../../project/remedies.ts";
import { describeReach, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "Clients can reach a foreign table.",
  why: "A foreign table reads another server as its user mapping says, and can have no policies: whoever was granted it reaches every row over there.",
  *check(table, project) {
    if (table.kind !== "foreign" || isConcealed(project, table)) return;
    const reach = reachOf(project, table);
    if (!reach.length) return;
    const roles = reach.map(({ role }) => role);
    yield {
      at: table.made,
      subject: `${table.schema}.${table.name}`,
      message: `The foreign table ${nameOf(table)} can have no policies: ${describeReach(reach, project)}.`,
      ...revokeFrom(project, table, roles),
    };
  },
});
