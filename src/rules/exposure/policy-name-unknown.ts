import { restate } from "../../project/restate.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

const KINDS = {
  "table-unknown": "table",
  "column-unknown": "column",
  "function-unknown": "function",
  "type-unknown": "type",
  "role-unknown": "role",
} as const;

export default defineRule({
  on: "policy",
  reads: ["history"],
  severity: "error",
  summary: "A policy names a column, table, function, type or role that does not exist.",
  why: 'PostgreSQL refuses such a policy: the migration stops there, and the table has no policy. Prisma\'s columns keep their capitals and need quotes: `tenant_id` is not `"tenantId"`.',
  *check({ policy, table }, project) {
    const refused = policy.refused;
    if (!refused || !(refused.kind in KINDS)) return;
    // A policy on a table that is not there is for policy-target-unknown to say.
    if (refused.kind === "table-unknown" && refused.name === policy.table) return;
    const { kind, name, near, at } = refused as Extract<typeof refused, { name: string }>;
    const hint = near ? ` It is called ${near}.` : "";
    const remedy =
      near &&
      restate(project, policy.made, [{ path: at.path, span: at.span, text: near }], `Name ${near} instead`);
    yield {
      at,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The policy "${policy.name}" of ${nameOf(table)} names the ${KINDS[kind]} ${name}, which does not exist.${hint}`,
      ...(remedy ? { remedy } : {}),
    };
  },
});
