import { strict as assert } from "node:assert";
import { Session } from "../splinter/host.ts";
import { type Server, startServer } from "./server.ts";

/** Rows 1 and 2 of a table whose policy shows a client row 1 alone; everything that rules call a way around it. */
const SETUP = `
create role owner; create role plain; create role client; create role reader bypassrls; create role outer_client in role client;
grant create, usage on schema public to owner, plain, reader; grant usage on schema public to client;
set role owner;
create table tasks (id int primary key); insert into tasks values (1), (2);
alter table tasks enable row level security;
create policy first on tasks using (id = 1);
grant select on tasks to client, plain, reader with grant option;
create view definer_view as select id from tasks;
create view invoker_view with (security_invoker = true) as select id from tasks;
create view chained_view as select id from invoker_view;
create view twice_view with (security_invoker = true) as select id from definer_view;
create materialized view kept as select id from tasks;
create function all_ids() returns setof int language sql stable security definer set search_path = '' as $$ select id from public.tasks $$;
create view calling_view with (security_invoker = true) as select all_ids() as id;
create function own_ids() returns setof int language sql stable as $$ select id from public.tasks $$;
create table forced (id int primary key); insert into forced values (1), (2);
alter table forced enable row level security; alter table forced force row level security;
create policy first on forced using (id = 1);
grant select on forced to client, reader;
create view forced_view as select id from forced;
grant select on definer_view, invoker_view, chained_view, twice_view, kept, calling_view, forced_view to client;
reset role;
set role reader; create view bypassing_view as select id from forced; grant select on bypassing_view to client; reset role;`;

