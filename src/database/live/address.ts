import type pg from "pg";
import { type Attempts, readTls } from "./tls.ts";

/** Where a connection string leads, and how to get there. */
export interface Address {
  readonly options: pg.ClientConfig;
  readonly attempts: Attempts;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Texts that nobody may see. */
  readonly secrets: readonly string[];
}

/** ms to wait for a server, unless `connect_timeout` says otherwise. */
const PATIENCE = 10_000;

/** Reads a URL as libpq does. A sentence where it is none; what it says is not repeated, as it may hold a password. */
export function readAddress(url: string): Address | { readonly problem: string } {
  const parsed = parse(url);
  if ("problem" in parsed) return parsed;
  const { searchParams } = parsed;
  const attempts = readTls(searchParams);
  if ("problem" in attempts) return attempts;
  const user = decode(parsed.username) || searchParams.get("user") || process.env.PGUSER || "";
  const password = decode(parsed.password) || searchParams.get("password") || "";
  const host =
    decode(parsed.hostname).replace(/^\[|\]$/g, "") ||
    searchParams.get("host") ||
    process.env.PGHOST ||
    "localhost";
  const port = Number(parsed.port || searchParams.get("port") || process.env.PGPORT || 5432);
  const database =
    decode(parsed.pathname.slice(1)) || searchParams.get("dbname") || process.env.PGDATABASE || user;
  const seconds = Number(searchParams.get("connect_timeout"));
  return {
    attempts,
    host,
    port,
    user,
    database,
    secrets: [url, password, parsed.password, searchParams.get("sslpassword") ?? ""].filter((each) => each),
    options: {
      host,
      port,
      ...(user && { user }),
      ...(database && { database }),
      ...(password && { password }),
      connectionTimeoutMillis: seconds > 0 ? seconds * 1000 : PATIENCE,
      application_name: "rowguard",
      ...optional("options", searchParams.get("options")),
      ...(searchParams.get("channel_binding") === "require" && { enableChannelBinding: true }),
      ...(searchParams.get("sslnegotiation") === "direct" && { sslnegotiation: "direct" as const }),
      // Every value as PostgreSQL writes it.
      types: { getTypeParser: () => (text: string | Buffer) => String(text) } as pg.CustomTypesConfig,
    },
  };
}

const optional = <Key extends string>(key: Key, value: string | null): { [_ in Key]?: string } =>
  value ? ({ [key]: value } as { [_ in Key]?: string }) : {};

function parse(url: string): URL | { readonly problem: string } {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url.trim())?.[1];
  if (scheme === undefined)
    return { problem: "The connection string is no URL such as postgresql://user@host:5432/database." };
  if (!/^postgres(ql)?$/i.test(scheme))
    return {
      problem: `The connection string begins with ${scheme}://; PostgreSQL's begins with postgresql://.`,
    };
  try {
    return new URL(url.trim());
  } catch {
    return {
      problem:
        "The connection string cannot be read as a URL: signs such as @ : / # ? % in the password are written as %40 %3A %2F %23 %3F %25.",
    };
  }
}

/** Percent signs that encode nothing stay as they are. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text without the secrets of a connection string. */
export const mask = (text: string, { secrets }: Pick<Address, "secrets">): string =>
  secrets.reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
