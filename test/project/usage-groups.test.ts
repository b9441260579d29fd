import assert from "node:assert/strict";
import type { CodeFile, Usage } from "../../src/project/usage.ts";
import { UsageGroups } from "../../src/project/usage-groups.ts";

/** A file with usages of these kinds; nothing else of it is looked at. */
const file = (path: string, ...kinds: Usage["kind"][]): CodeFile =>
  ({ path, usages: kinds.map((kind) => ({ kind })) }) as unknown as CodeFile;

describe("usages by kind", () => {
  const a = file("a", "import", "prisma-call");
  const b = file("b", "sql", "import", "import");
  const c = file("c", "import");
  const d = file("d", "import");

  /** What an edit leads to is what the files come to when they are grouped anew. */
  function assertFollows(from: readonly CodeFile[], to: readonly CodeFile[]) {
    const groups = new UsageGroups();
    const before = groups.group(from);
    const after = groups.group(to);
    const fresh = new UsageGroups().group(to);
    assert.deepEqual(new Set(after.keys()), new Set(fresh.keys()));
    for (const [kind, list] of fresh) {
      assert.equal(after.get(kind)!.length, list.length);
      assert.ok(after.get(kind)!.every((usage, i) => usage === list[i]));
    }
    return { before, after };
  }

  it("follow a file that has more, less, other or none", () => {
    for (const edited of [
      file("b", "sql", "import"),
      file("b", "import", "sql", "sql", "import", "import"),
      file("b", "prisma-call", "import"),
      file("b", "import"),
      file("b"),
    ])
      assertFollows([a, b, c], [a, edited, c]);
  });

  it("follow files that come, go and change places", () => {
    assertFollows([a, b], [a, b, c]);
    assertFollows([a, b, c], [a, c]);
    assertFollows([a, c, d], [c, d, a]);
  });

  it("keep the lists of kinds that an edit leaves alone", () => {
    const [sql, ...imports] = b.usages;
    const edited = { ...b, usages: [{ ...sql! }, ...imports] };
    const { before, after } = assertFollows([a, b, c], [a, edited, c]);
    assert.equal(after.get("import"), before.get("import"));
    assert.equal(after.get("prisma-call"), before.get("prisma-call"));
  });
});
