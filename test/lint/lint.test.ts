import { strict as assert } from "node:assert";
import { readBaseline, writeBaseline } from "../../src/lint/baseline.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { type LintInput, lint } from "../../src/lint/lint.ts";
import type { SourceNote } from "../../src/lint/report.ts";
import type { Project } from "../../src/project/project.ts";
import suppressionUnused from "../../src/rules/conventions/suppression-unused.ts";
import suppressionWithoutReason from "../../src/rules/conventions/suppression-without-reason.ts";
import type { RegisteredRule, Rule, Subjects } from "../../src/rules/rule.ts";
import { project, registered, table } from "./sample.ts";

const open = registered("table-open", {
  on: "table",
  *check(subject) {
    const { made, name } = subject as Subjects["table"];
    yield { at: made, subject: `public.${name}`, message: `${name} is open.` };
  },
});
const registry: RegisteredRule[] = [
  open,
  registered("suppression-unused", suppressionUnused as Rule, "conventions"),
  registered("suppression-without-reason", suppressionWithoutReason as Rule, "conventions"),
];

const run = (projects: readonly Project[], more: Partial<LintInput> = {}) =>
  lint({
    root: "/",
    projects,
    configuration: DEFAULT_CONFIGURATION,
    registry,
    sources: [{ path: "a.sql", what: "SQL", read: true }],
    text: (path) => projects[0]?.text(path),
    ...more,
  });

/** A project of one SQL file, its statements given by the tables they make. */
function sqlProject(text: string, names: readonly string[], state: "committed" | "new" = "new"): Project {
  const spanOf = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
  const statements = names.map((name) => ({ span: spanOf(`create table ${name} ()`) }));
  const directives = [...text.matchAll(/--.*/g)].map((match) => ({
    text: match[0],
    span: { start: match.index, end: match.index + match[0].length },
  }));
  const source = { path: "a.sql", statements, directives, errors: [] };
  return project({
    tables: names.map((name, index) =>
      table(name, { made: { path: "a.sql", span: statements[index]!.span } }),
    ),
    history: [{ source, kind: "supabase", state }] as unknown as Project["history"],
    texts: { "a.sql": text },
  });
}

const messages = (report: ReturnType<typeof run>) => report.findings.map(({ message }) => message);

