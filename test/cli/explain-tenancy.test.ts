import { strict as assert } from "node:assert";
import { renderTenancy, renderTenancyJson } from "../../src/cli/explain-tenancy.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { runIn } from "./recorder.ts";
import { withFiles } from "./temporary.ts";

const FILE = {
  path: "supabase/migrations/20240101000000_init.sql",
  text: `create table organizations (id uuid primary key);
create table members (organization_id uuid references organizations, user_id uuid references auth.users, role text check (role in ('owner', 'member')), primary key (organization_id, user_id));
create table tasks (id uuid primary key, organization_id uuid references organizations);
comment on table tasks is '@access members read, owners write';`,
};

describe("an explanation of the tenancy", () => {
  it("names tenants, who belongs where, and every table's way and access", async () => {
    const projects = await buildProjectFromTexts([FILE]);
    const text = renderTenancy(projects, { colour: false } as never);
    assert.match(text, /^Tenants +public\.organizations: /m);
    assert.match(
      text,
      /^Membership +public\.members: user_id belongs to organization_id, as owner, member$/m,
    );
    assert.match(
      text,
      /^public\.tasks +tenant +organization_id > public\.organizations \(may be null\); members read, owners write$/m,
    );
    const [database] = JSON.parse(renderTenancyJson(projects, [])).databases;
    assert.equal(database.tenant.table, "public.organizations");
    assert.equal(database.style.kind, "membership");
    assert.deepEqual(
      database.tables.map(({ table, scope }: { table: string; scope: string }) => `${table} ${scope}`),
      ["public.organizations tenant", "public.members tenant", "public.tasks tenant"],
    );
  });
});

describe("explain --tenancy", () => {
  it("leaves out what is a project without a table, beside one that has some", async () => {
    const [project] = await buildProjectFromTexts([FILE]);
    const [without] = await buildProjectFromTexts([
      { path: "src/app.ts", text: "export const a = process.env.A;" },
    ]);
    const text = renderTenancy([project!, without!], { colour: false } as never);
    assert.equal(text.match(/^Tenants/gm)?.length, 1);
    assert.match(text, /^Tenants/);
    const beside = { ...project!, folder: "packages/logs" };
    const several = renderTenancy([beside, project!], { colour: false } as never);
    assert.match(several, /^packages\/logs\nTenants[\s\S]*\n\n\.\nTenants/);
    assert.match(renderTenancy([without!], { colour: false } as never), /no table holds tenants/);
  });

  it("says of a table that is nobody's for sure whom its policies let in", async () => {
    const quotes = `create table quotes (id int primary key, said text);
alter table quotes enable row level security;
create policy closed on quotes using (false);
create policy quotes_read on quotes for all to authenticated using (true);
create table notes (id int primary key, said text);
create table drafts (id int primary key, said text);
alter table drafts enable row level security;
create policy drafts_read on drafts for select to anon using (exists (select 1 from notes where notes.said = drafts.said));
create policy drafts_closed on drafts for select to authenticated using (not exists (select 1 from notes));`;
    const [project] = await buildProjectFromTexts([{ path: FILE.path, text: quotes }]);
    const text = renderTenancy([project!], { colour: false } as never);
    assert.match(
      text,
      /^public\.quotes +unknown +its policies: authenticated may select, insert, update and delete every row$/m,
    );
    assert.match(text, /^public\.notes +unknown *$/m);
    // "No row" may be part of what a policy asks.
    assert.match(
      text,
      /^public\.drafts +unknown +its policies: anon may select rows whose said is the said of a row of notes; authenticated may select rows as long as there is no row of notes$/m,
    );
  });

  it("is of the folder that is named, and of a whole one", () =>
    withFiles({ "a/schema.prisma": "model Only {\n  id Int @id\n}\n" }, async (folder) => {
      for (const args of [["a"], ["--folder", "a"]]) {
        const { code, out } = await runIn(folder, ["explain", "--tenancy", ...args, "--no-cache"]);
        assert.equal(code, 0);
        assert.match(out, /public\.Only/);
      }
      for (const args of [["Only"], ["Only", "a"]]) {
        const { code, err } = await runIn(folder, ["explain", "--tenancy", ...args]);
        assert.equal(code, 2);
        assert.match(err, /^rowguard: --tenancy explains a whole workspace: leave "Only" out\.\n$/);
      }
    }));
});

describe("explain of a table", () => {
  it("is of the folder behind it, which alone is no name", () =>
    withFiles({ "a/schema.prisma": "model Only {\n  id Int @id\n}\n" }, async (folder) => {
      for (const args of [["a"], ["--folder", "a"]]) {
        const { code, out } = await runIn(folder, ["explain", "Only", ...args, "--no-cache"]);
        assert.equal(code, 0);
        assert.match(out, /a\/schema\.prisma/);
      }
      const refused = async (...args: string[]) =>
        (await runIn(folder, ["explain", ...args, "--no-cache"])).err;
      assert.match(
        await refused("a"),
        /^rowguard: "a" is a folder: name a rule or a table before it, or say --tenancy/,
      );
      assert.match(await refused("Only", "b/c"), /^rowguard: There is no folder "b\/c"\.\n$/);
      assert.match(
        await refused("Only", "a", "--folder", "."),
        /^rowguard: Two folders are named, "a" and "\.": leave/,
      );
    }));
});

describe("explain of a rule in a folder", () => {
  const files = {
    "package.json": '{ "dependencies": { "@prisma/client": "6.16.2", "knex": "3.1.0" } }',
    "db.ts": 'import knex from "knex";\n\nexport const db = knex({ client: "pg" });\n',
    "tasks.ts":
      'import { db } from "./db";\n\nexport const all = () => db("tasks").where({ done: false });\n',
  };

  it("lists what it reports there, use by use, for people and for programs", () =>
    withFiles(files, async (folder) => {
      const args = ["explain", "second-orm", ".", "--no-cache"];
      const { code, out } = await runIn(folder, args);
      assert.equal(code, 0);
      assert.match(out, /tasks\.ts:3:26 {2}Knex runs a query here: query on tasks\./);
      const json = JSON.parse((await runIn(folder, [...args, "--format", "json"])).out);
      const messages = json.findings[0].related.map((each: { message: string }) => each.message);
      assert.deepEqual(messages, ["Knex is imported here.", "Knex runs a query here: query on tasks."]);
      assert.equal(
        JSON.parse((await runIn(folder, [...args.slice(0, 2), "--format", "json"])).out).findings,
        undefined,
      );
    }));
});
