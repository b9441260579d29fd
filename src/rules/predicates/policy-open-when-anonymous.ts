import { dropArm } from "../../project/arm-edits.ts";
import { placeIn } from "../../project/judge.ts";
import { openingsOf } from "../../project/openings.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy opens when nobody is signed in.",
  why: "Without a caller `auth.uid()` and unset settings are NULL. A condition that holds for NULL (`is null or …`, `coalesce(…, true)`, `is distinct from`) gives rows to whoever does not say who he is.",
  *check({ policy, table }, project) {
    const opening = openingsOf(project, table, policy).find(({ cause }) => cause === "anonymous");
    if (!opening) return;
    const anonymous = project.platform.anonymousRole;
    const isForAll = anonymous === undefined || opening.roles.includes(anonymous);
    const remedy = opening.alone && dropArm(policy, opening.written, opening.arm.at);
    yield {
      at: placeIn(opening.written, opening.arm.at),
      subject: `${table.schema}.${table.name}/${policy.name}`,
      severity: isForAll ? "error" : "warning",
      message: `"${policy.name}" lets a caller without an identity ${listOf(opening.commands)} rows of ${nameOf(table)}.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});
