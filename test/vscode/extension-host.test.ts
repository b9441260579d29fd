import assert from "node:assert/strict";
import { runInServer } from "./host/extension-host.ts";
import { printResults, restrictedSuite, type Suite, trustedSuite } from "./host/suites.ts";

describe("the suite in the extension host", () => {
  const passes = async ({ run, results }: Suite) => {
    const code = await runInServer(run);
    const failed = printResults(results());
    assert.equal(failed.join("\n\n"), "");
    assert.ok(results().length > 0, "Tests ran.");
    assert.equal(code, 0);
  };

  it("passes on the example", async function () {
    this.timeout(600_000);
    await passes(await trustedSuite());
  });

  it("passes in a workspace that nobody trusts", async function () {
    this.timeout(300_000);
    await passes(await restrictedSuite());
  });
});
