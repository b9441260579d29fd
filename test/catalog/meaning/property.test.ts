import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import {
  type Answer,
  anonymousWorld,
  blankWorld,
  canBeTrue,
  implies,
  isAlwaysTrue,
  isNeverTrue,
  strangerWorld,
} from "../../../src/catalog/meaning/decide.ts";
import type { Formula } from "../../../src/catalog/meaning/formula.ts";
import { readClause } from "../../../src/catalog/meaning/read.ts";
import type { CallerNames } from "../../../src/catalog/meaning/reader.ts";
import { callerNamesOf } from "../../../src/project/meaning.ts";
import { postgres } from "../../../src/project/platform/postgres.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { apply, beginPlain } from "../history.ts";
import { condition } from "./conditions.ts";
import { judge, openJudge, SCHEMA, TRUE } from "./judge.ts";

/**
 * Random conditions, answered by reading and by PostgreSQL over every row, every small content of the other table and
 * every caller. Constants lie inside the values that rows have, so that what can be has a witness among them.
 * The same conditions in every run; `PROPERTY_SEED` asks for others, `PROPERTY_RUNS` for more.
 */
const SEED = Number(process.env.PROPERTY_SEED ?? 3);

/** Who asks is a setting that may be empty; or what a token says, which everyone has who is signed in. */
const BY_SETTING = callerNamesOf(postgres);
const BY_TOKEN: CallerNames = {
  functions: [],
  claims: { "public.caller": "sub" },
  objects: [],
  token: "public.token",
};
const FACTS = { anonymousClaims: {}, signedInClaims: {} };
const ANONYMOUS = anonymousWorld(FACTS);
const BLANK = blankWorld(FACTS);
const STRANGER = strangerWorld(FACTS);
const SIGNED_IN = strangerWorld({ ...FACTS, token: BY_TOKEN.token! });

describe("answers about conditions, beside PostgreSQL's", function () {
  this.timeout(600_000);
  const runs = Number(process.env.PROPERTY_RUNS ?? 60);
  let engine: PGlite;
  before(async () => {
    await loadGrammar();
    engine = await openJudge();
  });
  after(() => engine?.close());

  function read(text: string, names = BY_SETTING): Formula | undefined {
    const replay = apply(beginPlain(), `${SCHEMA} create policy p on t using (${text});`);
    const catalog = replay.snapshot();
    const table = catalog.tables.get("public.t")!;
    const policy = table.policies.get("p")!;
    return readClause(catalog, table, policy.using!, names).formula;
  }

  const tally = new Map<string, number>();
  const expect = (question: string, answer: Answer, truth: boolean, text: string) => {
    tally.set(`${question} ${answer}`, (tally.get(`${question} ${answer}`) ?? 0) + 1);
    if (answer !== "unknown") assert.equal(answer, truth ? "yes" : "no", `${question}: ${text}`);
  };

  it("yes and no are never wrong, and most questions have an answer", async () => {
    await fc.assert(
      fc.asyncProperty(condition, async (text) => {
        const formula = read(text)!;
        const { anybody, nobody, stranger } = await judge(engine, text);
        expect("always", isAlwaysTrue(formula), anybody === TRUE, text);
        expect("never", isNeverTrue(formula), (anybody & TRUE) === 0, text);
        expect("anonymous", canBeTrue(formula, ANONYMOUS), (nobody & TRUE) !== 0, text);
        expect("blank", canBeTrue(formula, BLANK), (nobody & TRUE) !== 0, text);
        expect("stranger", canBeTrue(formula, STRANGER), ((nobody | stranger) & TRUE) !== 0, text);
        const signedIn = canBeTrue(read(text, BY_TOKEN)!, SIGNED_IN);
        expect("signed in", signedIn, (stranger & TRUE) !== 0, text);
      }),
      { numRuns: runs, seed: SEED },
    );
    if (process.env.PROPERTY_TALLY) console.log(Object.fromEntries(tally));
    for (const question of ["always", "never", "anonymous", "blank", "stranger", "signed in"]) {
      const settled = (tally.get(`${question} yes`) ?? 0) + (tally.get(`${question} no`) ?? 0);
      assert.ok(settled > (tally.get(`${question} unknown`) ?? 0), `${question} is mostly unknown`);
    }
  });

  it("one condition implies another only where every row says so", async () => {
    await fc.assert(
      fc.asyncProperty(condition, condition, async (first, second) => {
        const answer = implies(read(first)!, read(second)!);
        const { anybody } = await judge(engine, `(${first}) and (${second}) is not true`);
        expect("implies", answer, (anybody & TRUE) === 0, `${first} => ${second}`);
      }),
      { numRuns: Math.ceil(runs / 3), seed: SEED },
    );
  });
});
