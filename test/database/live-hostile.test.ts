import { strict as assert } from "node:assert";
import type { Client } from "../../src/database/client.ts";
import { connectLive, type LiveDatabase } from "../../src/database/live/connect.ts";
import { type PreviewOptions, type PreviewResult, preview } from "../../src/database/preview.ts";
import type { Identity } from "../../src/database/session/identity.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { PASSWORD, type Server, startServer } from "./server.ts";

const SETUP = [
  "create role app_client",
  `create role web login password '${PASSWORD}' in role app_client`,
  "create table tasks (id int primary key, tenant text not null)",
  "insert into tasks select i, case when i % 3 = 0 then 'globex' else 'acme' end from generate_series(1, 30) i",
  "create table secrets (id int)",
  "insert into secrets values (1)",
  "alter table tasks enable row level security",
  "create policy tenant on tasks to app_client using (tenant = current_setting('app.tenant', true))",
  "grant select, insert, update, delete on tasks to app_client",
  "grant create on schema public to app_client",
  `create function look() returns bigint language plpgsql as $$
   declare n bigint;
   begin
     perform set_config('role', 'none', true);
     select count(*) into n from public.secrets;
     perform set_config('role', 'app_client', true);
     return n;
   end $$`,
  "create function deeper(i int) returns int language plpgsql as $$ begin return deeper(i + 1); end $$",
  `create function stubborn() returns int language plpgsql as $$
   begin
     loop
       begin
         perform pg_sleep(60);
       exception when query_canceled then null;
       end;
     end loop;
   end $$`,
];

const ALICE: Identity = { name: "alice", role: "app_client", settings: { "app.tenant": "acme" } };

const SNEAK =
  "do $$ begin perform set_config('role', 'none', true); perform count(*) from secrets; perform set_config('role', 'app_client', true); end $$";

