import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fixture, FixtureTest } from "../src/build/fixture.ts";
import { readMarks } from "../src/build/marks.ts";
import {
  listFixtureFiles,
  listRuleFiles,
  loadFixture,
  loadRule,
  type RuleFile,
} from "../src/build/rule-files.ts";
import { ROOT } from "../src/build/tree.ts";
import type { RegisteredRule } from "../src/rules/rule.ts";
import type { Finding } from "../src/text/finding.ts";
import { assertPlaces, compareTest, type Rewrite } from "./fixture/compare.ts";
import { mendedTexts, type Outcome, runTest } from "./fixture/fixture-run.ts";
import { lintTexts } from "./fixture/lint-texts.ts";
import { findMissing, insertBlock } from "./fixture/missing-blocks.ts";
import { parseErrors } from "./fixture/parse-errors.ts";
import { varietyOf } from "./fixture/variety.ts";

// Every rule against its fixture, test/rules/<category>/<rule-id>.md; src/build/fixture.ts says how a fixture is written.
// One rule only: RULE=table-without-rls npx mocha test/rules.test.ts
// Rewrite marks, fixed, migration and intent blocks for review: UPDATE=1 npx mocha test/rules.test.ts

const { RULE, UPDATE } = process.env;
const wanted = (file: RuleFile): boolean => !RULE || RULE.split(",").includes(file.id);
const rules = listRuleFiles(ROOT).filter(wanted);
const fixtures = listFixtureFiles(ROOT).filter(wanted);
/** The categories of rules about what policies mean, and about ways around them. */
const ABOUT_MEANING = new Set(["predicates", "claims", "writes", "bypass", "cost"]);
/** These as well: what stands in a condition, at any depth. */
const IN_CONDITIONS = new Set(["policy-name-unknown", "policy-reads-ungranted", "policy-type-mismatch"]);

/** Policies in which nothing is hidden in a condition: `using (true)`, a role, a command without another. */
const OF_ONE_SHAPE = new Set(["policy-always-true", "policy-role-inert", "update-without-select"]);

describe("rules", () => {
  it("have a fixture each", () => {
    const names = (files: readonly RuleFile[]) => files.map(({ category, id }) => `${category}/${id}`);
    assert.deepEqual(
      names(fixtures),
      names(rules),
      "src/rules/<category>/<id>.ts and test/rules/<category>/<id>.md",
    );
  });

  for (const file of rules) {
    const fixtureFile = fixtures.find(({ id }) => id === file.id);
    if (fixtureFile) describe(file.id, () => describeRule(file, loadFixture(ROOT, fixtureFile)));
  }
});

function describeRule(file: RuleFile, fixture: Fixture): void {
  let rule: RegisteredRule;
  const rewrites: Rewrite[] = [];
  const outcomes = new Map<FixtureTest, Outcome>();
  before(async () => {
    rule = await loadRule(ROOT, file);
  });
  for (const test of fixture.tests)
    it(test.title, async () => {
      const outcome = await runTest(rule, textsOf(test));
      outcomes.set(test, outcome);
      assertPlaces(test, outcome.findings);
      const differences = compareTest(rule, test, outcome);
      if (UPDATE) rewrites.push(...differences);
      else for (const { expected, actual, what } of differences) assert.equal(actual, expected, what);
      await assertMended(rule, test, outcome);
    });
  it("is reported, silent, and shows its remedies", () => {
    if (outcomes.size < fixture.tests.length) return;
    const all = [...outcomes.values()];
    assert(
      all.some(({ findings }) => findings.length),
      "No test of the fixture reports anything.",
    );
    assert(
      all.some(({ findings }) => !findings.length),
      "No test of the fixture is silent.",
    );
    const missing = findMissing(fixture, outcomes);
    if (UPDATE) rewrites.push(...missing.map((each) => insertBlock(fixture, each)));
    else
      assert.deepEqual(
        missing.map(({ role }) => role),
        [],
        "Kinds of fix that no block of the fixture shows.",
      );
  });
  if (ABOUT_MEANING.has(file.category) || IN_CONDITIONS.has(file.id))
    it("is shown in three disguises, and beside three look-alikes", () => {
      if (outcomes.size < fixture.tests.length) return;
      const { reported, alike, kinds } = varietyOf(fixture, outcomes);
      assert(reported.length >= 3, `Its fixture reports:\n${reported.join("\n")}`);
      assert(alike.length >= 3, `Its fixture leaves alone:\n${alike.join("\n")}`);
      if (rule.rule.on !== "policy" || OF_ONE_SHAPE.has(rule.id)) return;
      const missing = (["helper", "sub-select"] as const).filter((kind) => !kinds.has(kind));
      assert.deepEqual(missing, [], "Disguises of a condition that its fixture does not show.");
    });
  after(() => {
    if (rewrites.length) rewrite(fixture, rewrites);
  });
}

const textsOf = (test: FixtureTest) =>
  test.blocks
    .filter(({ role }) => role === "file")
    .map(({ path, text }) => ({ path, text: readMarks(text).text }));

/** After the fixes, everything parses and nothing they speak of is reported, nor anything new. */
async function assertMended(rule: RegisteredRule, test: FixtureTest, outcome: Outcome): Promise<void> {
  const texts = textsOf(test);
  const name = ({ subject, message }: Finding) => `${subject}: ${message}`;
  for (const way of mendedTexts(texts, outcome)) {
    for (const source of way.texts) {
      const before = texts.find(({ path }) => path === source.path);
      if (before?.text === source.text || (before && (await parseErrors(before)).length)) continue;
      assert.deepEqual(
        await parseErrors(source),
        [],
        `${source.path} does not parse after the fix:\n${source.text}`,
      );
    }
    const remaining = await lintTexts(rule, way.texts);
    const allowed = new Set(way.mayRemain.map(name));
    const wrong = remaining.map(name).filter((each) => !allowed.has(each));
    assert.deepEqual(wrong, [], `Still reported after the files were ${way.how}.`);
  }
}

function rewrite(fixture: Fixture, rewrites: readonly Rewrite[]): void {
  const path = join(ROOT, fixture.path);
  let text = readFileSync(path, "utf8");
  for (const each of [...rewrites].sort((a, b) => b.start - a.start))
    text = text.slice(0, each.start) + each.text + text.slice(each.end);
  writeFileSync(path, text);
}
