import { giveOption } from "../../project/function-edits.ts";
import { signatureSql } from "../../project/function-words.ts";
import { projectProtects } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "function",
  severity: "warning",
  summary: "A function of the project's own is marked LEAKPROOF.",
  why: "PostgreSQL may run a leakproof function before the policies have sorted out the rows: an error message, a notice or a side effect of it then tells of rows that the caller may not see.",
  *check(func, project) {
    if (func.platform || !func.leakproof || !projectProtects(project)) return;
    const inPlace = giveOption(project, func, "not leakproof", /\bleakproof\b/);
    yield {
      at: func.made,
      subject: `${func.schema}.${func.name}()`,
      message: `${nameOf(func)} is marked leakproof: PostgreSQL may show it rows before policies have sorted them out.`,
      remedy: {
        kind: "statements",
        title: "Drop the mark",
        statements: [`alter function ${signatureSql(func)} not leakproof;`],
        ...(inPlace ? { inPlace } : {}),
      },
    };
  },
});
