import { strict as assert } from "node:assert";
import { everythingOpen } from "../../src/policies/generate.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { sayRefused } from "../../src/workspace/refused.ts";
import { type Trial, type TrialOptions, tryFix } from "../../src/workspace/try-fix.ts";
import { withFolder } from "./folder.ts";

const SCHEMA = `
create table organizations (id uuid primary key);
create table users (id uuid primary key);
create table memberships (organization_id uuid not null references organizations (id), user_id uuid not null references users (id), primary key (organization_id, user_id));
create table tasks (id uuid primary key, organization_id uuid not null references organizations (id));
`;
const PRISMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
generator client {
  provider = "prisma-client-js"
}
`;

const NOTES = "create table notes (id uuid primary key, user_id uuid not null, title text);\n";

const FILES = {
  "prisma/schema.prisma": PRISMA,
  "prisma/migrations/20240101000000_init/migration.sql": SCHEMA,
  "lib/prisma.ts":
    'import { PrismaClient } from "@prisma/client";\n\nexport const prisma = new PrismaClient();\n',
};

/** What trying everything that could be generated for a workspace shows. */
const tryAll = (files: Readonly<Record<string, string>>, limits?: TrialOptions): Promise<Trial> =>
  withFolder(files, async (root) => {
    const workspace = await openWorkspace(root);
    try {
      const projects = await workspace.projects();
      const wanted = projects.map((project) => ({ project, request: everythingOpen(project) }));
      const { fix } = await workspace.generate(wanted, new Date());
      return await tryFix(workspace, fix!, limits);
    } finally {
      await workspace.close();
    }
  });

describe("a fix on trial", function () {
  this.timeout(60_000);

  it("is not to blame for a table that is left to the user, below an index that it adds", async () => {
    const models = `${PRISMA}
model Organization {
  id    Int    @id
  users User[]
  jobs  Job[]
}
model User {
  id             Int          @id
  organizationId Int
  organization   Organization @relation(fields: [organizationId], references: [id])
}
model Job {
  id             Int          @id
  organizationId Int
  organization   Organization @relation(fields: [organizationId], references: [id])
  secrets        Secret[]
}
/// @access SELF read
model Secret {
  id    Int @id
  jobId Int
  job   Job @relation(fields: [jobId], references: [id])
}
`;
    const { problem, remarks } = await tryAll({
      "prisma/schema.prisma": models,
      "lib/prisma.ts": FILES["lib/prisma.ts"],
    });
    assert.equal(problem, undefined);
    assert.match(remarks!.join(), /^Secret holds rows of several tenants and has no row-level security/);
  });

  it("is not to blame for the role with which the application connects: that is said besides", async () => {
    const { problem, remarks, tried } = await tryAll({
      ...FILES,
      ".env": "DATABASE_URL=postgresql://postgres:postgres@localhost:5432/app\n",
    });
    assert.deepEqual(
      [problem, remarks],
      [
        undefined,
        [
          "DATABASE_URL connects as postgres, a superuser: the identity that the code sets is never checked by a policy.",
        ],
      ],
    );
    assert.ok(tried > 0);
  });

  it("knows members by their address, and gives nobody another role than he has", async () => {
    const schema = `
