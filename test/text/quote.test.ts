import assert from "node:assert/strict";
import { commentOf, quoteDollars, quoteLiteral } from "../../src/text/quote.ts";

describe("text as SQL", () => {
  it("between dollars has a tag that does not stand in it", () => {
    assert.equal(quoteDollars("select 1"), "$$select 1$$");
    assert.equal(quoteDollars("select '$$'"), "$body$select '$$'$body$");
    assert.equal(quoteDollars("$$ $body$"), "$body2$$$ $body$$body2$");
  });

  it("as a comment never ends its line", () => {
    assert.equal(commentOf("members as a\r\n; drop table b;\u2028c"), "-- members as a ; drop table b; c");
  });

  it("as a constant stands on one line", () => {
    assert.equal(quoteLiteral("it's"), "'it''s'");
    assert.equal(quoteLiteral("a\nb\\'"), "E'a\\nb\\\\'''");
  });
});
