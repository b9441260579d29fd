import assert from "node:assert/strict";
import { privilegesOf } from "../../src/catalog/access.ts";
import { createReplay } from "../../src/catalog/replay.ts";
import { choosePlatform, PLATFORMS } from "../../src/project/platform/choose.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { readSql } from "../../src/source/sql/read.ts";
import { begin, beginPlain, tableOf } from "./history.ts";

const NOTHING = { packages: [], hasSupabaseFolder: false, sqlMentionsAuth: false };

describe("a platform", () => {
  before(loadGrammar);

  for (const platform of PLATFORMS)
    it(`is data that holds together: ${platform.name}`, () => {
      assert.deepEqual(readSql({ path: "platform.sql", text: platform.sql }).errors, []);
      const catalog = createReplay(platform).snapshot();
      const roles = [...platform.clientRoles, ...platform.bypassRoles, platform.migrationRole];
      assert.deepEqual(
        roles.filter((role) => !catalog.roles.has(role)),
        [],
      );
      const functions = [
        ...platform.callerFunctions,
        ...platform.callerId,
        ...Object.keys(platform.anonymousConstants),
      ];
      assert.deepEqual(
        functions.filter((key) => !catalog.functions.has(key)),
        [],
      );
      const tables = [platform.storageObjects, platform.realtimeMessages].filter((key) => key !== undefined);
      assert.deepEqual(
        tables.filter((key) => !tableOf(catalog, key).rowSecurity),
        [],
      );
      assert.deepEqual([catalog.events, catalog.unresolved, catalog.refused], [[], [], []]);
      assert.ok(
        platform.realtimePublication === undefined || catalog.publications.has(platform.realtimePublication),
      );
      assert.ok([...catalog.tables.values()].every((table) => table.platform));
    });

  it("keeps clients from the users of Supabase, and lets them at files", () => {
    const catalog = begin().snapshot();
    assert.equal(privilegesOf(catalog, tableOf(catalog, "auth.users"), "anon").whole.size, 0);
    assert.ok(privilegesOf(catalog, tableOf(catalog, "storage.objects"), "anon").whole.has("insert"));
    const [postgres, service] = ["postgres", "service_role"].map((role) => catalog.roles.get(role)?.options);
    assert.deepEqual([postgres?.superuser, postgres?.bypassRls, service?.bypassRls], [false, true, true]);
  });

  it("has nothing of Supabase when plain", () => {
    const catalog = beginPlain().snapshot();
    assert.deepEqual(
      [[...catalog.schemas.keys()], [...catalog.roles.keys()], catalog.tables.size],
      [["public"], ["postgres"], 0],
    );
  });

  it("is read once, by the reader it is given", () => {
    let reads = 0;
    const platform = { ...supabase };
    const read = (source: { path: string; text: string }) => {
      reads++;
      return readSql(source);
    };
    const [first, second] = [createReplay(platform, { read }), createReplay(platform, { read })];
    assert.deepEqual([reads, first.snapshot().tables.size], [1, second.snapshot().tables.size]);
  });

  it("is chosen by what the workspace shows", () => {
    assert.equal(choosePlatform(NOTHING).id, "postgres");
    assert.equal(choosePlatform({ ...NOTHING, packages: ["pg", "supabase-like"] }).id, "postgres");
    assert.equal(choosePlatform({ ...NOTHING, packages: ["react", "@supabase/ssr"] }).id, "supabase");
    assert.equal(choosePlatform({ ...NOTHING, hasSupabaseFolder: true }).id, "supabase");
    assert.equal(choosePlatform({ ...NOTHING, sqlMentionsAuth: true }).id, "supabase");
    const neon = { ...NOTHING, sqlMentionsAuth: true, packages: ["@neondatabase/serverless"] };
    assert.equal(choosePlatform(neon).id, "postgres");
    assert.equal(choosePlatform({ ...neon, packages: [...neon.packages, "@supabase/ssr"] }).id, "supabase");
    assert.equal(choosePlatform({ ...NOTHING, environmentMentionsSupabase: true }).id, "supabase");
  });
});
