import { strict as assert } from "node:assert";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { connect, createServer, type Socket, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAddress } from "../../src/database/live/address.ts";
import { connectLive, sayPower } from "../../src/database/live/connect.ts";
import { chooseConnection } from "../../src/database/live/connections.ts";
import { providerOf } from "../../src/database/live/provider.ts";
import { explainConnection } from "../../src/database/live/sentences.ts";
import { preview } from "../../src/database/preview.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { PASSWORD, type Server, startServer, TLS } from "./server.ts";

/** A home folder with nothing in it. */
async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "rowguard-home-"));
  const { HOME, USERPROFILE } = process.env;
  Object.assign(process.env, { HOME: home, USERPROFILE: home });
  try {
    await use(home);
  } finally {
    for (const [name, value] of Object.entries({ HOME, USERPROFILE }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(home, { recursive: true });
  }
}

const sentenceOf = (url: string): Promise<string> =>
  connectLive(url).then(
    async (client) => {
      await client.close();
      return "connected";
    },
    (error: Error) => error.message,
  );

describe("TLS as libpq has it", function () {
  this.timeout(120_000);
  let server: Server;
  before(async function () {
    const started = await startServer(18, { tls: true });
    if (!started) return this.skip();
    server = started;
  });
  after(() => server?.stop());

  const usesTls = async (parameters: string, host = "localhost"): Promise<string> => {
    const url = `${server.url().replace("127.0.0.1", host)}?${parameters}`;
    try {
      const client = await connectLive(url);
      const { rows } = await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
      await client.close();
      return rows[0]![0] === "t" ? "TLS" : "plain";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const authority = `sslrootcert=${encodeURIComponent(join(TLS, "ca.crt"))}`;

  it("takes each mode for what it is", async () => {
    assert.equal(await usesTls("sslmode=disable"), "plain");
    assert.equal(await usesTls("sslmode=allow"), "plain");
    assert.equal(await usesTls(""), "TLS");
    assert.equal(await usesTls("sslmode=prefer"), "TLS");
    assert.equal(await usesTls("sslmode=require"), "TLS");
    assert.equal(await usesTls(`sslmode=require&${authority}`), "TLS");
    assert.equal(await usesTls(`sslmode=verify-ca&${authority}`, "127.0.0.1"), "TLS");
    assert.equal(await usesTls(`sslmode=verify-full&${authority}`), "TLS");
  });

  it("says what is wrong with a certificate, and what to do", async () => {
    assert.match(
      await usesTls("sslmode=verify-ca"),
      /^The certificate of localhost:\d+ could not be verified/,
    );
    assert.match(
      await usesTls(`sslmode=verify-full&${authority}`, "127.0.0.1"),
      /^The certificate of 127\.0\.0\.1:\d+ is made out to another name; .*verify-ca/,
    );
    assert.match(await usesTls("sslrootcert=system&sslmode=require"), /goes with sslmode=verify-full only/);
    assert.match(await usesTls("sslmode=always"), /^There is no sslmode "always"; there are disable, allow/);
  });

  it("shows the client's own certificate, as libpq finds it", async () => {
    const admin = await connectLive(server.url());
    await admin.query("create role carded login");
    await admin.query("create role other login");
    await admin.close();
    await withHome(async (home) => {
      const path = (name: string) => {
        const copy = join(home, name);
        copyFileSync(join(TLS, name), copy);
        chmodSync(copy, 0o600);
        return copy;
      };
      const as = (user: string, parameters: Record<string, string>) =>
        sentenceOf(
          `postgresql://${user}@localhost:${server.port}/postgres?${new URLSearchParams({ sslmode: "require", ...parameters })}`,
        );
      const [sslcert, sslkey, locked] = [path("client.crt"), path("client.key"), path("client-locked.key")];
      assert.equal(await as("carded", { sslcert, sslkey }), "connected");
      assert.match(await as("carded", {}), /lets carded in by a certificate only: give it as sslcert/);
      assert.match(await as("other", { sslcert, sslkey }), /is not made out to other/);
      assert.match(await as("carded", { sslcert }), /is of no use without its key: name it as sslkey/);
      assert.equal(
        await as("carded", { sslcert, sslkey: locked, sslpassword: "marker-Passphrase" }),
        "connected",
      );
      for (const sslpassword of ["", "marker-Wrong"]) {
        const sentence = await as("carded", { sslcert, sslkey: locked, sslpassword });
        assert.match(sentence, /^The key given as sslkey cannot be used/);
        assert.doesNotMatch(sentence, /marker/);
      }
      chmodSync(sslkey, 0o644);
      if (process.platform !== "win32")
        assert.match(await as("carded", { sslcert, sslkey }), /^Others may read the key .*chmod 600/);
      mkdirSync(join(home, ".postgresql"));
      for (const [from, to] of [
        ["client.crt", "postgresql.crt"],
        ["client.key", "postgresql.key"],
      ] as const)
        renameSync(path(from), join(home, ".postgresql", to));
      assert.equal(await as("carded", {}), "connected");
    });
  });

  it("cancels by TLS too", async () => {
    const client = await connectLive(`${server.url()}?sslmode=require`);
    const asked = client.query("select pg_sleep(60)");
    setTimeout(() => void client.cancel(), 100);
    await assert.rejects(asked, /canceling statement due to user request/);
    await client.close();
  });
});

describe("a pooler", function () {
  this.timeout(60_000);
  let server: Server;
  before(async function () {
    const started = await startServer(18);
    if (!started) return this.skip();
    server = started;
    await loadGrammar();
  });
  after(() => server?.stop());

  /** Passes everything on, but for the number of the backend, and what `answer` answers itself. */
  async function throughPooler(
    answer: (asked: Buffer) => Buffer | undefined,
    use: (url: string) => Promise<void>,
  ) {
    const listener = createServer((client) => {
      const backend = connect(server.port, "127.0.0.1");
      for (const socket of [client, backend]) socket.on("error", () => {});
      client.on("close", () => backend.destroy());
      backend.on("close", () => client.destroy());
      client.on("data", (asked) => {
        const own = answer(asked);
        if (own) client.end(own);
        else backend.write(asked);
      });
      backend.on("data", (said) => {
        const at = said.indexOf("K\0\0\0\f", 0, "latin1");
        if (at >= 0) said.writeInt32BE(said.readInt32BE(at + 5) + 1_000_000, at + 5);
        client.write(said);
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as { port: number };
    try {
      await use(server.url().replace(`:${server.port}`, `:${port}`));
    } finally {
      listener.close();
    }
  }

  it("is known by the backend that answers, and is no obstacle", () =>
    throughPooler(
      () => undefined,
      async (url) => {
        const client = await connectLive(url);
        assert.match(sayPower(await client.power()), /\(PostgreSQL 18 through a pooler\)$/);
        const made = await preview(client, "select 1", [{ name: "me", settings: {} }]);
        assert.deepEqual("results" in made && made.results.map(({ rows }) => rows), [[["1"]]]);
        await client.close();
        const direct = await connectLive(server.url());
        assert.equal((await direct.power()).pooled, false);
        await direct.close();
      },
    ));

  it("that keeps no transaction is named, with what to do", () =>
    throughPooler(
      (asked) => (asked.includes("begin read only") ? NO_TRANSACTIONS : undefined),
      async (url) => {
        const client = await connectLive(url);
        const made = await preview(client, "select 1", [{ name: "me", settings: {} }]);
        const [result] = "results" in made ? made.results : [];
        assert.equal(result?.status, "failed");
        assert.match(result?.message ?? "", /^The pooler at .* for one statement only, .*connect past it/);
        await client.close();
      },
    ));
});

/** As PgBouncer says it. */
const NO_TRANSACTIONS = (() => {
  const fields = Buffer.from(
    "SERROR\0C08P01\0Mtransaction blocks not allowed in statement pooling mode\0\0",
    "latin1",
  );
  const head = Buffer.from("E\0\0\0\0", "latin1");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

describe("a connection that is not made", function () {
  this.timeout(20_000);

  async function withListener(behave: (socket: Socket) => void, use: (port: number) => Promise<void>) {
    const sockets: Socket[] = [];
    const listener: TcpServer = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      behave(socket);
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const address = listener.address() as { port: number };
    try {
      await use(address.port);
    } finally {
      for (const socket of sockets) socket.destroy();
      listener.close();
    }
  }

  it("says that nobody answers in time, or that something else listens there", async () => {
    await withListener(
      () => {},
      async (port) =>
        assert.equal(
          await sentenceOf(
            `postgresql://me:${PASSWORD}@127.0.0.1:${port}/db?connect_timeout=1&sslmode=disable`,
          ),
          `127.0.0.1:${port} did not answer in time: is it reachable from here?`,
        ),
    );
    await withListener(
      (socket) => socket.once("data", () => socket.destroy()),
      async (port) =>
        assert.match(
          await sentenceOf(`postgresql://me:${PASSWORD}@127.0.0.1:${port}/db?sslmode=disable`),
          /closed the connection before it was made/,
        ),
    );
    assert.match(
      await sentenceOf("postgresql://me@nowhere.invalid/db"),
      /^There is no host called nowhere.invalid/,
    );
  });

  it("knows the hosts of providers, their poolers, and what to look at there", () => {
    const named = (host: string) => {
      const provider = providerOf(host);
      return provider && `${provider.name}${provider.pooler ? " pooler" : ""}`;
    };
    assert.deepEqual(
      [
        "db.abcdefgh.supabase.co",
        "aws-0-eu-central-1.pooler.supabase.com",
        "ep-cool-1.eu-central-1.aws.neon.tech",
        "ep-cool-1-pooler.eu-central-1.aws.neon.tech",
        "db.c1.eu-central-1.rds.amazonaws.com",
        "app.proxy-c1.eu-central-1.rds.amazonaws.com",
        "localhost",
        "supabase.co.evil.example",
      ].map(named),
      [
        "Supabase",
        "Supabase pooler",
        "Neon",
        "Neon pooler",
        "Amazon RDS",
        "Amazon RDS pooler",
        undefined,
        undefined,
      ],
    );
    const say = (host: string, code: string, message: string) => {
      const address = readAddress(`postgresql://postgres:${PASSWORD}@${host}/db`);
      assert.ok(!("problem" in address));
      return explainConnection(Object.assign(new Error(message), { code }), address).message;
    };
    assert.match(
      say("db.x.supabase.co", "ENETUNREACH", "connect ENETUNREACH"),
      /did not answer in time: .*IPv6 only/,
    );
    assert.match(
      say("aws-0-eu.pooler.supabase.com", "XX000", "Tenant or user not found"),
      /^The pooler at .* does not know postgres: .*postgres\.<project reference>/,
    );
    assert.match(
      say(
        "x.rds.amazonaws.com",
        "28000",
        'no pg_hba.conf entry for host "1.2.3.4", user "postgres", no encryption',
      ),
      /lets postgres in by TLS only: sslmode=require/,
    );
    assert.match(
      say("x.example", "08P01", "unsupported startup parameter: options"),
      /^The pooler at x\.example:5432 does not pass everything on \(unsupported startup parameter: options\)/,
    );
    assert.equal(
      say("x.example", "08P01", "password authentication failed"),
      "The password for postgres at x.example:5432 is wrong.",
    );
    assert.match(
      say("x.example", "57P03", "the database system is starting up"),
      /takes no connections right now/,
    );
    assert.equal(
      say("x.example", "XX000", `odd: postgresql://postgres:${PASSWORD}@x.example/db, ${PASSWORD}`),
      "The connection to x.example:5432 failed: odd: ***, ***.",
    );
  });

  it("says through what it came in", () => {
    const power = {
      login: "web",
      superuser: false,
      bypassRls: false,
      owns: [],
      memberOf: ["app_client"],
      bound: true,
      version: 17,
      provider: "Supabase",
      pooled: true,
    };
    assert.equal(
      sayPower(power),
      "The login web can become client roles only. (PostgreSQL 17 at Supabase through a pooler)",
    );
    assert.match(sayPower({ ...power, memberOf: [] }), /^The login web can become no other role\. /);
  });

  it("finds a connection by its name, its variable or its URL, and repeats no secret", () => {
    const names = {
      connections: {
        staging: { variable: "STAGING_URL", write: true },
        production: { variable: "PRODUCTION_URL", write: false },
      },
      variable: (name: string) => ({ STAGING_URL: "postgresql://a/b", OTHER: "postgresql://c/d" })[name],
    };
    assert.deepEqual(chooseConnection("staging", names), {
      name: "staging",
      url: "postgresql://a/b",
      write: true,
    });
    assert.deepEqual(chooseConnection("OTHER", names), {
      name: "OTHER",
      url: "postgresql://c/d",
      write: undefined,
    });
    assert.deepEqual(chooseConnection("postgresql://e/f", names), {
      name: "the database",
      url: "postgresql://e/f",
      write: undefined,
    });
    assert.deepEqual(chooseConnection("production", names), {
      problem: "The connection production is in PRODUCTION_URL, and the environment has no such variable.",
    });
    assert.deepEqual(chooseConnection("prod", names), {
      problem:
        "The environment has no variable prod with a connection string. The configuration has staging, production.",
    });
  });
});
