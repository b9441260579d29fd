import assert from "node:assert/strict";
import { textOfUtf8 } from "../../src/text/utf8.ts";

describe("text of UTF-8", () => {
  for (const text of [
    "",
    "select 1;\n",
    "\u0000\t\u007f",
    "ü",
    "select 'Zürich', '东京', '🔑';",
    "\ufeffselect 1;",
  ])
    it(`is read as it was written: ${JSON.stringify(text)}`, () => {
      assert.equal(textOfUtf8(Buffer.from(text)), text);
    });

  it("has a sign of its own for bytes that are none", () => {
    assert.equal(textOfUtf8(Buffer.from([0x61, 0xff, 0x62])), "a\ufffdb");
  });
});