describe("lint", () => {
  it("sorts findings by path and place, and says once what two projects see in one file", () => {
    const text = "create table b ();\ncreate table a ();\n";
    const report = run([sqlProject(text, ["a", "b"]), { ...sqlProject(text, ["a"]), folder: "other" }]);
    assert.deepEqual(messages(report), ["b is open.", "a is open."]);
  });

  it("accepts the next statement's finding with a comment above it, and no other", () => {
    const text = "-- rowguard-ignore table-open: legacy\ncreate table a ();\ncreate table b ();\n";
    const report = run([sqlProject(text, ["a", "b"])]);
    assert.deepEqual(messages(report), ["b is open."]);
    const [accepted] = report.suppressed;
    assert.equal(accepted?.finding.message, "a is open.");
    assert.equal(accepted?.by, "comment");
    assert.equal(accepted?.reason, "legacy");
  });

  it("accepts the finding of the statement that a comment stands behind, and no other", () => {
    const text = "create table a (); -- rowguard-ignore table-open: legacy\ncreate table b ();\n";
    assert.deepEqual(messages(run([sqlProject(text, ["a", "b"])])), ["b is open."]);
  });

  it("accepts a whole file's findings", () => {
    const text = "create table a ();\ncreate table b ();\n-- rowguard-ignore-file table-open: a sandbox\n";
    assert.deepEqual(messages(run([sqlProject(text, ["a", "b"])])), []);
  });

  it("reports a comment that accepts nothing, with its removal, and one without a reason", () => {
    const text =
      "create table a ();\n-- rowguard-ignore table-open\ncreate table b ();\n-- rowguard-ignore table-open: x\n";
    const report = run([sqlProject(text, ["a", "b"])]);
    assert.deepEqual(messages(report), [
      "a is open.",
      '"table-open" is accepted here without a reason; add it after a colon.',
      'This comment accepts no finding of "table-open".',
    ]);
    const { remedy } = report.findings[2]!;
    assert.equal(remedy?.kind, "edit");
    const [edit] = remedy.edits;
    assert.equal(text.slice(edit!.span.start, edit!.span.end), "-- rowguard-ignore table-open: x\n");
  });

  it("offers no edit of a migration that may be applied", () => {
    const text = "-- rowguard-ignore no-such-rule: x\n";
    const report = run([sqlProject(text, [], "committed")]);
    assert.deepEqual(messages(report), ['There is no rule "no-such-rule".']);
    assert.equal(report.findings[0]?.remedy, undefined);
  });

  it("leaves suppressions of rules that did not run alone", () => {
    const text = "-- rowguard-ignore table-open: x\n";
    const only = ["suppression-unused", "suppression-without-reason"];
    assert.deepEqual(messages(run([sqlProject(text, [])], { only })), []);
  });

  it("accepts by rule and subject in the configuration, and reports the entry that accepts nothing", () => {
    const place = { path: "rowguard.config.json", span: { start: 0, end: 1 } };
    const entry = { rule: "table-open", place, removal: place.span, reason: "known" };
    const configuration: Configuration = {
      ...DEFAULT_CONFIGURATION,
      ignore: [
        { ...entry, subject: "public.a" },
        { ...entry, subject: "public.gone" },
      ],
    };
    const report = run([sqlProject("create table a ();", ["a"])], { configuration });
    assert.deepEqual(messages(report), ['This entry accepts no finding of "table-open".']);
    assert.equal(report.suppressed[0]?.by, "configuration");
  });

  it("gives findings in some paths another severity", () => {
    const configuration: Configuration = {
      ...DEFAULT_CONFIGURATION,
      overrides: [
        { paths: ["*.sql"], rules: { "table-open": "info" } },
        { paths: ["other/"], rules: { "table-open": "off" } },
      ],
    };
    const report = run([sqlProject("create table a ();", ["a"])], { configuration });
    assert.deepEqual(
      report.findings.map(({ severity }) => severity),
      ["info"],
    );
  });

  it("runs a rule that is off for the paths that switch it on", () => {
    const off = { ...open, rule: { ...open.rule, severity: "off" as const } };
    const overrides = [{ paths: ["b.sql"], rules: { "table-open": "error" as const } }];
    const configuration: Configuration = { ...DEFAULT_CONFIGURATION, overrides };
    const tables = ["a", "b"].map((name) =>
      table(name, { made: { path: `${name}.sql`, span: { start: 0, end: 1 } } }),
    );
    const report = run([project({ tables })], { configuration, registry: [off] });
    assert.deepEqual(messages(report), ["b is open."]);
  });

  it("accepts as many findings as the baseline counts", () => {
    const projects = [sqlProject("create table a ();create table b ();", ["a", "b"])];
    const text = writeBaseline(run(projects).findings.slice(0, 1));
    assert.equal(text, '{ "version": 1, "findings": [\n  {"rule":"table-open","subject":"public.a"}\n] }\n');
    const baseline = readBaseline(text);
    assert(baseline instanceof Map);
    const report = run(projects, { baseline });
    assert.deepEqual(messages(report), ["b is open."]);
    assert.equal(report.suppressed[0]?.by, "baseline");
    assert.deepEqual(readBaseline("{"), { error: "the baseline is no JSON" });
  });

  it("shows what changed lines touch, and scores the whole", () => {
    const projects = [sqlProject("create table a ();\ncreate table b ();\n", ["a", "b"])];
    const changed = (first: number, last: number) => new Map([["a.sql", [{ first, last }]]]);
    assert.deepEqual(messages(run(projects, { changed: changed(2, 2) })), ["b is open."]);
    assert.deepEqual(messages(run(projects, { changed: changed(3, 9) })), []);
    assert.deepEqual(messages(run(projects, { changed: new Map([["a.sql", "all"]]) })).length, 2);
    assert.equal(run(projects, { changed: changed(3, 9) }).health.categories[0]?.share, 0);
  });

  it("is incomplete where nothing was read, or not what should have been", () => {
    assert.equal(run([project({})]).incomplete, false);
    assert.equal(run([project({})], { sources: [] }).incomplete, true);
    const unread = { path: "b.sql", what: "file", read: false, why: "no permission" };
    const beside = (...more: SourceNote[]) =>
      run([project({})], { sources: [{ path: "a.sql", what: "migration", read: true }, ...more] }).incomplete;
    assert.equal(beside(unread), false);
    assert.equal(beside({ ...unread, failed: true }), true);
  });
});
