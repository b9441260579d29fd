import assert from "node:assert/strict";
import {
  shareFiles,
  sizeOfRest,
  takeRest,
  takeRun,
  type UnreadFile,
} from "../../src/workspace/facts/shared-files.ts";

const FILES = Array.from(
  { length: 120 },
  (_, i): UnreadFile => ({
    path: `src/${i}.ts`,
    kind: "code",
    reader: "code",
    stamp: `${i}`,
    modified: 0,
    size: 10,
  }),
);

describe("files that threads share", () => {
  it("are each taken once, in order", () => {
    const list = shareFiles(FILES);
    // As another thread sees them.
    const { files, next } = structuredClone(list);
    const taken: UnreadFile[] = [];
    for (let run = takeRun(list); run.length; run = takeRun({ files, next })) taken.push(...run);
    assert.deepEqual(taken, FILES);
    assert.deepEqual(takeRun(list), []);
    assert.deepEqual(takeRest(list), []);
    assert.equal(sizeOfRest(list), 0);
  });

  it("are taken by nobody else once the rest is taken", () => {
    const list = shareFiles(FILES);
    const begun = takeRun(list);
    assert.equal(sizeOfRest(list), 10 * (FILES.length - begun.length));
    assert.deepEqual([...begun, ...takeRest(list)], FILES);
    assert.deepEqual(takeRun(list), []);
  });
});
