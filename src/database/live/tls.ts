import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";

/** Ways to connect, in the order in which they are tried: false is without TLS. */
export type Attempts = readonly (false | ConnectionOptions)[];

type Problem = { readonly problem: string };

/**
 * What libpq's `sslmode` and its files mean, from the connection string, else from the environment, else from
 * `~/.postgresql`. Where libpq would look for `root.crt` there and fail without, Node's own authorities stand in. A
 * sentence where a file cannot be used or there is no such mode.
 */
export function readTls(parameters: URLSearchParams): Attempts | Problem {
  const given = (name: string) => parameters.get(name) || process.env[`PG${name.toUpperCase()}`] || undefined;
  const root = given("sslrootcert");
  const mode = given("sslmode") ?? (root === "system" ? "verify-full" : "prefer");
  if (root === "system" && mode !== "verify-full")
    return { problem: `sslrootcert=system goes with sslmode=verify-full only, not with ${mode}.` };
  try {
    const own = ownCertificate(given("sslcert"), given("sslkey"), parameters.get("sslpassword"));
    return "problem" in own ? own : attemptsFor(mode, own, authorityOf(root));
  } catch (error) {
    const { path = "a file", code = "" } = error as NodeJS.ErrnoException;
    return { problem: `${path}, which the connection string names for TLS, cannot be read (${code}).` };
  }
}

function attemptsFor(
  mode: string,
  own: ConnectionOptions,
  authority: { readonly ca?: string },
): Attempts | Problem {
  const any = { ...own, rejectUnauthorized: false };
  const chain = { ...own, ...authority, rejectUnauthorized: true };
  // The name in the certificate is verify-full's business alone.
  const anyName = { ...chain, checkServerIdentity: () => undefined };
  const modes: Readonly<Record<string, Attempts>> = {
    disable: [false],
    allow: [false, any],
    prefer: [any, false],
    // As libpq: with an authority at hand it is verified.
    require: [authority.ca === undefined ? any : anyName],
    "verify-ca": [anyName],
    "verify-full": [chain],
  };
  return Object.hasOwn(modes, mode)
    ? modes[mode]!
    : { problem: `There is no sslmode "${mode}"; there are ${Object.keys(modes).join(", ")}.` };
}

const usual = (name: string): string | undefined => {
  const path = join(homedir(), ".postgresql", name);
  return existsSync(path) ? path : undefined;
};

function authorityOf(root: string | undefined): { readonly ca?: string } {
  if (root === "system") return {};
  const path = root ?? usual("root.crt");
  return path === undefined ? {} : { ca: readFileSync(path, "utf8") };
}

function ownCertificate(
  cert = usual("postgresql.crt"),
  key = usual("postgresql.key"),
  passphrase: string | null,
): ConnectionOptions | Problem {
  if (cert === undefined) return {};
  if (key === undefined)
    return { problem: `The certificate ${cert} is of no use without its key: name it as sslkey.` };
  if (isReadByOthers(key))
    return { problem: `Others may read the key ${key}, so it is not used: chmod 600 makes it yours alone.` };
  const certificate = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  return passphrase ? { ...certificate, passphrase } : certificate;
}

/** As libpq: a key of root's may belong to a group. */
function isReadByOthers(key: string): boolean {
  if (process.platform === "win32") return false;
  const { mode, uid } = statSync(key);
  return (mode & (uid === 0 ? 0o037 : 0o077)) !== 0;
}
