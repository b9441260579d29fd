import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";

/** Ways to connect, in the order in which they are tried: false is without TLS. */
export type Attempts = readonly (false | ConnectionOptions)[];

/**
 * What libpq's `sslmode` and its files mean. Where it would look for `~/.postgresql/root.crt` and fail without, Node's
 * own authorities stand in. A sentence where a file cannot be read or there is no such mode.
 */
export function readTls(parameters: URLSearchParams): Attempts | { readonly problem: string } {
  const root = parameters.get("sslrootcert") ?? undefined;
  const mode = parameters.get("sslmode") ?? (root === "system" ? "verify-full" : "prefer");
  if (root === "system" && mode !== "verify-full")
    return { problem: `sslrootcert=system goes with sslmode=verify-full only, not with ${mode}.` };
  try {
    const own = ownCertificate(parameters);
    const any = { ...own, rejectUnauthorized: false };
    const authority = authorityOf(root);
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
  } catch (error) {
    const { path = "a file", code = "" } = error as NodeJS.ErrnoException;
    return { problem: `${path}, which the connection string names for TLS, cannot be read (${code}).` };
  }
}

function authorityOf(root: string | undefined): { readonly ca?: string } {
  if (root === "system") return {};
  if (root !== undefined) return { ca: readFileSync(root, "utf8") };
  const usual = join(homedir(), ".postgresql", "root.crt");
  return existsSync(usual) ? { ca: readFileSync(usual, "utf8") } : {};
}

function ownCertificate(parameters: URLSearchParams): ConnectionOptions {
  const [cert, key, passphrase] = ["sslcert", "sslkey", "sslpassword"].map((name) => parameters.get(name));
  return {
    ...(cert && { cert: readFileSync(cert, "utf8") }),
    ...(key && { key: readFileSync(key, "utf8") }),
    ...(passphrase && { passphrase }),
  };
}
