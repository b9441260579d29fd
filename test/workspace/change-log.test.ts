import assert from "node:assert/strict";
import { ChangeLog } from "../../src/workspace/facts/change-log.ts";

describe("the log of changed files", () => {
  const look = (log: ChangeLog, who: object) => {
    const changed = log.since(who);
    log.saw(who, log.now);
    return changed && [...changed];
  };

  it("gives everybody what changed since he looked last, and nothing to who never looked", () => {
    const [log, first, second] = [new ChangeLog(), {}, {}];
    assert.equal(look(log, first), undefined);
    log.add("a");
    assert.equal(look(log, second), undefined);
    log.add("b");
    assert.deepEqual(look(log, first), ["a", "b"]);
    assert.deepEqual(look(log, second), ["b"]);
    assert.deepEqual(look(log, second), []);
  });

  it("knows nothing any more where anything may have changed, or too much has", () => {
    const [log, who] = [new ChangeLog(), {}];
    look(log, who);
    log.add();
    assert.equal(look(log, who), undefined);
    assert.deepEqual(look(log, who), []);
    for (let i = 0; i < 1001; i++) log.add(`${i}`);
    assert.equal(look(log, who), undefined);
    log.add("later");
    assert.deepEqual(look(log, who), ["later"]);
  });

  it("keeps what changes while somebody looks for the next time", () => {
    const [log, who] = [new ChangeLog(), {}];
    const { now } = log;
    log.add("meanwhile");
    log.saw(who, now);
    assert.deepEqual(look(log, who), ["meanwhile"]);
  });
});
