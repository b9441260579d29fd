import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { renderGithub } from "../../src/report/github.ts";
import { renderGitlab } from "../../src/report/gitlab.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderJunit } from "../../src/report/junit.ts";
import { type RuleNote, renderSarif } from "../../src/report/sarif.ts";
import { applyEdits } from "../../src/text/edit.ts";
import type { Finding } from "../../src/text/finding.ts";
import { assertExpected } from "./expected.ts";
import { placeOf, sampleFindings, sampleReport, sampleTexts } from "./sample.ts";

const rules = new Map<string, RuleNote>(
  sampleFindings.map(({ rule, category }) => [
    rule,
    { id: rule, category, severity: "error", summary: `Summary of ${rule}.`, why: "Because." },
  ]),
);
const sarif = (report = sampleReport()) => renderSarif(report, { rules, toolVersion: "1.2.3" });

/** Everything that could break out of a format, in one string. */
const HOSTILE = "a\u0000\u001b[31m<b>&\"']]>%\r\n::error::x,y:z\u202e\ud800\ufffe 標題";

const hostileReport = () => {
  const finding: Finding = {
    ...sampleFindings[0]!,
    subject: HOSTILE,
    message: HOSTILE,
    at: { path: `lib/${HOSTILE}.ts`, span: { start: 0, end: 1 } },
    remedy: { kind: "edit", title: HOSTILE, edits: [] },
  };
  return sampleReport({ findings: [finding] });
};

describe("json report", () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../media/report.schema.json"), "utf8"),
  );
  const validate = new Ajv2020({ strict: true }).compile(schema);

  it("has the published shape", () => {
    for (const report of [
      sampleReport(),
      hostileReport(),
      sampleReport({ findings: [], health: { total: undefined, categories: [] }, incomplete: true }),
    ])
      assert.ok(
        validate(JSON.parse(renderJson(report, ["It is without a file."]))),
        JSON.stringify(validate.errors),
      );
  });

  it("is refused by the schema when a key is missing or unknown", () => {
    const json = JSON.parse(renderJson(sampleReport(), []));
    assert.equal(validate({ ...json, extra: 1 }), false);
    assert.equal(validate({ ...json, score: undefined }), false);
  });

  it("gives places as lines, columns and offsets", () => {
    const [, policy] = JSON.parse(renderJson(sampleReport(), [])).findings;
    const { start, end } = placeOf("prisma/migrations/1_init/migration.sql", "true").span;
    assert.deepEqual(policy.start, { line: 5, column: 55, offset: start });
    assert.deepEqual(policy.end, { line: 5, column: 59, offset: end });
  });

  it("names the fix by kind", () => {
    const { findings } = JSON.parse(renderJson(sampleReport(), []));
    assert.deepEqual(
      findings.map((each: { fix: unknown }) => each.fix),
      [
        { title: 'Use "tasks"', kind: "edit" },
        { title: 'Drop the policy "read all"', kind: "migration" },
        { title: "Protect public.tasks with policies: rowguard generate public.tasks", kind: "command" },
        null,
      ],
    );
  });

  it("stays as it is", () => assertExpected("report.json", renderJson(sampleReport(), [])));

  it("prints nothing that steers a terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    assert.doesNotMatch(renderJson(hostileReport(), []), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("sarif report", () => {
  it("stays as it is", () => assertExpected("report.sarif", sarif()));

  it("describes each rule that reports, once, and points to it", () => {
    const [run] = JSON.parse(sarif()).runs;
    for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.equal(run.tool.driver.rules.length, 4);
  });

  it("carries edits that give the fixed text", () => {
    const [run] = JSON.parse(sarif()).runs;
    const { replacements, artifactLocation } = run.results[0].fixes[0].artifactChanges[0];
    const { deletedRegion, insertedContent } = replacements[0];
    const text = sampleTexts.get(artifactLocation.uri)!;
    const span = { start: deletedRegion.startColumn - 1, end: deletedRegion.endColumn - 1 };
    const fixed = applyEdits(text, [{ path: "", span, text: insertedContent.text }]);
    assert.match(fixed, /table: "tasks"/);
  });

  it("keeps a finding's fingerprint when lines move", () => {
    const moved = sampleFindings.map((each) => ({
      ...each,
      at: { ...each.at, span: { start: each.at.span.start + 1, end: each.at.span.end + 1 } },
    }));
    const prints = (text: string) =>
      JSON.parse(text).runs[0].results.map(
        (each: { partialFingerprints: unknown }) => each.partialFingerprints,
      );
    assert.deepEqual(prints(sarif(sampleReport({ findings: moved }))), prints(sarif()));
  });

  it("encodes paths as addresses", () => {
    const at = { path: "app/[id]/my page#1.tsx", span: { start: 0, end: 0 } };
    const [run] = JSON.parse(sarif(sampleReport({ findings: [{ ...sampleFindings[3]!, at }] }))).runs;
    const { uri } = run.results[0].locations[0].physicalLocation.artifactLocation;
    assert.equal(uri, "app/%5Bid%5D/my%20page%231.tsx");
  });

  it("says when the run was not complete", () => {
    const [run] = JSON.parse(sarif(sampleReport({ incomplete: true }))).runs;
    assert.equal(run.invocations[0].executionSuccessful, false);
  });
});

describe("github report", () => {
  it("stays as it is", () => assertExpected("github.txt", renderGithub(sampleReport())));

  it("lets no message begin a command of its own", () => {
    const lines = renderGithub(hostileReport()).trimEnd().split("\n");
    assert.equal(lines.length, 2);
    const [properties, message] = lines[0]!.slice("::error ".length).split("::");
    assert.equal(properties!.split(",").length, 6);
    assert.ok(message!.includes("%25%0D%0A"));
  });
});

describe("gitlab report", () => {
  it("stays as it is", () => assertExpected("gitlab.json", renderGitlab(sampleReport())));

  it("gives every finding a fingerprint of its own", () => {
    const twice = [...sampleFindings, ...sampleFindings];
    const prints = JSON.parse(renderGitlab(sampleReport({ findings: twice }))).map(
      (each: { fingerprint: string }) => each.fingerprint,
    );
    assert.equal(new Set(prints).size, twice.length);
  });
});

describe("junit report", () => {
  const junit = (report = sampleReport()) => renderJunit(report, { threshold: "warning" });

  it("stays as it is", () => assertExpected("junit.xml", junit()));

  it("fails what reaches the threshold, and only that", () => {
    assert.match(junit(), /tests="4" failures="3"/);
    assert.match(renderJunit(sampleReport(), { threshold: "error" }), /tests="4" failures="2"/);
  });

  it("is one passing case when there is nothing to report", () => {
    const text = junit(sampleReport({ findings: [] }));
    assert.match(text, /tests="1" failures="0"/);
    assert.match(text, /<testcase classname="rowguard" name="check"\/>/);
  });

  it("stays well-formed whatever sources say", () => {
    const text = junit(hostileReport());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe]/);
    assert.equal(Buffer.from(text, "utf8").toString("utf8"), text);
    const bare = text.replace(/&(amp|lt|gt|quot|apos|#\d+);/g, "");
    assert.doesNotMatch(bare, /&/);
    assert.equal((bare.match(/</g) ?? []).length, (bare.match(/>/g) ?? []).length);
  });
});
