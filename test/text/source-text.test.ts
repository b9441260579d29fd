import assert from "node:assert/strict";
import fc from "fast-check";
import { findLineStarts, positionAt } from "../../src/text/source-text.ts";

describe("lines of a text", () => {
  it("end at a line feed, a return, or both together", () => {
    assert.deepEqual(findLineStarts(""), [0]);
    assert.deepEqual(findLineStarts("a\nb\n"), [0, 2, 4]);
    assert.deepEqual(findLineStarts("a\r\nb"), [0, 3]);
    assert.deepEqual(findLineStarts("a\r\nb\rc\nd\r"), [0, 3, 5, 7, 9]);
  });

  it("are those between the separators, whatever the text", () => {
    const pieces = fc.array(fc.constantFrom("a", "標", "\r", "\n", "\r\n"));
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const starts = findLineStarts(text);
        const lines = starts.map((start, i) => text.slice(start, starts[i + 1]).replace(/\r\n$|\r$|\n$/, ""));
        assert.deepEqual(lines, text.split(/\r\n|\r|\n/));
      }),
    );
  });

  it("give every offset its line and column, and what lies behind the end the last line", () => {
    const starts = findLineStarts("ab\ncd");
    assert.deepEqual(positionAt(starts, 0), { line: 1, column: 1, offset: 0 });
    assert.deepEqual(positionAt(starts, 2), { line: 1, column: 3, offset: 2 });
    assert.deepEqual(positionAt(starts, 3), { line: 2, column: 1, offset: 3 });
    assert.deepEqual(positionAt(starts, 9), { line: 2, column: 7, offset: 9 });
  });
});
