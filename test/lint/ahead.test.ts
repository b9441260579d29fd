import { strict as assert } from "node:assert";
import { Ahead } from "../../src/lint/ahead.ts";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { runRules } from "../../src/lint/run.ts";
import type { Project } from "../../src/project/project.ts";
import { withUnreadCode } from "../../src/project/unread-code.ts";
import type { RegisteredRule, Subjects } from "../../src/rules/rule.ts";
import { project, registered, table } from "./sample.ts";

/** A rule on tables that notes what it was called with. */
const watching = (
  id: string,
  seen: string[],
  look: (project: Project, name: string) => void,
): RegisteredRule =>
  registered(id, {
    on: "table",
    *check(subject, project) {
      const each = subject as Subjects["table"];
      seen.push(`${id} ${each.name}`);
      look(project, each.name);
      yield { at: each.made, subject: each.name, message: `Saw ${each.name}.` };
    },
  });

describe("Ahead", () => {
  const read = project({ tables: [table("a"), table("b")], code: [] });
  const seen: string[] = [];
  const registry = [
    watching("needs-code", seen, (project, name) => name === "b" && project.usages.size),
    watching("needs-none", seen, () => {}),
    watching("fails", seen, () => {
      throw new Error("It fell.");
    }),
  ];
  beforeEach(() => {
    seen.length = 0;
  });

  it("lets rules look before code is read, and those that ask for it again when it is", () => {
    const ahead = new Ahead([withUnreadCode(read)], registry, DEFAULT_CONFIGURATION);
    const { active } = ahead;
    assert.deepEqual(
      [...ahead.of(read)!.keys()].map(({ id }) => id),
      ["needs-none", "fails"],
    );
    seen.length = 0;
    const result = runRules(read, active, undefined, ahead.of(read));
    assert.deepEqual(seen, ["needs-code a", "needs-code b"]);
    assert.deepEqual(result, runRules(read, active));
    assert.equal(result.findings.length, 4);
    assert.equal(result.failures.length, 2);
  });

  it("knows nothing of a project that its code made another one", () => {
    const ahead = new Ahead([withUnreadCode(read)], registry, DEFAULT_CONFIGURATION);
    const other = { ...read, settings: { ...read.settings } };
    assert.equal(ahead.of(other), undefined);
    assert.equal(ahead.isFrom(registry, { ...DEFAULT_CONFIGURATION }), false);
  });
});
