import { strict as assert } from "node:assert";
import { activeRules, groupRules } from "../../src/lint/active.ts";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { createMemory, runRules } from "../../src/lint/run.ts";
import type { CodeFile } from "../../src/project/usage.ts";
import type { RegisteredRule, Subjects } from "../../src/rules/rule.ts";
import { project, registered, table } from "./sample.ts";

const groupsOf = (rules: readonly RegisteredRule[]) => groupRules(activeRules(rules, DEFAULT_CONFIGURATION));

/** A rule on tables that notes what it was called with. */
function watching(seen: string[], reads: readonly ("catalog" | "packages")[] = []): RegisteredRule {
  return registered("watch", {
    on: "table",
    reads,
    *check(subject) {
      const each = subject as Subjects["table"];
      seen.push(each.name);
      yield { at: each.made, subject: each.name, message: `Saw ${each.name}.` };
    },
  });
}

describe("runRules", () => {
  it("looks again only at objects that changed", () => {
    const seen: string[] = [];
    const groups = groupsOf([watching(seen)]);
    const memory = createMemory();
    const [a, b] = [table("a"), table("b")];
    runRules(project({ tables: [a, b] }), groups, memory);
    const { findings } = runRules(project({ tables: [a, table("b"), table("c")] }), groups, memory);
    assert.deepEqual(seen, ["a", "b", "b", "c"]);
    assert.deepEqual(
      findings.map(({ message }) => message),
      ["Saw a.", "Saw b.", "Saw c."],
    );
  });

  it("looks again at everything where a part that the rule reads changed", () => {
    const seen: string[] = [];
    const groups = groupsOf([watching(seen, ["catalog"])]);
    const memory = createMemory();
    const a = table("a");
    const first = project({ tables: [a] });
    runRules(first, groups, memory);
    runRules({ ...first }, groups, memory);
    assert.deepEqual(seen, ["a"]);
    runRules(project({ tables: [a] }), groups, memory);
    assert.deepEqual(seen, ["a", "a"]);
  });

  it("looks again at a table whose model changed", () => {
    const seen: string[] = [];
    const groups = groupsOf([watching(seen)]);
    const memory = createMemory();
    const first = project({ tables: [table("a")] });
    const model = {} as never;
    runRules(first, groups, memory);
    runRules({ ...first, modelOfTable: new Map([["public.a", model]]) }, groups, memory);
    runRules({ ...first, modelOfTable: new Map([["public.a", model]]) }, groups, memory);
    assert.deepEqual(seen, ["a", "a"]);
  });

  it("keeps other findings when a rule throws", () => {
    const throwing = registered("throwing", {
      on: "table",
      check() {
        throw new Error("no such thing");
      },
    });
    const { findings, failures } = runRules(
      project({ tables: [table("a")] }),
      groupsOf([throwing, watching([])]),
    );
    assert.equal(findings.length, 1);
    assert.deepEqual(failures, [{ rule: "throwing", message: "no such thing" }]);
  });

  it("gives a rule on usages the kinds it wants, and leaves out what the platform made", () => {
    const seen: string[] = [];
    const rule = registered("sql", {
      on: "usage",
      kinds: ["sql"],
      check(usage) {
        seen.push((usage as Subjects["usage"]).kind);
        return [];
      },
    });
    const code = [{ path: "a.ts", usages: [{ kind: "sql" }, { kind: "storage" }] }] as unknown as CodeFile[];
    runRules(
      project({ code, tables: [table("auth_users", { platform: true })] }),
      groupsOf([rule, watching(seen)]),
    );
    assert.deepEqual(seen, ["sql"]);
  });

  it("takes a stated severity over the finding's own, and the finding's own over the rule's", () => {
    const rule = registered("either", {
      on: "table",
      *check(each) {
        yield { at: (each as Subjects["table"]).made, subject: "a", message: "m", severity: "info" };
      },
    });
    const severityWith = (configuration: typeof DEFAULT_CONFIGURATION) =>
      runRules(project({ tables: [table("a")] }), groupRules(activeRules([rule], configuration))).findings[0]
        ?.severity;
    assert.equal(severityWith(DEFAULT_CONFIGURATION), "info");
    assert.equal(
      severityWith({ ...DEFAULT_CONFIGURATION, rules: { either: { severity: "warning" } } }),
      "warning",
    );
    assert.equal(
      severityWith({ ...DEFAULT_CONFIGURATION, rules: { either: { severity: "off" } } }),
      undefined,
    );
  });
});
