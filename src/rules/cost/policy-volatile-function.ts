import { onlyReads, signatureSql } from "../../project/function-words.ts";
import { isConcealed } from "../../project/reach.ts";
import { usesOfFunction } from "../../project/used-functions.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "function",
  severity: "warning",
  summary: "A policy calls a volatile function.",
  why: "PostgreSQL may not keep the result of a volatile function, the default where CREATE FUNCTION says nothing: it is run again for every row, and no index can serve what is compared with it.",
  *check(func, project) {
    if (func.platform || func.volatility !== "volatile") return;
    const use = usesOfFunction(project, func).find(
      ({ policy, table }) => !policy.refused && !isConcealed(project, table),
    );
    if (!use) return;
    const signature = signatureSql(func);
    yield {
      at: func.made,
      subject: `${func.schema}.${func.name}()`,
      message: `${nameOf(func)} is volatile, and the policy "${use.policy.name}" of ${nameOf(use.table)} calls it.`,
      related: [{ place: use.policy.nameSpan, message: `"${use.policy.name}" is here.` }],
      ...(onlyReads(func)
        ? {
            remedy: {
              kind: "statements" as const,
              title: `Make ${nameOf(func)} stable`,
              statements: [`alter function ${signature} stable;`],
            },
          }
        : {}),
    };
  },
});
