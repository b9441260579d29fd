import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

/** Letters of any language belong to a word; where none of these stands at all, it is not asked which do. */
const WORD = /todo|fixme|tmp|temp|test|xxx|wip/i;
const PLACEHOLDER = /(?:^|[^\p{L}\p{N}])(todo|fixme|tmp|temp|test|xxx|wip)(?=$|[^\p{L}\p{N}])/iu;

export default defineRule({
  on: "policy",
  severity: "info",
  summary: "A policy's name says that it was not meant to stay.",
  why: "A policy called `tmp` or `test` is usually one that somebody opened to get on with something else.",
  *check({ policy, table }, project) {
    if (!WORD.test(policy.name)) return;
    const word = PLACEHOLDER.exec(policy.name.replaceAll("_", " "))?.[1];
    if (!word || isConcealed(project, table)) return;
    // A table of tests has policies about tests.
    if (table.name.toLowerCase().includes(word.toLowerCase())) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The policy "${policy.name}" on ${nameOf(table)} has "${word}" in its name: is it meant to stay?`,
    };
  },
});
