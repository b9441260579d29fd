import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { literal } from "../../text/pattern.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "off",
  summary: "A policy's name does not match the pattern that the configuration gives.",
  why: "Names that follow one pattern (`tasks_select_member`) tell a reviewer what a policy is for before he reads it.",
  options: (z) =>
    z.strictObject({
      pattern: z
        .string()
        .default("^[a-z0-9_]+$")
        .describe(
          "A regular expression that every policy's name must match. `{table}` and `{command}` stand for the policy's own.",
        ),
    }),
  *check({ policy, table }, project, { pattern }) {
    if (isConcealed(project, table) && policy.platform) return;
    const wanted = pattern.replaceAll("{table}", literal(table.name)).replaceAll("{command}", policy.command);
    const expression = compile(wanted);
    if (!expression || expression.test(policy.name)) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The name of the policy "${policy.name}" on ${nameOf(table)} does not match ${wanted}.`,
    };
  },
});

/** A pattern that is no regular expression cannot be held against anything. */
function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}
