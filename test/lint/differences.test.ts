import assert from "node:assert/strict";
import fc from "fast-check";
import { differences } from "../../src/lint/differences.ts";

describe("the differences of two lists", () => {
  it("are what each has alone, in its order", () => {
    assert.deepEqual(differences([1, 2, 3, 4], [1, 5, 3, 6, 4]), { gone: [2], come: [5, 6] });
    assert.deepEqual(differences([1, 2], [2, 1]), { gone: [], come: [] });
    assert.deepEqual(differences([], [1]), { gone: [], come: [1] });
  });

  it("are those of the sets, whatever the lists", () => {
    const lists = fc.uniqueArray(fc.nat(9));
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        assert.deepEqual(differences(before, after), {
          gone: before.filter((each) => !after.includes(each)),
          come: after.filter((each) => !before.includes(each)),
        });
      }),
    );
  });
});
