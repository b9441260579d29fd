import { strict as assert } from "node:assert";
import { connectLive } from "../../src/database/live/connect.ts";
import { PASSWORD, type Server, startServer } from "../database/server.ts";
import { withFolder } from "../workspace/folder.ts";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";

const SETUP = [
  "create role app_client",
  `create role web login password '${PASSWORD}' in role app_client`,
  "create table organizations (id int primary key, slug text not null)",
  "create table users (id int primary key, email text not null)",
  "create table members (organization_id int not null references organizations, user_id int not null references users, role text not null, primary key (organization_id, user_id))",
  "create table tasks (id int primary key, organization_id int not null references organizations, title text not null)",
  "insert into organizations values (1, 'acme'), (2, 'globex')",
  "insert into users values (1, 'alice@acme.test'), (2, 'carol@globex.test')",
  "insert into members values (1, 1, 'owner'), (2, 2, 'owner')",
  "insert into tasks values (1, 1, 'Launch'), (2, 1, 'Party'), (3, 2, 'Desks')",
  "alter table tasks enable row level security",
  "create policy tenant on tasks to app_client using (organization_id = current_setting('app.tenant_id', true)::int)",
  "grant select, insert, update, delete on all tables in schema public to app_client",
];

const CONFIGURATION = {
  platform: "postgres",
  applicationRole: "app_client",
  connections: { staging: "STAGING_URL", scratch: { variable: "STAGING_URL", write: true } },
  identities: { nightly: { settings: { "app.tenant_id": "2" }, tenant: "globex" } },
};

describe("rowguard preview of a live database", function () {
  this.timeout(120_000);
  let server: Server;
  const said: string[] = [];

  before(async function () {
    const started = await startServer(17);
    if (!started) return this.skip();
    server = started;
    const admin = await connectLive(server.url());
    for (const sql of SETUP) await admin.query(sql);
    await admin.close();
  });
  after(() => server?.stop());

  const run = (args: readonly string[], url = server.url()) =>
    withFolder(
      { "rowguard.config.json": JSON.stringify(CONFIGURATION), ".env": `STAGING_URL="${url}"\n` },
      async (root) => {
        const outcome = await runIn(root, ["preview", ...args, "--no-cache"]);
        said.push(outcome.out, outcome.err);
        return outcome;
      },
    );

  it("finds who there is in the database, and says the login's power first", async () => {
    const { code, out, err } = await run([
      "tasks",
      "--database",
      "staging",
      "--as",
      "owner of acme",
      "--as",
      "nightly",
    ]);
    assert.equal(
      err,
      "The login admin is a superuser, bypasses row-level security, and owns 4 tables, whose policies do not apply to it. (PostgreSQL 17)\n",
    );
    assert.equal(code, 0);
    assert.equal(
      out.replace(/[\d.]+ ms/g, "N ms"),
      `
  1  owner of acme  2 rows, 1 hidden  N ms
                    public.tasks: "tenant" lets 2
  2  nightly        1 row, 2 hidden  N ms
                    public.tasks: "tenant" lets 1

  1 2  of      id  organization_id  title
  ● ·  acme     1                1  Launch
  ● ·  acme     2                1  Party
  · ●  globex   3                2  Desks

  ✓ Nobody here sees a row of another tenant.
`,
    );
  });

  it("writes only where the connection allows it, and says first what stays", async () => {
    const remove = ["delete from tasks", "--as", "owner of acme"];
    const refused = await run([...remove, "--database", "staging", "--allow-write"]);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /the connection staging does not allow that: "write": true in rowguard\.config\.json/,
    );
    const unasked = await run([...remove, "--database", "STAGING_URL"]);
    assert.match(unasked.err, /this is a live database: --allow-write runs it, and rolls it back/);
    const written = await run([...remove, "--database", "scratch"]);
    assert.match(written.err, /Everything is rolled back, except .* sequences advance/);
    assert.match(written.out, /owner of acme {2}2 rows written, and rolled back/);
    const after = await run(["tasks", "--database", "staging", "--as", "owner of acme"]);
    assert.match(after.out, /2 rows, 1 hidden/);
  });

  it("shows the plan, and what row-level security costs", async () => {
    const { out } = await run(["tasks", "--database", "staging", "--as", "nightly", "--plan"]);
    assert.match(
      out,
      /nightly: [\d.]+ ms with row-level security, [\d.]+ ms without \(medians of 5 rounds in turns\)/,
    );
    assert.match(out, /Scan (using tasks_pkey )?on tasks/);
    const json = await run([
      "tasks",
      "--database",
      "staging",
      "--as",
      "nightly",
      "--plan",
      "--format",
      "json",
    ]);
    assert.equal(misfit("preview.schema.json", JSON.parse(json.out)), "");
  });

  it("counts each table where rows are no rows of one", async () => {
    const counted = await run(["select count(*) from tasks", "--database", "staging", "--as", "nightly"]);
    assert.match(counted.out, /public\.tasks: "tenant", sees 1 of 3 rows/);
  });

  it("shows no password, whatever it says", async () => {
    for (const url of [
      server.url("web", `${PASSWORD}-wrong`),
      server.url().replace(":1", `${PASSWORD}:1`),
      server.url().replace("@", `#${PASSWORD}@`),
      `${server.url()}?sslmode=verify-full`,
      server.url().replace("postgres?", "nowhere"),
    ])
      await run(["tasks", "--database", "staging"], url);
    await run(["tasks", "--database", server.url("web", `${PASSWORD}-wrong`)]);
    await run([`select '${"x".repeat(10)}' from nowhere`, "--database", server.url()]);
    for (const format of ["json", "csv"])
      await run(["tasks", "--database", server.url(), "--format", format]);
    assert.ok(said.length > 20);
    for (const text of said) assert.ok(!text.includes(PASSWORD), text);
  });
});