for (const version of [15, 18]) {
  describe(`ways around policies (PostgreSQL ${version})`, function () {
    this.timeout(120_000);
    let server: Server;
    let session: Session;
    before(async function () {
      const started = await startServer(version);
      if (!started) return this.skip();
      server = started;
      session = await Session.open(server.url());
      await session.run(SETUP);
    });
    after(async () => {
      await session?.close();
      await server?.stop();
    });

    const seenBy = async (role: string, from: string): Promise<string> => {
      await session.run(`set role ${role}`);
      try {
        return (await session.query(`select string_agg(id::text, ',' order by id) from ${from} as t(id)`))
          .rows[0]![0]!;
      } finally {
        await session.run("reset role");
      }
    };
    const sees = async (from: string, rows: string, role = "client") =>
      assert.equal(await seenBy(role, from), rows, `${role} from ${from}`);

    it("views run as their owner, who owns the table, unless they say security_invoker; in a chain the link next to the table decides", async () => {
      await sees("tasks", "1");
      await sees("definer_view", "1,2");
      await sees("invoker_view", "1");
      await sees("chained_view", "1");
      await sees("twice_view", "1,2");
    });

    it("a materialized view and a SECURITY DEFINER function step around policies, and a view that calls one", async () => {
      await sees("kept", "1,2");
      await sees("all_ids()", "1,2");
      await sees("calling_view", "1,2");
      await sees("own_ids()", "1");
    });

    it("FORCE holds the owner, and so his views; not a role with BYPASSRLS, and its views", async () => {
      await sees("tasks", "1,2", "owner");
      await sees("forced", "1", "owner");
      await sees("forced_view", "1");
      await sees("forced", "1,2", "reader");
      await sees("bypassing_view", "1,2");
    });

    it("EXECUTE is everybody's until it is taken from PUBLIC: from a role alone it is not taken", async () => {
      await session.run("revoke execute on function all_ids() from client");
      await sees("all_ids()", "1,2");
      await session.run("revoke execute on function all_ids() from public");
      await assert.rejects(seenBy("client", "all_ids()"), /permission denied for function all_ids/);
    });

    it("BYPASSRLS is not inherited by members", async () => {
      await session.run("grant reader to outer_client");
      await sees("forced", "1", "outer_client");
    });

    it("a LEAKPROOF function is asked about rows that a policy hides, any other is not; only a superuser may mark one", async () => {
      await session.run(
        `create function tell(int) returns boolean language plpgsql cost 0.0001 as $$ begin raise notice 'saw %', $1; return true; end $$;`,
      );
      await session.run(
        "set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off",
      );
      const noticed = async () => {
        const heard: string[] = [];
        const stop = session.hear((message) => heard.push(message));
        await seenBy("client", "(select id from tasks where tell(id))");
        stop();
        return heard.sort();
      };
      assert.deepEqual(await noticed(), ["saw 1"]);
      await session.run("alter function tell(int) leakproof");
      assert.deepEqual(await noticed(), ["saw 1", "saw 2"]);
      await session.run(
        "create function mine() returns int language sql as 'select 1'; alter function mine() owner to owner; set role owner",
      );
      await assert.rejects(
        session.run("alter function mine() leakproof"),
        /only superuser can define a leakproof function/,
      );
      await session.run("reset role");
    });

    it("a foreign table has no policies: whoever may select sees what its server's login sees", async () => {
      const [fdw] = (await session.query("select 1 from pg_available_extensions where name = 'postgres_fdw'"))
        .rows;
      if (!fdw) return;
      const { hostname, port, pathname, username, password } = new URL(server.url());
      await session.run(`create extension postgres_fdw;
        create server self foreign data wrapper postgres_fdw options (host '${hostname}', port '${port}', dbname '${pathname.slice(1)}');
        create user mapping for client server self options (user '${username}', password '${password}');
        create foreign table far (id int) server self options (schema_name 'public', table_name 'tasks');
        grant select on far to client;`);
      await sees("tasks", "1");
      await sees("far", "1,2");
      await assert.rejects(session.run("alter foreign table far enable row level security"));
    });

    it("a foreign key and a unique constraint tell of rows that policies hide", async () => {
      await session.run(`set role owner;
        create table notes (task_id int references tasks (id), slug text unique);
        insert into notes values (2, 'taken');
        alter table notes enable row level security;
        create policy mine on notes using (task_id is distinct from 2 or current_user = 'owner') with check (true);
        grant select, insert on notes to client;
        reset role;`);
      await session.run("set role client");
      const insert = async (values: string) => {
        await session.run("begin");
        try {
          await session.run(`insert into notes values (${values})`);
          return "inserted";
        } catch (problem) {
          return (problem as { code?: string }).code;
        } finally {
          await session.run("rollback");
        }
      };
      assert.equal((await session.query("select count(*)::text from notes")).rows[0]![0], "0");
      assert.equal(await insert("2, 'new'"), "inserted", "a parent that is hidden");
      assert.equal(await insert("3, 'new'"), "23503", "one that is not there");
      assert.equal(await insert("1, 'taken'"), "23505", "a slug of a row that is hidden");
      await session.run("reset role");
    });

    it("a member of the owner may become it, and of a role with BYPASSRLS: where SET is granted", async () => {
      const can = async (to: string, from: string) => {
        await session.run("set session authorization climber");
        await session.run(`set role ${to}`).catch(() => undefined);
        const { rows } = await session.query(`select string_agg(id::text, ',' order by id) from ${from}`);
        await session.run("reset role; reset session authorization");
        return rows[0]![0];
      };
      await session.run("create role climber; grant client to climber;");
      assert.equal(await can("owner", "tasks"), "1");
      await session.run("grant owner to climber");
      // Who inherits from the owner is held by no policy, without any SET ROLE.
      assert.equal(await can("none", "tasks"), "1,2");
      assert.equal(await can("owner", "tasks"), "1,2");
      await session.run("revoke owner from climber; grant reader to climber");
      assert.equal(await can("none", "forced"), "1");
      assert.equal(await can("reader", "forced"), "1,2");
      if (version < 16) return;
      await session.run("revoke reader from climber; grant reader to climber with set false");
      assert.equal(await can("reader", "forced"), "1");
    });

    it("a restrictive policy takes rows away where it is NULL, and none where its column may be", async () => {
      await session.run(`create table shared (id int, tenant int); insert into shared values (1, 1), (2, 2), (3, null);
        alter table shared enable row level security;
        create policy every on shared using (true);
        create policy floor on shared as restrictive using (tenant = 1);
        grant select on shared to client;`);
      await sees("(select id from shared)", "1");
      await session.run("alter policy floor on shared using (tenant is null or tenant = 1)");
      await sees("(select id from shared)", "1,3");
      await session.run("alter policy floor on shared using (tenant = null)");
      await assert.rejects(sees("(select id from shared)", "1"));
    });
  });
}
