import { openingsOf } from "../../project/openings.ts";
import { replacePolicies } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy is true for every row, in disguise.",
  why: "A column compared with itself, a condition or its opposite, a COALESCE that ends in true: it reads like a check and lets every row through.",
  *check({ policy, table }, project) {
    const opening = openingsOf(project, table, policy).find(({ cause }) => cause === "tautology");
    if (!opening) return;
    const anonymous = project.platform.anonymousRole;
    const isForAll = anonymous === undefined || opening.roles.includes(anonymous);
    yield {
      at: opening.written.clause.place,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      severity: isForAll ? "error" : "warning",
      message: `"${policy.name}" is true for every row of ${nameOf(table)}: ${listOf(opening.roles)} may ${listOf(opening.commands)} them all.`,
      remedy: replacePolicies(table),
    };
  },
});
