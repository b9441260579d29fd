import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FORMATS, renderReports } from "../../src/cli/formats.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { Report } from "../../src/lint/report.ts";
import { openWorkspace } from "../../src/workspace/open.ts";

const ROOT = join(import.meta.dirname, "../../examples/strive/before");
const ROUNDS = Number(process.env.ROUNDS ?? 80);
const SEED = Number(process.env.SEED ?? 1);

/** The same numbers at every run: a failure names its round, and comes back. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const PIECES = [
  "'",
  '"',
  "$$",
  "/*",
  "--",
  "(",
  ")",
  "{",
  "}",
  ";",
  "\0",
  "\ufeff",
  "`",
  "${",
  "\r",
  "標題",
  "\ud800",
  ".",
];

describe("a workspace in the middle of an edit", () => {
  const paths = readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(sql|prisma|tsx?|json|toml)$|^\.env/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();

  it("never throws, loses no rule, and places every finding inside its text", async () => {
    const workspace = await openWorkspace(ROOT);
    const numbers = random(SEED);
    const below = (limit: number) => Math.floor(numbers.next().value * limit);
    for (let round = 0; round < ROUNDS; round++) {
      const path = paths[below(paths.length)]!;
      workspace.setText(path, mutate(readFileSync(join(ROOT, path), "utf8"), below));
      const report = await workspace.report();
      const where = `round ${round}, ${path}`;
      assert.deepEqual(report.failures ?? [], [], where);
      assertPlaces(report, where);
      for (const format of FORMATS) await renderReports([{ report, prefix: "" }], format, TERMINAL, true);
      workspace.setText(path, undefined);
    }
    await workspace.close();
  }).timeout(180_000);
});

const TERMINAL: Terminal = { cwd: ROOT, width: 80, colour: true, watched: false, print() {}, complain() {} };

/** Cuts a piece out, doubles one, or puts something in that changes what follows. */
function mutate(text: string, below: (limit: number) => number): string {
  const start = below(text.length);
  const end = Math.min(text.length, start + below(200));
  const middle = [
    "",
    text.slice(start, end).repeat(2),
    PIECES[below(PIECES.length)]! + text.slice(start, end),
  ][below(3)]!;
  return text.slice(0, start) + middle + text.slice(end);
}

function assertPlaces(report: Report, where: string): void {
  for (const { rule, at, related = [], message } of report.findings) {
    assert.ok(message.trim() && !message.includes("\n"), `${where}: ${rule} says ${JSON.stringify(message)}`);
    for (const { path, span } of [at, ...related.map(({ place }) => place)]) {
      const text = report.text(path);
      assert.ok(text !== undefined, `${where}: ${rule} stands on ${path}, which is not there`);
      assert.ok(
        0 <= span.start && span.start <= span.end && span.end <= text.length,
        `${where}: ${rule} at ${path}`,
      );
    }
  }
}
