import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { asOrdinaryUser } from "../workspace/folder.ts";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";
import { CLEAN, type Files, withFiles } from "./temporary.ts";

const LATE = "supabase/migrations/20240102000000_late.sql";
const EMPTY = "supabase/migrations/20240103000000_empty.sql";

const WHOLE: Files = { ...CLEAN, "src/api.ts": "export const api = process.env.API_URL;\n" };

/** One migration is larger than what is read. */
const LARGE: Files = { ...WHOLE, [LATE]: Buffer.alloc(33 * 2 ** 20, "create table late (id uuid);\n") };

/** Each with the published schema of its JSON. */
const COMMANDS: readonly (readonly [schema: string, ...command: string[]])[] = [
  ["report", "check"],
  ["fix", "fix", "--dry-run"],
  ["catalog", "catalog"],
  ["catalog", "catalog", "--executed"],
  ["generate", "generate", "--dry-run"],
  ["generate", "generate", "--environment", "--dry-run"],
  ["explain", "explain", "tasks"],
  ["explain", "explain", "policy-always-true", "."],
  ["explain", "explain", "--tenancy"],
  ["preview", "preview", "tasks"],
];

describe("what a command answers without a file that it could not read", () => {
  for (const [schema, ...command] of COMMANDS)
    it(`is named, and the exit code says so: rowguard ${command.join(" ")}`, () =>
      withFiles(LARGE, async (folder) => {
        const said = `rowguard: This is without what could not be read: ${LATE} (larger than 32 MB: split it`;
        const text = await runIn(folder, [...command, "--no-cache"]);
        assert.equal(text.err.split(said).length, 2, text.err);
        assert.ok(!text.out.includes(said));
        assert.equal(text.code, 2);
        const json = await runIn(folder, [...command, "--no-cache", "--format", "json"]);
        assert.equal(json.err.split(said).length, 2, json.err);
        const document = JSON.parse(json.out);
        assert.equal(misfit(`${schema}.schema.json`, document), "");
        assert.deepEqual(document.incomplete, [json.err.split("\n")[0]!.replace("rowguard: ", "")]);
        assert.equal(json.code, 2);
      })).timeout(60_000);

  it("is named by init, which writes the configuration all the same", () =>
    withFiles(LARGE, async (folder) => {
      const { code, out, err } = await runIn(folder, ["init", "--format", "json"]);
      const { created, incomplete } = JSON.parse(out);
      assert.equal(created, "rowguard.config.json");
      assert.match(err, /^rowguard: This is without what could not be read: [^\n]*\n$/);
      assert.deepEqual([`rowguard: ${incomplete}\n`, code], [err, 2]);
    }));

  it("is named with the folder as it was given, before it is said that a table is not there", () =>
    withFiles({ "a/readme.md": "" }, async (folder) =>
      withFiles(LARGE, async (root) => {
        const { code, err } = await runIn(folder, ["generate", "late", "--folder", root]);
        const [missed, refused] = err.split("\n");
        assert.match(missed!, /could not be read: .*_late\.sql \(larger/);
        assert.match(refused!, /There is no table late/);
        assert.equal(code, 2);
      }),
    ));

  it("is named before what PostgreSQL refuses, each in a sentence that ends once", () =>
    withFiles({ ...LARGE, [EMPTY]: "create tabel a (id int);\n" }, async (folder) => {
      for (const command of [
        ["catalog", "--executed"],
        ["preview", "tasks"],
      ]) {
        const { err } = await runIn(folder, [...command, "--no-cache"]);
        const [missed, refused] = err.split("\n");
        assert.match(missed!, /_late\.sql \(larger/);
        assert.match(refused!, /_empty\.sql\S* PostgreSQL's grammar refuses this: .*"tabel"\. \w/);
      }
    })).timeout(60_000);

  it("is named where it may not be read", () =>
    withFiles({ ...CLEAN, [EMPTY]: "" }, async (folder) => {
      chmodSync(folder, 0o755);
      chmodSync(join(folder, EMPTY), 0);
      const { code, err } = await asOrdinaryUser(() => runIn(folder, ["catalog", "--no-cache"]));
      assert.match(err, /^rowguard: [^\n]*_empty\.sql \(no permission to read it\)[^\n]*\n$/);
      assert.equal(code, 2);
    }));

  it("is told apart from mistakes of the configuration, which count as much", () =>
    withFiles({ ...CLEAN, "rowguard.config.json": '{ "treshold": "error" }\n' }, async (folder) => {
      for (const command of [
        ["catalog"],
        ["explain", "tasks"],
        ["explain", "--tenancy"],
        ["preview", "tasks"],
      ]) {
        const { code, err } = await runIn(folder, [...command, "--no-cache"]);
        assert.match(
          err,
          /^rowguard: The configuration has mistakes, which `rowguard check` names; [^\n]*\n$/,
        );
        assert.equal(code, 2);
      }
    })).timeout(60_000);

  it("is nothing where everything was read", () =>
    withFiles(WHOLE, async (folder) => {
      for (const [, ...command] of COMMANDS) {
        const { code, out, err } = await runIn(folder, [...command, "--no-cache", "--format", "json"]);
        assert.ok(!err.includes("could not be read"), err);
        assert.deepEqual(JSON.parse(out).incomplete, [], command.join(" "));
        assert.notEqual(code, 2, `${command.join(" ")}: ${err}`);
      }
    })).timeout(120_000);
});
