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
  });
}
