import { strict as assert } from "node:assert";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import { defineRule, type RegisteredRule } from "../../src/rules/rule.ts";

const rule = defineRule({
  on: "table",
  severity: "error",
  summary: "A table.",
  why: "Because.",
  options: (z) => z.strictObject({ limit: z.number().default(3), words: z.array(z.string()).default([]) }),
  *check() {},
});
const registry: RegisteredRule[] = [
  { id: "table-without-rls", category: "exposure", rule, defaults: { limit: 3, words: [] } },
  { id: "policy-always-true", category: "predicates", rule: { ...rule, options: undefined! }, defaults: {} },
];

const read = (text: string) => readConfiguration({ path: "rowguard.config.json", text }, registry);

/** The text of the place and the message of every problem. */
async function problemsOf(text: string): Promise<[string, string][]> {
  const { problems } = await read(text);
  return problems.map(({ place, message }) => [text.slice(place.span.start, place.span.end), message]);
}

describe("readConfiguration", () => {
  it("is the defaults without a file", async () => {
    const configuration = await readConfiguration(undefined, registry);
    assert.equal(configuration.threshold, "warning");
    assert.deepEqual(configuration.problems, []);
  });

  it("reads comments, trailing commas and a byte order mark", async () => {
    const configuration = await read(`\uFEFF{
      // who
      "clientRoles": ["web"], /* and */ "tenancy": { "tenantTable": "public.orgs", "scopes": { "public.plans": "public" } },
      "rules": { "table-without-rls": ["warning", { "limit": 5 }], "policy-always-true": "off" },
    }`);
    assert.deepEqual(configuration.problems, []);
    assert.deepEqual(configuration.clientRoles, ["web"]);
    assert.deepEqual(configuration.tenancy, {
      tenantTable: "public.orgs",
      scopes: { "public.plans": "public" },
    });
    assert.deepEqual(configuration.rules, {
      "table-without-rls": { severity: "warning", options: { limit: 5, words: [] } },
      "policy-always-true": { severity: "off" },
    });
  });

  it("names the nearest setting or rule, at the key, and takes the rest", async () => {
    const text =
      '{ "clientRole": ["a"], "rules": { "table-wihtout-rls": "off", "policy-always-true": "info" } }';
    assert.deepEqual(await problemsOf(text), [
      ['"clientRole"', '"clientRole" is no setting; "clientRoles" is near.'],
      ['"table-wihtout-rls"', 'There is no rule "table-wihtout-rls"; "table-without-rls" is near.'],
    ]);
    const configuration = await read(text);
    assert.deepEqual(configuration.rules, { "policy-always-true": { severity: "info" } });
    assert.deepEqual(
      configuration.problems.map(({ near }) => near?.edit.text),
      ['"clientRoles"', '"table-without-rls"'],
    );
  });

  it("names what a value must be, at the value", async () => {
    const text =
      '{ "threshold": "eror", "clientRoles": "anon", "policiesGuardPrisma": 1, "rules": { "policy-always-true": "warn" } }';
    assert.deepEqual(await problemsOf(text), [
      ['"eror"', '"threshold" must be one of "error", "warning", "info".'],
      ['"anon"', '"clientRoles" must be a list, not a text.'],
      ["1", '"policiesGuardPrisma" must be true or false, not a number.'],
      ['"warn"', '"rules.policy-always-true" must be one of "error", "warning", "info", "off".'],
    ]);
    const { threshold, clientRoles, rules } = await read(text);
    assert.deepEqual(
      { threshold, clientRoles, rules },
      { threshold: "warning", clientRoles: undefined, rules: {} },
    );
  });

  it("leaves out one bad option and keeps the others", async () => {
    const text =
      '{ "rules": { "table-without-rls": ["error", { "limit": "x", "word": [], "words": ["a"] }] } }';
    assert.deepEqual(await problemsOf(text), [
      ['"x"', 'Option "limit" of "table-without-rls" must be a number, not a text.'],
      ['"word"', '"word" is no option of "table-without-rls"; "words" is near.'],
    ]);
    const { rules } = await read(text);
    assert.deepEqual(rules["table-without-rls"], { severity: "error", options: { limit: 3, words: ["a"] } });
  });

  it("leaves out one bad entry of a list and keeps the others", async () => {
    const text = `{ "ignore": [
      { "rule": "policy-alway-true", "subject": "public.a" },
      { "rule": "policy-always-true" },
      { "rule": "policy-always-true", "subject": "public.b", "reason": "kept" } ] }`;
    assert.deepEqual(await problemsOf(text), [
      ['"policy-alway-true"', 'There is no rule "policy-alway-true"; "policy-always-true" is near.'],
      ['{ "rule": "policy-always-true" }', '"ignore[1]" needs "subject".'],
    ]);
    const { ignore } = await read(text);
    assert.deepEqual(
      ignore.map(({ subject }) => subject),
      ["public.b"],
    );
    const { start, end } = ignore[0]!.place.span;
    assert.equal(
      text.slice(start, end),
      '{ "rule": "policy-always-true", "subject": "public.b", "reason": "kept" }',
    );
  });

  it("says what is wrong with text that is no JSON, and reads what it can", async () => {
    const text = '{ "threshold": "info" "baseline": "b.json" }';
    assert.deepEqual(await problemsOf(text), [['"baseline"', "This is no JSON: a comma is missing."]]);
    assert.equal((await read(text)).threshold, "info");
    assert.deepEqual(await problemsOf("[]"), [["[]", "The configuration must be an object: { … }."]]);
    assert.deepEqual((await problemsOf("")).length, 1);
    assert.deepEqual((await problemsOf("{")).length, 1);
  });
});
