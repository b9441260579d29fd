import assert from "node:assert/strict";
import type { Packed } from "../../src/workspace/cache/pack.ts";
import { type Known, KnownFacts } from "../../src/workspace/facts/known-facts.ts";

const known = (facts: unknown, more: Partial<Known> = {}): Known => ({
  facts,
  hash: "h",
  stamp: "s",
  settled: true,
  ...more,
});

const packed: Packed = { hash: "h", stamp: "s", decode: () => ({}), bytes: Buffer.from('{"from":"thread"}') };

function keptOf(written: boolean): string[] {
  const facts = new KnownFacts();
  facts.keep("sql", "a.sql", known({ names: ["é", "b"] }));
  facts.keep("code", "b.ts", known({}, { packed }));
  facts.keep("sql", "open.sql", known({ open: true }, { text: "select 1" }));
  if (written) facts.writeFacts();
  facts.keep("sql", "later.sql", known({ later: 1 }));
  return [...facts.entries()].map(([key, { bytes }]) => `${key} ${bytes.toString()}`);
}

describe("facts that were written before they are kept", () => {
  it("are kept as they are without that", () => {
    assert.deepEqual(keptOf(true), keptOf(false));
    assert.deepEqual(keptOf(true), [
      'sql:a.sql {"names":["é","b"]}',
      'sql:later.sql {"later":1}',
      'code:b.ts {"from":"thread"}',
    ]);
  });

  it("are those of the text that was read last", () => {
    const facts = new KnownFacts();
    facts.keep("sql", "a.sql", known({ first: true }));
    facts.writeFacts();
    facts.keep("sql", "a.sql", known({ second: true }));
    assert.deepEqual(
      [...facts.entries()].map(([, { bytes }]) => bytes.toString()),
      ['{"second":true}'],
    );
  });
});
