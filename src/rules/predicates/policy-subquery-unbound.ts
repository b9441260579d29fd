import { placeIn } from "../../project/judge.ts";
import { openingsOf } from "../../project/openings.ts";
import { replacePolicies } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy rests on a sub-select that does not ask who the caller is.",
  why: "`exists (select 1 from members where role = 'admin')` is true for everybody as soon as there is one admin. A sub-select must be tied to the caller, and through the row to what it protects.",
  *check({ policy, table }, project) {
    const opening = openingsOf(project, table, policy).find(({ cause }) => cause === "sub-select");
    if (!opening) return;
    yield {
      at: placeIn(opening.written, opening.arm.at),
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The sub-select of "${policy.name}" does not ask who the caller is: ${listOf(opening.roles)} may ${listOf(opening.commands)} rows of ${nameOf(table)} that are not theirs.`,
      remedy: replacePolicies(table),
    };
  },
});
