import { strict as assert } from "node:assert";
import { PGlite } from "@electric-sql/pglite";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import type { Project } from "../../src/project/project.ts";
import { writtenPast } from "../../src/project/view-leaks.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

/** Whose the row is, is what `owner_id` says; the client is user 1 and owns row 1, the other row is user 2's. */
const SETUP = `
create role keeper; create role client;
grant create, usage on schema public to keeper; grant usage on schema public to client;
set role keeper;
create table users (id int primary key, name text);
create table tasks (id int primary key, owner_id int not null default 1 references users (id), title text, shared boolean not null default true);
alter table users enable row level security;
alter table tasks enable row level security;
create policy own on tasks to client using (owner_id = current_setting('app.user_id', true)::int);
grant select, insert, update, delete on tasks to client;`;

const MINE = "owner_id = current_setting('app.user_id', true)::int";
const WHOLE = "select id, owner_id, title from tasks";

/** Views by name, as they are created. */
const VIEWS: Readonly<Record<string, string>> = {
  plain: `as ${WHOLE} where ${MINE}`,
  renamed: `(a, b, c) as ${WHOLE} where ${MINE}`,
  star: `as select * from tasks where ${MINE}`,
  sub_select: `as ${WHOLE} where owner_id in (select current_setting('app.user_id', true)::int)`,
  ordered: `as ${WHOLE} where ${MINE} order by id`,
  checked: `as ${WHOLE} where ${MINE} with check option`,
  checked_by_option: `with (check_option = local) as ${WHOLE} where ${MINE}`,
  every: `as ${WHOLE}`,
  shared: `as ${WHOLE} where shared or ${MINE} with check option`,
  titles: `as select id, title from tasks where ${MINE}`,
  titles_checked: `as select id, title from tasks where ${MINE} with check option`,
  without_key: `as select title from tasks where ${MINE}`,
  computed_owner: `as select id, owner_id + 0 as owner_id, title from tasks where ${MINE} with check option`,
  over_plain: `as select * from plain`,
  over_plain_local: `as select * from plain with local check option`,
  over_plain_local_own: `as select * from plain where ${MINE} with local check option`,
  over_plain_cascaded: `as select * from plain where id > 0 with cascaded check option`,
  over_checked_local: `as select * from checked where id > 0 with local check option`,
  over_two_local: `as select * from over_plain_local_own where id > 0 with local check option`,
  nothing: `as ${WHOLE} where false`,
  nothing_checked: `as ${WHOLE} where false with check option`,
  over_checked: `as select id, owner_id, title from checked`,
  invoker: `with (security_invoker) as ${WHOLE} where ${MINE}`,
  over_invoker: `as select * from invoker`,
  limited: `as ${WHOLE} where ${MINE} limit 5`,
  distinct_rows: `as select distinct id, owner_id, title from tasks where ${MINE}`,
  grouped: `as ${WHOLE} where ${MINE} group by id`,
  joined: `as select t.id, t.owner_id, t.title from tasks t join users u on u.id = t.owner_id where ${MINE}`,
  nested: `as select * from (${WHOLE}) t where ${MINE}`,
  named: `as with t as (${WHOLE}) select * from t where ${MINE}`,
  united: `as ${WHOLE} where ${MINE} union all ${WHOLE} where ${MINE}`,
  windowed: `as select id, owner_id, title, row_number() over () from tasks where ${MINE}`,
  counted: `as select count(*) as id from tasks where ${MINE}`,
  triggered: `as ${WHOLE} where ${MINE}`,
  ruled: `as ${WHOLE} where ${MINE}`,
};

const INSTEAD = `
create function ignore() returns trigger language plpgsql as 'begin return null; end';
create trigger ignored instead of insert or update or delete on triggered for each row execute function ignore();
create rule no_insert as on insert to ruled do instead nothing;
create rule no_update as on update to ruled do instead nothing;
create rule no_delete as on delete to ruled do instead nothing;
grant select, insert, update, delete on ${Object.keys(VIEWS).join(", ")} to client;
reset role;`;

const CREATED = Object.entries(VIEWS).map(([name, text]) => `create view ${name} ${text};`);
const SQL = `${SETUP}\n${CREATED.join("\n")}\n${INSTEAD}`;

/** What the client tries through a view, and what became of the other's rows where he may. */
const ATTEMPTS = {
  found: ["update VIEW set title = 'mine'", "delete from VIEW"],
  given: ["insert into VIEW (id, owner_id) values (9, 2)", "update VIEW set owner_id = 2"],
  taken: [
    "insert into VIEW (id, owner_id) values (2, 1) on conflict (id) do update set owner_id = 1, title = 'mine'",
    "insert into VIEW (id, title) values (2, 'mine') on conflict (id) do update set title = 'mine'",
  ],
} as const;

describe("writing through views, as PostgreSQL does and as it is read", function () {
  this.timeout(60_000);
  let engine: PGlite;
  let project: Project;
  before(async () => {
    engine = await PGlite.create();
    await engine.exec(
      `${SQL} insert into users values (1), (2); insert into tasks (id, owner_id) values (1, 1), (2, 2);`,
    );
    const text = JSON.stringify({ platform: "postgres", clientRoles: ["client"] });
    const configuration = await readConfiguration({ path: "rowguard.config.json", text }, []);
    [project] = (await buildProjectFromTexts(
      [{ path: "migrations/0001.sql", text: SQL }],
      configuration,
    )) as [Project];
  });
  after(() => engine?.close());

  /** Whether rows of others are other ones afterwards. */
  async function changes(statement: string): Promise<boolean> {
    await engine.exec("begin; set local app.user_id = '1'; set local role client;");
    try {
      await engine.exec(statement);
      await engine.exec("reset role");
      const { rows } = await engine.query("select id, title from tasks where owner_id = 2");
      return JSON.stringify(rows) !== JSON.stringify([{ id: 2, title: null }]);
    } catch {
      return false;
    } finally {
      await engine.exec("rollback");
    }
  }

  async function worstOf(view: string): Promise<string | undefined> {
    for (const [kind, statements] of Object.entries(ATTEMPTS))
      for (const statement of statements)
        if (await changes(namedAs(view, statement.replace("VIEW", view)))) return kind;
    return undefined;
  }

  const namedAs = (view: string, statement: string): string =>
    view === "renamed"
      ? statement
          .replace(/\bowner_id\b/g, "b")
          .replace(/\btitle\b/g, "c")
          .replace(/\bid\b/g, "a")
      : statement;

  it("the table itself holds", async () => {
    for (const statement of Object.values(ATTEMPTS).flat())
      assert.equal(await changes(statement.replace("VIEW", "tasks")), false, statement);
  });

  for (const name of Object.keys(VIEWS))
    it(name, async () => {
      const [leak] = writtenPast(project, project.catalog.views.get(`public.${name}`)!, ["client"]);
      assert.equal(leak?.kind, await worstOf(name));
    });
});
