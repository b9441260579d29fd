import assert from "node:assert/strict";
import type { Finding } from "../../src/text/finding.ts";
import { Sieve } from "../../src/workspace/fix/sieve.ts";
import type { Trial } from "../../src/workspace/try-fix.ts";
import { type Fix, NOTHING } from "../../src/workspace/workspace.ts";

const WITHOUT_SQL = "code";

function finding(subject: string): Finding {
  const at = { path: "a.sql", span: { start: 0, end: 1 } };
  const edits = [{ path: "a.ts", span: at.span, text: subject }];
  const remedy =
    subject === WITHOUT_SQL
      ? ({ kind: "edit", title: "", edits } as const)
      : ({ kind: "statements", title: "", statements: [subject] } as const);
  return { rule: "r", category: "c", severity: "error", message: "", at, subject, remedy };
}

const fixOf = async (findings: readonly Finding[]): Promise<Fix> => ({
  title: findings.map(({ subject }) => subject).join(" "),
  edits: [],
  files: findings.some(({ subject }) => subject !== WITHOUT_SQL) ? [{ path: "b.sql", text: "" }] : [],
  madeFrom: {},
  protects: NOTHING,
  left: [],
});

/** What becomes of fixes of which some are refused. */
async function sift(subjects: readonly string[], refuses: (tried: readonly string[]) => Partial<Trial>) {
  const tried: string[] = [];
  const tryIt = async ({ title }: Fix): Promise<Trial> => {
    tried.push(title);
    return { unproven: [], tried: 0, ...refuses(title.split(" ")) };
  };
  const findings = subjects.map(finding);
  const sieve = new Sieve(
    findings,
    fixOf,
    tryIt,
    findings.filter(({ subject }) => subject === WITHOUT_SQL),
  );
  await sieve.sift(await tryIt(await fixOf(findings)));
  const refused = sieve.refused.map(
    (each) => `${each.parts.map(({ subject }) => subject).join(" ")}: ${each.problem}`,
  );
  return { fix: sieve.fix?.title, refused, tried };
}

const refusing =
  (...bad: readonly string[]) =>
  (tried: readonly string[]): Partial<Trial> => {
    const first = tried.find((each) => bad.includes(each));
    return first === undefined ? {} : { problem: `${first} is refused.` };
  };

const LETTERS = [..."abcdefgh"];

describe("fixes of which some are refused", () => {
  it("are all made but those, in the order in which they were asked for", async () => {
    const { fix, refused, tried } = await sift(LETTERS, refusing("c", "h"));
    assert.equal(fix, "a b d e f g");
    assert.deepEqual(refused, ["c: c is refused.", "h: h is refused."]);
    assert.ok(tried.length <= 10, `${tried.length} trials`);
  });

  for (const bad of LETTERS)
    it(`are found wherever they stand: ${bad}`, async () => {
      const { fix, refused, tried } = await sift(LETTERS, refusing(bad));
      assert.deepEqual(
        [fix, refused],
        [LETTERS.filter((each) => each !== bad).join(" "), [`${bad}: ${bad} is refused.`]],
      );
      assert.ok(tried.length <= 7, `${tried.length} trials`);
      assert.ok(tried.includes(fix!), "what is made was tried as it is");
    });

  it("are none where two do not go together, but the later of these", async () => {
    const { fix, refused } = await sift(LETTERS, (tried) =>
      tried.includes("b") && tried.includes("g") ? { problem: "b and g." } : {},
    );
    assert.deepEqual([fix, refused], ["a b c d e f h", ["g: b and g."]]);
  });

  it("leave what needs no SQL, untried", async () => {
    const { fix, refused, tried } = await sift([WITHOUT_SQL, "a"], refusing("a"));
    assert.deepEqual([fix, refused, tried.length], [WITHOUT_SQL, ["a: a is refused."], 1]);
  });

  it("are not searched for where nothing could be tried", async () => {
    const { fix, refused, tried } = await sift(LETTERS, () => ({ problem: "Cancelled.", untried: true }));
    assert.deepEqual([fix, refused, tried.length], [undefined, ["a b c d e f g h: Cancelled."], 1]);
  });

  it("are left out with those around them once many were tried", async () => {
    const many = Array.from({ length: 200 }, (_, i) => `n${i}`);
    const { fix, refused, tried } = await sift(many, refusing(...many.filter((_, i) => i % 2)));
    assert.equal(tried.length, 24);
    assert.ok(fix === undefined || tried.includes(fix));
    const left = refused.flatMap((each) => each.split(": ")[0]!.split(" "));
    assert.deepEqual([...left, ...(fix?.split(" ") ?? [])].sort(), [...many].sort());
  });
});
