import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { renderText } from "../../src/report/text.ts";
import { assertExpected } from "./expected.ts";
import { placeOf, sampleFindings, sampleReport, sampleTexts } from "./sample.ts";

const plain = (width: number) => ({ width, colour: false });

describe("text report", () => {
  for (const width of [60, 80, 120])
    it(`shows findings, their places and the score in ${width} columns`, () => {
      assertExpected(`text-${width}.txt`, renderText(sampleReport(), plain(width)));
    });

  it("lists what was read, left alone and accepted when asked", () => {
    assertExpected("text-verbose.txt", renderText(sampleReport(), { ...plain(80), verbose: true }));
  });

  it("says so when there is nothing to report", () => {
    const text = renderText(sampleReport({ findings: [], suppressed: [] }), plain(80));
    assert.match(text, /Nothing to report\./);
  });

  it("promises of a fix no more than it does: what is below the threshold is for --all", () => {
    const last = (threshold: "error" | "warning", findings = sampleFindings) =>
      renderText(sampleReport({ findings, threshold }), plain(120)).trimEnd().split("\n").at(-1);
    const whole = "; for 1 of them the command is shown above.";
    assert.equal(last("error"), `\`rowguard fix\` mends 1 of them, with \`--all\` 1 more${whole}`);
    assert.equal(last("error", [sampleFindings[1]!]), "`rowguard fix --all` mends 1 of them.");
  });

  it("says the same with and without colour", () => {
    const coloured = renderText(sampleReport(), { width: 80, colour: true });
    assert.notEqual(coloured, renderText(sampleReport(), plain(80)));
    assert.equal(stripVTControlCharacters(coloured), renderText(sampleReport(), plain(80)));
  });

  it("keeps findings within the width, whatever it is", () => {
    for (const width of [40, 47, 64, 80, 100, 133]) {
      const lines = renderText(sampleReport(), plain(width)).split("\n");
      // A place is never broken: it is there to be copied.
      const long = lines.filter((line) => stringWidth(line) > width && !/:\d+:\d+$/.test(line));
      assert.deepEqual(long, [], `at ${width} columns`);
    }
  });

  it("puts carets below the words, behind wide characters and tabs", () => {
    const lines = renderText(sampleReport(), plain(80)).split("\n");
    const code = lines.findIndex((line) => line.includes("標題"));
    const before = lines[code]!.slice(0, lines[code]!.lastIndexOf("title"));
    assert.equal(lines[code + 1]!.indexOf("^"), stringWidth(before));
    assert.equal(lines[code + 1]!.trimEnd().length - lines[code + 1]!.indexOf("^"), "title".length);
  });

  it("lets no source, name or message steer the terminal", () => {
    const evil = "\u001b]0;owned\u0007 \u001b[2J \u009b31m \u202e \u2066 \r\n::error::";
    const path = `lib/${evil}.ts`;
    const report = sampleReport({
      findings: [
        {
          ...sampleFindings[0]!,
          message: `Message ${evil}`,
          at: { path, span: { start: 0, end: evil.length } },
          related: [{ place: { path, span: { start: 3, end: 4 } }, message: evil }],
          remedy: { kind: "intent", title: evil, intent: { verb: "protect", subject: evil, command: evil } },
        },
      ],
      text: () => evil,
    });
    const text = renderText(report, { ...plain(80), verbose: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.ok(!text.split("\n").some((line) => line.startsWith("::error")));
  });

  it("shows a line of a megabyte without looking at all of it", () => {
    const text = `${"x".repeat(1_000_000)} needle ${"y".repeat(1_000_000)}`;
    const start = text.indexOf("needle");
    const at = { path: "lib/min.js", span: { start, end: start + 6 } };
    const report = sampleReport({ findings: [{ ...sampleFindings[3]!, at }], text: () => text });
    const line = renderText(report, plain(80))
      .split("\n")
      .find((each) => each.includes("needle"));
    assert.ok(line && line.length <= 80 && line.includes("…"));
  });

  it("shows the line that says something below its place, where a span begins with a parenthesis alone", () => {
    const text = "create policy a on b using (\n  true\n);\n";
    const at = { path: "a.sql", span: { start: text.indexOf("("), end: text.indexOf(")") + 1 } };
    const report = sampleReport({ findings: [{ ...sampleFindings[3]!, at }], text: () => text });
    const lines = renderText(report, plain(80)).split("\n");
    const code = lines.indexOf("      2 │   true");
    assert.equal(lines[code - 1], "      1 │ create policy a on b using (");
    assert.equal(lines[code + 1], "        │   ^^^^ and 1 more line");
    assert.ok(lines.some((line) => line.includes("a.sql:1:28")));
  });

  it("gives up indentation before code, where a line is too long", () => {
    const text = `${" ".repeat(40)}const rows = await client.from("Task").select();\n`;
    const start = text.indexOf("Task");
    const at = { path: "lib/deep.ts", span: { start, end: start + 4 } };
    const report = sampleReport({ findings: [{ ...sampleFindings[3]!, at }], text: () => text });
    const lines = renderText(report, plain(80)).split("\n");
    const code = lines.findIndex((line) => line.includes("Task"));
    assert.equal(lines[code], `      1 │ ${text.trim()}`);
    assert.equal(lines[code + 1]!.indexOf("^"), lines[code]!.indexOf("Task"));
  });

  it("shows a finding whose source is not at hand", () => {
    const report = sampleReport({ text: () => undefined });
    assert.match(renderText(report, plain(80)), /prisma\/schema\.prisma:1:1/);
  });

  it("marks an empty place at the end of a line with one caret", () => {
    const text = sampleTexts.get("prisma/schema.prisma")!;
    const start = text.indexOf("\n");
    const at = { path: "prisma/schema.prisma", span: { start, end: start } };
    const lines = renderText(sampleReport({ findings: [{ ...sampleFindings[3]!, at }] }), plain(80)).split(
      "\n",
    );
    const code = lines.findIndex((line) => line.endsWith("model Task {"));
    assert.equal(lines[code + 1], `        │ ${" ".repeat(start)}^`);
  });

  it("does not count a line that a span only ends before", () => {
    const at = placeOf("prisma/schema.prisma", "model Task {\n");
    const text = renderText(sampleReport({ findings: [{ ...sampleFindings[3]!, at }] }), plain(80));
    assert.doesNotMatch(text, /more line/);
  });
});
