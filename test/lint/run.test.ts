import { strict as assert } from "node:assert";
import type { Table } from "../../src/catalog/catalog.ts";
import { derived } from "../../src/catalog/derived.ts";
import { activeRules } from "../../src/lint/active.ts";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { createMemory, runRules } from "../../src/lint/run.ts";
import type { Model, Project } from "../../src/project/project.ts";
import type { CodeFile } from "../../src/project/usage.ts";
import type { RegisteredRule, Subjects } from "../../src/rules/rule.ts";
import { project, registered, table } from "./sample.ts";

/** A rule on tables that notes what it was called with, and looks at something beside. */
function watching(
  seen: string[],
  look: (project: Project, table: Table) => unknown = () => {},
): RegisteredRule {
  return registered("watch", {
    on: "table",
    *check(subject, project) {
      const each = subject as Subjects["table"];
      seen.push(each.name);
      look(project, each);
      yield { at: each.made, subject: each.name, message: `Saw ${each.name}.` };
    },
  });
}

/** What a rule that looks at something is called with again, when a project follows one with the tables `a` and `b`. */
function seenAgain(
  look: (project: Project, table: Table) => unknown,
  change: (project: Project) => Project,
): string[] {
  const seen: string[] = [];
  const rules = activeRules([watching(seen, look)], DEFAULT_CONFIGURATION);
  const memory = createMemory();
  const first = project({ tables: [table("a"), table("b")], code: [{ path: "a.ts", usages: [] } as never] });
  runRules(first, rules, memory);
  seen.length = 0;
  runRules(change(first), rules, memory);
  return seen;
}

const keyOf = ({ schema, name }: Table): string => `${schema}.${name}`;
const withModel = (key: string) => (first: Project) => ({
  ...first,
  modelOfTable: new Map([[key, {} as Model]]),
});
const withTables = (change: (tables: Map<string, Table>) => void) => (first: Project) => {
  const tables = new Map(first.catalog.tables);
  change(tables);
  return { ...first, catalog: { ...first.catalog, tables } };
};

describe("runRules", () => {
  it("looks again only at objects that changed", () => {
    const seen: string[] = [];
    const rules = activeRules([watching(seen)], DEFAULT_CONFIGURATION);
    const memory = createMemory();
    const [a, b] = [table("a"), table("b")];
    runRules(project({ tables: [a, b] }), rules, memory);
    const { findings } = runRules(project({ tables: [a, table("b"), table("c")] }), rules, memory);
    assert.deepEqual(seen, ["a", "b", "b", "c"]);
    assert.deepEqual(findings.map(({ message }) => message).sort(), ["Saw a.", "Saw b.", "Saw c."]);
    assert.deepEqual(
      runRules(project({ tables: [a] }), rules, memory).findings.map(({ message }) => message),
      ["Saw a."],
    );
  });

  it("looks again where an entry that a rule looked up changed, or came to be", () => {
    const look = ({ modelOfTable }: Project, each: Table) => modelOfTable.get(keyOf(each));
    assert.deepEqual(seenAgain(look, withModel("public.a")), ["a"]);
    assert.deepEqual(seenAgain(look, withModel("public.other")), []);
    assert.deepEqual(
      seenAgain(({ modelOfTable }) => modelOfTable.has("public.c"), withModel("public.c")),
      ["a", "b"],
    );
  });

  it("looks again at everything where a rule went through a map that changed", () => {
    for (const look of [
      ({ modelOfTable }: Project) => modelOfTable.size,
      ({ modelOfTable }: Project) => [...modelOfTable],
      ({ modelOfTable }: Project) => modelOfTable.forEach(() => {}),
      (whole: Project) => ({ ...whole }).modelOfTable.size,
    ])
      assert.deepEqual(seenAgain(look, withModel("public.other")), ["a", "b"]);
  });

  it("looks again where a part that a rule looked at is another, and only there", () => {
    const change = (first: Project) => ({ ...first, packages: [] });
    assert.deepEqual(
      seenAgain((each, { name }) => name === "b" && each.packages, change),
      ["b"],
    );
    assert.deepEqual(
      seenAgain((each) => "packages" in each, change),
      ["a", "b"],
    );
    assert.deepEqual(
      seenAgain((each) => each.environment, change),
      [],
    );
  });

  it("looks again where a source changed whose text a rule read", () => {
    const change = (first: Project) => ({ ...first, code: [{ path: "a.ts", usages: [] } as never] });
    assert.deepEqual(
      seenAgain((each, { name }) => each.text(`${name}.ts`), change),
      ["a"],
    );
  });

  it("looks at everything anew where the ground is another", () => {
    assert.deepEqual(
      seenAgain(
        () => {},
        (first) => ({ ...first, settings: { ...first.settings } }),
      ),
      ["a", "b"],
    );
  });

  it("knows what came of a part by way of what was derived from it, once for all who ask", () => {
    const made: string[] = [];
    const inner = derived((whole: Project, key: string) => whole.catalog.tables.get(key));
    const outer = derived((whole: Project, key: string) => made.push(key) && inner(whole, key)?.rowSecurity);
    const look = (whole: Project) => outer(whole, "public.a");
    const seen = seenAgain(
      look,
      withTables((tables) => tables.set("public.a", table("a", { rowSecurity: true }))),
    );
    assert.deepEqual(seen.sort(), ["a", "b"]);
    assert.deepEqual(made, ["public.a", "public.a"]);
    assert.deepEqual(
      seenAgain(
        look,
        withTables((tables) => tables.set("public.c", table("c"))),
      ),
      ["c"],
    );
  });

  it("does not hand what a rule keeps of one look to the next", () => {
    const kept = new WeakMap<object, unknown>();
    const look = ({ catalog }: Project) => {
      if (!kept.has(catalog)) kept.set(catalog, catalog.views.get("public.v"));
    };
    const change = (first: Project) => ({
      ...first,
      catalog: { ...first.catalog, views: new Map([["public.v", {} as never]]) },
    });
    assert.deepEqual(seenAgain(look, change), ["a", "b"]);
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
      activeRules([throwing, watching([])], DEFAULT_CONFIGURATION),
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
      activeRules([rule, watching(seen)], DEFAULT_CONFIGURATION),
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
      runRules(project({ tables: [table("a")] }), activeRules([rule], configuration)).findings[0]?.severity;
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
