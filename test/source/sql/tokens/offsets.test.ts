import assert from "node:assert/strict";
import fc from "fast-check";
import { offsetsOf } from "../../../../src/source/sql/tokens/offsets.ts";

describe("offsets in a text that is not ASCII", () => {
  const text = fc
    .array(fc.constantFrom("a", "é", "日", "😀", "\n"), { maxLength: 300 })
    .map((parts) => parts.join(""));

  it("are the same character by bytes, by code points and by UTF-16 units", () => {
    fc.assert(
      fc.property(text, (sample) => {
        const offsets = offsetsOf(sample);
        let units = 0;
        let bytes = 0;
        for (const [point, character] of [...sample].entries()) {
          assert.equal(offsets.fromByte(bytes), units);
          assert.equal(offsets.fromCodePoint(point), units);
          units += character.length;
          bytes += Buffer.byteLength(character);
        }
        assert.equal(offsets.fromByte(bytes), sample.length);
      }),
    );
  });
});
