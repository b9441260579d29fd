import { strict as assert } from "node:assert";
import { renderTable, renderVerdicts } from "./render.ts";
import { judgeAll, ORIGINAL, type Verdict } from "./suite.ts";

// Right policies in six styles and their variants, spoiled by every operator of operators.ts; PostgreSQL says which of
// them leak.
// `npm run bench -- meaning` looks at all mutants and prints the table; here is one of ten.

/** Of the mutants that leak, how many must be named; of those that do not, how many may be. The bench lists them all. */
const NAMED = 0.98;
const FALSE = 0.01;

describe("seeded defects", function () {
  this.timeout(300_000);
  let verdicts: Verdict[];
  before(async () => {
    verdicts = await judgeAll(10);
  });
  const mutants = () => verdicts.filter(({ operator }) => operator !== ORIGINAL);
  const list = (some: readonly Verdict[]) => `${renderVerdicts(some)}\n${renderTable(mutants())}`;

  it("leave the originals alone, which leak nothing", () => {
    for (const { style, operator, leaks, findings } of verdicts)
      if (operator === ORIGINAL)
        assert.deepEqual({ style, leaks, findings }, { style, leaks: [], findings: [] });
  });

  it("are named where they leak", () => {
    const leaking = mutants().filter(({ leaks }) => leaks.length);
    const missed = leaking.filter(({ findings }) => !findings.length);
    assert(leaking.length > 75, "Too few mutants leak to say anything.");
    assert(missed.length <= leaking.length * (1 - NAMED), list(missed));
  });

  it("are left alone where nothing leaks", () => {
    const harmless = mutants().filter(({ leaks }) => !leaks.length);
    const flagged = harmless.filter(({ findings }) => findings.length);
    assert(harmless.length > 50, "Too few mutants are harmless to say anything.");
    assert(flagged.length <= harmless.length * FALSE, list(flagged));
  });
});
