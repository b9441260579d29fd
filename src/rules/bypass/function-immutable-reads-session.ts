import { giveOption } from "../../project/function-edits.ts";
import { signatureSql } from "../../project/function-words.ts";
import { describeCall, findClaimCallOfBody } from "../../project/session.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "function",
  severity: "error",
  summary: "A function is marked IMMUTABLE and reads who the caller is.",
  why: "PostgreSQL evaluates an immutable function once and keeps the answer in the plan: the next caller on that connection may be given the rows of the one before.",
  *check(func, project) {
    if (func.platform || func.volatility !== "immutable") return;
    const call = findClaimCallOfBody(project, func);
    if (!call) return;
    const inPlace = giveOption(project, func, "stable", /\bimmutable\b/);
    yield {
      at: func.made,
      subject: `${func.schema}.${func.name}()`,
      message: `${nameOf(func)} is marked immutable and reads ${describeCall(project, call)}, which changes from caller to caller.`,
      remedy: {
        kind: "statements",
        title: `Make ${nameOf(func)} stable`,
        statements: [`alter function ${signatureSql(func)} stable;`],
        ...(inPlace ? { inPlace } : {}),
      },
    };
  },
});
