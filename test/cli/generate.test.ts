import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { runIn } from "./recorder.ts";
import { type Files, withFiles } from "./temporary.ts";

const OPEN: Files = {
  "supabase/migrations/20240101000000_init.sql": `create table notes (id uuid primary key, user_id uuid not null references auth.users (id));\n`,
};

const listing = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe("generate", function () {
  this.timeout(60_000);

  it("writes the next migration, and says what was tried", () =>
    withFiles(OPEN, async (folder) => {
      const { code, out, err } = await runIn(folder, ["generate", "--no-cache"]);
      assert.equal(code, 0);
      assert.match(out, /^created {2}supabase\/migrations\/\d{14}_row_level_security_fixes\.sql\n$/);
      assert.match(err, /^tried {2}\d+ statements as everybody who may ask: each did what is declared\.\n$/);
    }));

  it("writes nothing where Ctrl-C stops the trial", () =>
    withFiles(OPEN, async (folder) => {
      const before = listing(folder);
      const running = runIn(folder, ["generate", "--no-cache"]);
      while (!process.listenerCount("SIGINT")) await new Promise((resolve) => setTimeout(resolve, 10));
      process.emit("SIGINT");
      const { code, out, err } = await running;
      assert.deepEqual(
        { code, out, err },
        { code: 130, out: "", err: "rowguard: It was cancelled. Nothing was written.\n" },
      );
      assert.deepEqual(listing(folder), before);
    }));
});
