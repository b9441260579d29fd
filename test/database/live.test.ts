import { strict as assert } from "node:assert";
import { connectLive, type LiveDatabase, sayPower } from "../../src/database/live/connect.ts";
import { preview } from "../../src/database/preview.ts";
import type { Identity } from "../../src/database/session/identity.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { PASSWORD, type Server, startServer } from "./server.ts";

const SETUP = [
  "create role app_client",
  `create role web login password '${PASSWORD}' in role app_client`,
  "create table tasks (id serial primary key, tenant text not null)",
  "insert into tasks (tenant) values ('acme'), ('acme'), ('globex')",
  "create table secrets (id int)",
  "alter table tasks enable row level security",
  "create policy tenant on tasks to app_client using (tenant = current_setting('app.tenant', true))",
  "grant select, insert, delete on tasks to app_client",
  "grant usage on sequence tasks_id_seq to app_client",
];

const ALICE: Identity = { name: "alice", role: "app_client", settings: { "app.tenant": "acme" } };

for (const version of [15, 16, 17, 18]) {
  describe(`a live database (PostgreSQL ${version})`, function () {
    this.timeout(120_000);
    let server: Server;
    let admin: LiveDatabase;

    before(async function () {
      const started = await startServer(version);
      // Its binaries come from the registry: without one there is nothing to test with.
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

    const as = async (client: LiveDatabase, sql: string, options = {}) => {
      const results = await preview(client, sql, [ALICE], options);
      assert.ok(!("problem" in results), JSON.stringify(results));
      return results.results[0]!;
    };
    const withLogin = async (use: (web: LiveDatabase) => Promise<void>) => {
      const web = await connectLive(server.url("web"));
      try {
        await use(web);
      } finally {
        await web.close();
      }
    };
    const unchanged = async () =>
      assert.deepEqual((await admin.query("select count(*), max(id) from tasks")).rows, [["3", "3"]]);

    it("says the login's power", async () => {
      assert.equal(
        sayPower(await admin.power()),
        `The login admin is a superuser, bypasses row-level security, and owns 2 tables, whose policies do not apply to it. (PostgreSQL ${version})`,
      );
      await withLogin(async (web) =>
        assert.equal(
          sayPower(await web.power()),
          `The login web can become client roles only. (PostgreSQL ${version})`,
        ),
      );
    });

    it("shows rows, hidden ones and the policy, and writes nothing", async () => {
      const seen = await as(admin, "select tenant from tasks");
      assert.deepEqual(
        [seen.status, seen.rows, seen.hidden, seen.access[0]?.policies],
        ["ok", [["acme"], ["acme"]], 1, [{ policy: "tenant", rows: 2 }]],
      );
      const refused = await as(admin, "delete from tasks");
      assert.deepEqual(
        [refused.status, refused.message],
        ["failed", "cannot execute DELETE in a read-only transaction"],
      );
      const written = await as(admin, "delete from tasks returning id", { write: true });
      assert.deepEqual([written.status, written.written], ["ok", 2]);
      await unchanged();
    });

    it("proves with a client's login what it cannot with a superuser's", async () => {
      const sneak =
        "do $$ begin perform set_config('role', 'none', true); perform count(*) from secrets; perform set_config('role', 'app_client', true); end $$";
      assert.equal((await as(admin, sneak)).status, "unproven");
      await withLogin(async (web) => {
        const { bound } = await web.power();
        assert.equal((await as(web, sneak, { bound })).status, "denied");
        assert.equal((await as(web, "reset role", { bound })).status, "invalid");
        assert.deepEqual((await as(web, "select tenant from tasks", { bound })).hidden, null);
      });
      await assert.rejects(admin.query("select 1; select 2"), /multiple commands/);
    });

    it("stops what takes too long, on the server", async () => {
      for (const sql of ["select pg_sleep(60)", "select count(*) from generate_series(1, 1e12::bigint) i"]) {
        const { status, message } = await as(admin, sql, { timeLimit: 300 });
        assert.deepEqual(
          [status, message],
          ["failed", "The statement took longer than 0.3 s and was stopped."],
        );
      }
      // The server keeps to them also where nobody is left here to cancel.
      const limits = await as(
        admin,
        "select current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')",
      );
      assert.deepEqual(limits.rows, [["10s", "1s", "30s"]]);
      const asked = admin.query("select pg_sleep(60)");
      setTimeout(() => void admin.cancel(), 100);
      await assert.rejects(asked, /canceling statement due to user request/);
    });

    it("says one sentence when the connection is killed, and leaves nothing open", async () => {
      const victim = await connectLive(server.url("web"));
      const { rows } = await victim.query("select pg_backend_pid()::text");
      const asked = as(victim, "select pg_sleep(60)");
      await new Promise((resolve) => setTimeout(resolve, 300));
      await admin.query("select pg_terminate_backend($1::int)", [rows[0]![0]!]);
      const { status, message } = await asked;
      assert.equal(status, "unproven");
      assert.match(message ?? "", /^The connection to the database was (lost|closed)/);
      await assert.rejects(victim.query("select 1"), /The connection to the database was/);
      await victim.close();
      await withLogin(async (web) => assert.equal((await as(web, "select 1")).status, "ok"));
      const open = await admin.query(
        "select count(*) from pg_stat_activity where state like 'idle in%' and pid <> pg_backend_pid()",
      );
      assert.deepEqual(open.rows, [["0"]]);
    });

    it("says in a sentence why it cannot connect, and no secret in it", async () => {
      const at = `127.0.0.1:${server.port}`;
      const sentences: readonly (readonly [string, RegExp | string])[] = [
        [server.url("web", "wrong-Secret"), `The password for web at ${at} is wrong.`],
        [server.url().replace("/postgres", "/nowhere"), `There is no database "nowhere" at ${at}.`],
        [`${server.url()}?sslmode=require`, /offers no TLS/],
        [`${server.url()}?sslrootcert=/nowhere/ca.crt`, /^\/nowhere\/ca.crt, .* cannot be read \(ENOENT\)/],
        [`postgresql://web:p#w${PASSWORD}@127.0.0.1/db`, /cannot be read as a URL: signs such as/],
        [`${server.url()}?sslmode=sometimes`, /no sslmode "sometimes"/],
        [server.url().replace(`:${server.port}`, ":1"), /^Nothing answers at 127.0.0.1:1/],
        ["mysql://localhost/db", /begins with mysql/],
        ["nonsense", /is no URL/],
      ];
      for (const [url, expected] of sentences) {
        const error = await connectLive(url).then(
          () => assert.fail(`${url} connected`),
          (reason: Error) => reason,
        );
        if (typeof expected === "string") assert.equal(error.message, expected);
        else assert.match(error.message, expected);
        assert.ok(!/marker-Pa55word|wrong-Secret/.test(`${error.stack}${JSON.stringify(error)}`));
      }
    });

    it("says which role the login may not become", async () => {
      await withLogin(async (web) => {
        const results = await preview(web, "select 1", [{ name: "x", role: "admin", settings: {} }]);
        assert.ok(!("problem" in results));
        assert.deepEqual(
          [results.results[0]!.status, results.results[0]!.message],
          [
            "failed",
            "The login may not become admin, so nothing can be asked as x; grant it: GRANT admin TO <the login>.",
          ],
        );
      });
    });
  });
}