create type person_role as enum ('USER', 'ADMIN');
create type member_role as enum ('MEMBER', 'OWNER');
create table workspaces (id text primary key);
create table users (id text primary key, email text unique not null, role person_role not null default 'USER');
create table members (id text primary key, workspace_id text not null references workspaces (id), email text not null references users (email), team_role member_role not null, unique (workspace_id, email));
create table domains (id text primary key, workspace_id text not null references workspaces (id));
`;
    const { problem, tried } = await tryAll({
      ...FILES,
      "prisma/migrations/20240101000000_init/migration.sql": schema,
    });
    assert.equal(problem, undefined);
    assert.ok(tried > 0);
  });

  it("survives the database that Prisma tries migrations on, which has no role of the application's", async () => {
    const configuration = { "rowguard.config.json": '{ "applicationRole": "web" }' };
    const { problem } = await tryAll({ ...FILES, ...configuration });
    assert.equal(problem, undefined);
    const known = await tryAll({
      ...FILES,
      ...configuration,
      "prisma/migrations/20240101000000_init/migration.sql": `create role web;\n${SCHEMA}`,
    });
    assert.equal(known.problem, undefined);
    assert.ok(known.tried > 0);
  });

  it("is not to blame for what its switch wakes in policies that were there before", async () => {
    const path = "supabase/migrations/20240101000000_init.sql";
    const table =
      "create table notes (id uuid primary key, owner_id uuid not null references auth.users (id));\n";
    const old =
      "create policy own on notes for all to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));\n";
    await withFolder({ [path]: table + old }, async (root) => {
      const workspace = await openWorkspace(root);
      try {
        const { findings } = await workspace.report({});
        assert.deepEqual(
          findings.map(({ rule }) => rule),
          ["policies-without-rls"],
        );
        const fix = await workspace.resolveFixes(findings, new Date());
        const { problem, remarks } = await tryFix(workspace, fix!);
        assert.deepEqual(
          [problem, remarks],
          [
            undefined,
            ['notes has no index that begins with owner_id, which "own" compares for every query.'],
          ],
        );
      } finally {
        await workspace.close();
      }
    });
  });

  it("is a drafted model, whose table PostgreSQL makes; where it cannot, the user is told why", async () => {
    const code = `import { prisma } from "./prisma";\n\nexport const add = (title: string) => prisma.note.create({ data: { title } });\n`;
    const models = `${PRISMA}\nmodel users {\n  id String @id @db.Uuid\n}\n`;
    const draft = (others: Readonly<Record<string, string>>) =>
      withFolder(
        { ...FILES, "prisma/schema.prisma": models, "lib/notes.ts": code, ...others },
        async (root) => {
          const workspace = await openWorkspace(root);
          try {
            const { fix } = await workspace.draft({ verb: "draft-model", subject: "Note" }, new Date());
            return await tryFix(workspace, fix);
          } finally {
            await workspace.close();
          }
        },
      );
    const { problem, remarks } = await draft({});
    assert.deepEqual([problem, remarks], [undefined, []]);
    const taken = await draft({
      "supabase/migrations/20240102000000_notes.sql": 'create table "Note" (id int);\n',
    });
    assert.match(taken.problem!, /^PostgreSQL refuses the generated SQL: relation "Note" already exists\.$/);
  });

  it("says which migration of one's own failed before, where what it should have made is missing", async () => {
    const init = "create table notes (id uuid primary key, user_id uuid not null, title citext);\n";
    const { problem } = await tryAll({
      "supabase/migrations/20240101000000_init.sql": `-- no extension\n${init}`,
    });
    assert.equal(
      problem,
      'PostgreSQL refuses the generated SQL: relation "public.notes" does not exist, for a migration of your own failed before it, at supabase/migrations/20240101000000_init.sql:2: type "citext" does not exist. Mend that first; where other files set the database up before, list all of them in order as "migrations" in rowguard.config.json.',
    );
  });

  it("names the failure that what is missing depends on, whatever failed before that", async () => {
    const told = async (sql: string): Promise<string> =>
      (await tryAll({ "supabase/migrations/20240101000000_init.sql": sql })).problem ?? "";
    const notes = "create table app.notes (id uuid primary key, user_id uuid not null);\n";
    const nothing = "comment on table nowhere is 'nothing';\n";
    const known = /, for a migration of your own failed before it, at \S+_init\.sql:(\d+): (.+?)\. Mend/;
    const cases: readonly (readonly [sql: string, line: string, message: string])[] = [
      [
        `create table a (x citext);\n${NOTES}${nothing}`.replace("title text", "title citext"),
        "2",
        'type "citext" does not exist',
      ],
      [`${nothing}create schema app authorization nobody;\n${notes}`, "2", 'role "nobody" does not exist'],
      [
        `${nothing}${NOTES.replace(", user_id uuid not null", "")}alter table notes add user_id uuid not null default f();\n`,
        "3",
        "function f() does not exist",
      ],
    ];
    for (const [sql, line, message] of cases)
      assert.deepEqual(known.exec(await told(sql))?.slice(1), [line, message], sql);
  });

  it("says less where nothing that failed before would have made what is missing", async () => {
    const path = "supabase/migrations/20240101000000_init.sql";
    const [project] = await buildProjectFromTexts([{ path, text: `${NOTES}select 1;\n` }]);
    const failed = (start: number, message: string) => ({
      place: { path: start < 0 ? "made.sql" : path, span: { start, end: start + 8 } },
      message,
      code: "42P01",
    });
    const missing = failed(-1, 'relation "public.notes" does not exist');
    const said = (...before: readonly ReturnType<typeof failed>[]) =>
      sayRefused(project!, { failures: [...before, missing] }, (place) => place.path === "made.sql");
    const late = failed(NOTES.length, "permission denied");
    assert.equal(said(), 'PostgreSQL refuses the generated SQL: relation "public.notes" does not exist.');
    assert.match(
      said(late)!,
      /exist\. That may be because a statement of your own failed before it, at \S+_init\.sql:2: permission denied; where other files set/,
    );
    assert.match(
      said(late, late)!,
      /because 2 statements of your own failed before it, the first at \S+:2: permission/,
    );
  });

  it("lets nobody into buckets and channels but whose they are; what older policies open is a remark", async () => {
    const init = `${SCHEMA}insert into storage.buckets (id, name, public) values ('files', 'files', false);\n`;
    const tryBucket = (more: string) =>
      tryAll({ "supabase/migrations/20240101000000_init.sql": init + more });
    const { problem, remarks, tried } = await tryBucket("");
    assert.deepEqual([problem, remarks], [undefined, []]);
    assert.ok(tried > 100);
    const older = await tryBucket(
      "create policy anything on storage.objects for select to authenticated using (true);\n",
    );
    assert.equal(older.problem, undefined);
    assert.ok(
      older.remarks!.includes(
        "member 1 of the first tenant can select an object in the folder of another in the bucket files: a policy that was there before opens it.",
      ),
      older.remarks!.join("\n"),
    );
  });

  it("rejects where it is cancelled, however far it is, and leaves the workspace as it was", async () => {
    for (const far of ["", "starts", "runs the migrations", "tries every command"])
      await assert.rejects(tryAll(FILES, stopAt(far)), { message: "stop" }, far);
  });
});

/** Cancels as soon as the trial says that it is so far; before it begins without a word. */
function stopAt(far: string): TrialOptions {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("stop"));
  if (!far) stop();
  return { signal: controller.signal, onProgress: (said) => void (said.startsWith(far) && stop()) };
}
