import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectLive, type LiveDatabase } from "../../src/database/live/connect.ts";
import { type Server, startServer } from "../database/server.ts";
import { withFiles } from "./temporary.ts";

const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const RUNNING =
  "select count(*) from pg_stat_activity where application_name = 'rowguard' and pid <> pg_backend_pid()";
const SLEEPING = `${RUNNING} and state = 'active' and wait_event = 'PgSleep'`;

const CONFIGURATION = {
  connections: { main: { variable: "MAIN_URL" } },
  identities: { web: { role: "app_client" } },
};

describe("a preview of a live database that is interrupted", function () {
  this.timeout(120_000);
  let server: Server;
  let admin: LiveDatabase;

  before(async function () {
    const started = await startServer(18);
    if (!started) return this.skip();
    server = started;
    admin = await connectLive(server.url());
    await admin.query("create role app_client");
  });
  after(async () => {
    await admin?.close();
    await server?.stop();
  });

  const count = async (sql: string) => Number((await admin.query(sql)).rows[0]?.[0]);

  async function until(sql: string, wanted: number): Promise<void> {
    for (let tries = 0; (await count(sql)) !== wanted; tries++) {
      assert.ok(tries < 300, `${sql} is not ${wanted}`);
      await delay(100);
    }
  }

  it("stops on the server, leaves nothing there, and says so", () =>
    withFiles({ "rowguard.config.json": JSON.stringify(CONFIGURATION) }, async (folder) => {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", MAIN, "preview", "select pg_sleep(600)", folder].concat([
          "--database",
          "main",
          "--as",
          "web",
          "--timeout",
          "600",
        ]),
        { env: { ...process.env, MAIN_URL: server.url() }, cwd: join(import.meta.dirname, "..", "..") },
      );
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => {
          said += chunk;
        });
      const ended = new Promise((resolve) => child.once("close", resolve));
      await Promise.race([
        until(SLEEPING, 1),
        ended.then((code) => assert.fail(`It ended with ${code}: ${said}`)),
      ]);
      child.kill("SIGINT");
      assert.equal(await ended, 130, said);
      assert.match(said, /The preview was cancelled\. Nothing was changed\./);
      await until(RUNNING, 0);
    }));
});
