import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, openPack, writePack, writePackInTurns } from "../../src/workspace/cache/pack.ts";
import { withFolder } from "./folder.ts";

const entry = (facts: unknown): Entry => ({
  stamp: "s",
  hash: "h",
  bytes: Buffer.from(JSON.stringify(facts)),
});

describe("the pack of cached facts", () => {
  it("gives back what was written, and copies it on without decoding", () =>
    withFolder({}, (root) => {
      const facts = { text: "Grüße \u{1f600}", list: [1, { a: null }] };
      assert.ok(
        writePack(root, "v1", [
          ["sql:a.sql", entry(facts)],
          ["code:b.ts", entry([])],
        ]),
      );
      const first = openPack(root, "v1").get("sql:a.sql")!;
      assert.deepEqual(first.decode(), facts);
      writePack(root, "v1", [["sql:a.sql", first]]);
      const second = openPack(root, "v1");
      assert.deepEqual(second.get("sql:a.sql")!.decode(), facts);
      assert.equal(second.get("code:b.ts"), undefined);
    }));

  it("is the same in pieces, with a pause before each", () =>
    withFolder({}, async (root) => {
      const slowly = function* (): Generator<[string, Entry]> {
        for (let i = 0; i < 4; i++) {
          const until = performance.now() + 10;
          while (performance.now() < until);
          yield [`sql:${i}.sql`, entry({ i })];
        }
      };
      let pauses = 0;
      const pause = async () => pauses++;
      assert.ok(await writePackInTurns(join(root, "a"), "v1", slowly(), pause));
      assert.ok(pauses >= 3);
      writePack(join(root, "b"), "v1", slowly());
      const [a, b] = ["a", "b"].map((folder) => {
        const [file, ...others] = readdirSync(join(root, folder));
        assert.equal(others.length, 0);
        return readFileSync(join(root, folder, file!));
      });
      assert.deepEqual(a, b);
      assert.equal(await writePackInTurns(join(root, "a", "facts.pack"), "v1", slowly(), pause), false);
    }));

  it("is empty where it is missing, of another version, cut short or changed anywhere", () =>
    withFolder({}, (root) => {
      assert.equal(openPack(root, "v1").get("a"), undefined);
      writePack(root, "v1", [["a", entry({ long: "x".repeat(100) })]]);
      assert.equal(openPack(root, "v2").get("a"), undefined);
      const file = join(root, readdirSync(root)[0]!);
      const whole = readFileSync(file);
      for (let at = 0; at < whole.length; at += 7) {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= 1;
        writeFileSync(file, damaged);
        assert.equal(openPack(root, "v1").get("a"), undefined, `byte ${at}`);
      }
      writeFileSync(file, whole);
      assert.notEqual(openPack(root, "v1").get("a"), undefined);
      truncateSync(file, whole.length - 1);
      assert.equal(openPack(root, "v1").get("a"), undefined);
      truncateSync(file, 0);
      assert.equal(openPack(root, "v1").get("a"), undefined);
    }));

  it("leaves nothing behind beside itself, and says when it cannot be written", () =>
    withFolder({ file: "" }, (root) => {
      writePack(root, "v1", []);
      writePack(root, "v1", []);
      assert.deepEqual(readdirSync(root), ["facts.pack", "file"]);
      assert.equal(writePack(join(root, "file"), "v1", []), false);
    }));

  it("makes its folder, and gives up where none can be made below one that is there", () =>
    withFolder({}, (root) => {
      assert.equal(writePack(join(root, "a", "b"), "v1", []), true);
      if (process.platform === "linux") assert.equal(writePack("/proc/rowguard/cache", "v1", []), false);
    }));
});