for (const version of [15, 18]) {
  describe(`hostile queries on a live database (PostgreSQL ${version})`, function () {
    this.timeout(180_000);
    let server: Server;
    let admin: LiveDatabase;

    before(async function () {
      const started = await startServer(version);
      if (!started) return this.skip();
      server = started;
      await loadGrammar();
      admin = await connectLive(server.url());
      for (const sql of SETUP) await admin.query(sql);
    });
    after(async () => {
      await admin?.close();
      await server?.stop();
    });

    const as = async (client: Client, sql: string, options: PreviewOptions = {}): Promise<PreviewResult> => {
      const made = await preview(client, sql, [ALICE], options);
      assert.ok(!("problem" in made), JSON.stringify(made));
      return made.results[0]!;
    };

    afterEach(async () => {
      const { rows } = await admin.query(
        `select (select count(*) from tasks), (select count(*) from secrets), current_user,
           (select count(*) from pg_stat_activity
            where application_name = 'rowguard' and pid <> pg_backend_pid() and state like 'idle in transaction%')`,
      );
      assert.deepEqual(rows, [["30", "1", "admin", "0"]]);
    });

    it("marks what left its identity, or could have", async () => {
      const expected: readonly (readonly [string, PreviewResult["status"]])[] = [
        ["select set_config('role', 'none', true)", "invalid"],
        ["reset role", "invalid"],
        ["set role admin", "invalid"],
        ["set session authorization default", "invalid"],
        ["set row_security = off", "invalid"],
        ["select set_config('app.tenant', 'globex', true)", "invalid"],
        ["select set_config('transaction_read_only', 'off', true)", "failed"],
        [SNEAK, "unproven"],
        ["select look()", "unproven"],
        ["select look() from tasks", "unproven"],
        ["select query_to_xml('select 1', true, true, '')", "unproven"],
        ["select * from tasks", "ok"],
      ];
      for (const [sql, status] of expected) {
        const result = await as(admin, sql, { write: sql.startsWith("set ") || sql.startsWith("reset") });
        assert.equal(result.status, status, `${sql}: ${result.message}`);
        if (status !== "ok") assert.ok(result.message);
        if (sql === "reset role")
          assert.equal(
            result.message,
            "The statement left its role: it began as app_client and ended as admin.",
          );
      }
    });

    it("changes nothing, whatever the statement", async () => {
      for (const sql of [
        "with gone as (delete from tasks returning *) select * from gone",
        "with moved as (update tasks set tenant = 'acme' returning *) select * from moved",
        "delete from tasks",
        "truncate tasks",
        "drop table secrets",
        "create table mine (id int)",
        "select * from tasks for update",
      ]) {
        const refused = await as(admin, sql);
        assert.match(`${refused.status} ${refused.message}`, /^(failed|denied) ./, sql);
        await as(admin, sql, { write: true });
      }
      const gone = await as(admin, "with gone as (delete from tasks returning *) select * from gone", {
        write: true,
      });
      assert.deepEqual([gone.status, gone.rows.length], ["ok", 20]);
    });

    it("takes no second statement, and nothing that waits for a client", async () => {
      for (const sql of [
        "select 1; delete from tasks",
        "copy tasks to stdout",
        "copy tasks from stdin",
        "commit",
      ]) {
        const made = await preview(admin, sql, [ALICE], { write: true });
        assert.ok("problem" in made, sql);
      }
      await assert.rejects(admin.query("select 1; delete from tasks"), /multiple commands/);
    });

    it("stops what does not end", async () => {
      for (const sql of [
        "select pg_sleep(60)",
        "select count(*) from generate_series(1, 1e15::bigint)",
        "with recursive r as (select 1 union all select 1 from r) select count(*) from r",
      ]) {
        const { status, message } = await as(admin, sql, { timeLimit: 300 });
        assert.deepEqual(
          [status, message],
          ["failed", "The statement took longer than 0.3 s and was stopped."],
        );
      }
      const { status, message } = await as(admin, "select deeper(1)");
      assert.deepEqual([status, message], ["failed", "stack depth limit exceeded"]);
    });

    it("ends what does not let itself be stopped", async () => {
      const { status, rows } = await as(admin, "select stubborn()", { timeLimit: 300 });
      assert.deepEqual([status, rows], ["failed", []]);
      assert.equal((await as(admin, "select 1")).status, "ok");
      const { rows: running } = await admin.query(
        "select count(*) from pg_stat_activity where query like '%stubborn()%' and state = 'active' and pid <> pg_backend_pid()",
      );
      assert.deepEqual(running, [["0"]]);
    });

    it("fetches no more than the limit of ten million rows", async () => {
      const many = await as(admin, "select generate_series(1, 10000000)", { rowLimit: 5 });
      assert.deepEqual([many.status, many.rows.length, many.more], ["ok", 5, true]);
    });

    it("survives values of a gigabyte", async function () {
      // Servers differ in nothing here, and take their time.
      if (version !== 18) return this.skip();
      const wide = await as(admin, "select repeat('x', 100000000)", { timeLimit: 60_000 });
      assert.deepEqual(
        [wide.status, wide.message],
        ["failed", "The rows are larger than 64 MB; ask for fewer rows or shorter values."],
      );
      // The server writes it to disk first, which may take longer than anybody waits.
      const huge = await as(admin, "select repeat('x', 1000000000)", { timeLimit: 3_000 });
      assert.deepEqual([huge.status, huge.rows], ["failed", []]);
      const written = await as(
        admin,
        "insert into tasks select i, 'acme' from generate_series(100, 200000) i returning repeat('x', 1000)",
        {
          write: true,
          timeLimit: 60_000,
        },
      );
      assert.equal(written.status, "failed", written.message ?? "");
      assert.equal((await as(admin, "select 1")).status, "ok");
    });

    it("waits no longer for a lock than it was told to", async () => {
      const other = await connectLive(server.url());
      await other.query("begin");
      await other.query("lock table tasks in access exclusive mode");
      const { status, message } = await as(admin, "select * from tasks", { lockLimit: 200 });
      await other.close();
      assert.deepEqual(
        [status, message],
        ["failed", "Another session holds a lock on what the statement needs; after 0.2 s it was given up."],
      );
    });

    it("is cancelled by a signal, on the server", async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 200);
      const made = await preview(admin, "select pg_sleep(60)", [ALICE, ALICE], { signal: abort.signal });
      assert.ok(!("problem" in made));
      assert.deepEqual(
        made.results.map(({ status, message }) => [status, message]),
        [
          ["failed", "It was cancelled."],
          ["failed", "It was cancelled."],
        ],
      );
    });

    // One way on each version: what is tried is on this side.
    const pipelined = version > 15;
    it(`survives its backend's death between any two steps${pipelined ? " that leave at once" : ""}`, async () => {
      const web = await connectLive(server.url("web"));
      const alive = "select pid from pg_stat_activity where usename = 'web'";
      const kill = async () => {
        await admin.query(`select pg_terminate_backend(pid) from (${alive}) as found`);
        while ((await admin.query(alive)).rows.length)
          await new Promise((resolve) => setTimeout(resolve, 20));
      };
      let steps = 0;
      let order = Promise.resolve();
      for (let deadly = 1; ; deadly++) {
        steps = 0;
        /** Steps leave in their order, also while one of them waits for a death. */
        const inOrder = async <T>(send: () => Promise<T>): Promise<T> => {
          order = order.then(async () => {
            if (++steps === deadly) await kill();
          });
          await order;
          return send();
        };
        const client: Client = {
          kind: "live",
          query: (...asked) => inOrder(() => web.query(...asked)),
          ...(pipelined && { pipelined, batch: (...asked) => inOrder(() => web.batch(...asked)) }),
          renew: () => web.renew(),
          cancel: () => web.cancel(),
          close: () => web.close(),
        };
        const result = await as(client, "select * from tasks", { bound: true });
        if (steps < deadly) {
          assert.equal(result.status, "ok", `without a death: ${result.message}`);
          break;
        }
        if (result.status !== "ok") {
          assert.equal(result.status, "unproven");
          assert.match(result.message ?? "", /^The connection to the database was (lost|closed)[^.]*\.$/);
          assert.deepEqual(result.rows, []);
        }
        const again = await as(web, "select * from tasks", { bound: true });
        assert.deepEqual([again.status, again.rows.length], ["ok", 20], `after step ${deadly}`);
        const { rows } = await admin.query("select state from pg_stat_activity where usename = 'web'");
        assert.deepEqual(rows, [["idle"]], `after step ${deadly}`);
      }
      assert.ok(steps > (pipelined ? 5 : 8), `${steps} steps`);
      await web.close();
    });
  });
}
