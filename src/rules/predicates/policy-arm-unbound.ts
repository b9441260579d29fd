import { bracketArm } from "../../project/arm-edits.ts";
import { placeIn } from "../../project/judge.ts";
import { openingsOf } from "../../project/openings.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "One arm of an OR lets rows through without naming the caller.",
  why: "AND binds closer than OR: `mine and open or closed` is `(mine and open) or closed`, and the last arm holds for everybody's rows. What is public to read is seldom public to change.",
  *check({ policy, table }, project) {
    for (const opening of openingsOf(project, table, policy)) {
      if (!opening.alone || (opening.cause !== "row" && opening.cause !== "signed in")) continue;
      const remedy = bracketArm(policy, opening.written, opening.arm.at);
      yield {
        at: placeIn(opening.written, opening.arm.at),
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `One arm of "${policy.name}" names no caller: ${listOf(opening.roles)} may ${listOf(opening.commands)} rows of ${nameOf(table)} that are not theirs.`,
        ...(remedy ? { remedy } : {}),
      };
      return;
    }
  },
});
