import { strict as assert } from "node:assert";
import { applyPrecedence, PRECEDENCE } from "../../src/lint/precedence.ts";
import { registry } from "../../src/rules/registry.generated.ts";
import { finding } from "./sample.ts";

const left = (...findings: ReturnType<typeof finding>[]) =>
  applyPrecedence(findings.map((each) => ({ finding: each, folder: "" }))).map(
    ({ finding: each }) => each.rule,
  );

describe("precedence", () => {
  it("lets the more specific rule speak about one subject, and both about two", () => {
    const specific = finding("policies-without-rls", "public.tasks");
    assert.deepEqual(left(finding("table-without-rls", "public.tasks"), specific), ["policies-without-rls"]);
    assert.deepEqual(left(finding("table-without-rls", "public.other"), specific), [
      "table-without-rls",
      "policies-without-rls",
    ]);
  });

  it("reaches from a table to its policies and back where it says so", () => {
    const cascade = finding("policy-dropped-by-cascade", "public.tasks/own rows");
    assert.deepEqual(left(finding("rls-without-policies", "public.tasks"), cascade), [
      "policy-dropped-by-cascade",
    ]);
  });

  it("lets a finding about the project speak for every table of that project alone", () => {
    const located = [
      { finding: finding("table-without-rls", "public.a"), folder: "one" },
      { finding: finding("table-without-rls", "public.a"), folder: "two" },
      { finding: finding("project-without-rls", "project"), folder: "one" },
    ];
    assert.deepEqual(
      applyPrecedence(located).map(({ finding: { rule }, folder }) => `${rule} ${folder}`),
      ["table-without-rls two", "project-without-rls one"],
    );
  });

  it("says once of a policy that it is one too many", () => {
    const one = (rule: string) => ({ finding: finding(rule, "public.a/p"), folder: "" });
    const said = (...rules: string[]) => applyPrecedence(rules.map(one)).map(({ finding: { rule } }) => rule);
    assert.deepEqual(said("policies-overlapping", "policy-overrides-stricter"), [
      "policy-overrides-stricter",
    ]);
    assert.deepEqual(said("policies-overlapping", "policy-without-effect", "policy-duplicate"), [
      "policy-duplicate",
    ]);
    assert.deepEqual(said("update-without-select", "policy-never-true"), ["policy-never-true"]);
  });

  it("names rules that there are", () => {
    const ids = new Set(registry.map(({ id }) => id));
    const named = PRECEDENCE.flatMap(({ rule, over }) => [rule, ...over]);
    assert.deepEqual(
      named.filter((id) => !ids.has(id)),
      [],
    );
  });

  it("never silences in a circle", () => {
    const over = new Map<string, string[]>();
    for (const entry of PRECEDENCE) over.set(entry.rule, [...(over.get(entry.rule) ?? []), ...entry.over]);
    const visit = (rule: string, way: readonly string[]): void => {
      assert(!way.includes(rule), `${[...way, rule].join(" > ")}`);
      for (const next of over.get(rule) ?? []) visit(next, [...way, rule]);
    };
    for (const rule of over.keys()) visit(rule, []);
  });
});
