import type { Client } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import type { Provider } from "./provider.ts";

/** What a login may do besides being a client, and what it talks to. */
export interface Power {
  readonly login: string;
  readonly superuser: boolean;
  readonly bypassRls: boolean;
  /** Tables whose policies do not apply to the login, unless forced. */
  readonly owns: readonly string[];
  readonly memberOf: readonly string[];
  /** It can become nothing but client roles: no statement leaves its identity unseen. */
  readonly bound: boolean;
  /** PostgreSQL's major version. */
  readonly version: number;
  /** Whose server it is, where its name tells. */
  readonly provider?: string;
  /** Other clients share the connection: only what a transaction holds is kept. */
  readonly pooled: boolean;
}

/** `backend` is the process that the connection was told of: behind a pooler another one answers. */
export async function readPower(
  client: Client,
  backend: number | undefined,
  provider: Provider | undefined,
): Promise<Power> {
  const { rows } = await client.query(sessionSql.power);
  const [login, superuser, bypass, owns, members, strong, version, pid] = rows[0] ?? [];
  const owned = JSON.parse(owns ?? "[]") as string[];
  const stronger = JSON.parse(strong ?? "[]") as string[];
  return {
    login: login ?? "",
    superuser: superuser === "t",
    bypassRls: bypass === "t",
    owns: owned,
    memberOf: JSON.parse(members ?? "[]"),
    bound: superuser !== "t" && bypass !== "t" && owned.length === 0 && stronger.length === 0,
    version: Math.floor(Number(version) / 10_000),
    ...(provider && { provider: provider.name }),
    pooled: provider?.pooler === true || (backend !== undefined && Number(pid) !== backend),
  };
}

/** The login's power in one sentence, to be said before anything else. */
export function sayPower(power: Power): string {
  const { login, superuser, bypassRls, owns, memberOf, bound } = power;
  const powers = [
    superuser && "is a superuser",
    bypassRls && "bypasses row-level security",
    owns.length > 0 &&
      `owns ${owns.length === 1 ? owns[0] : `${owns.length} tables`}, whose policies do not apply to it`,
  ].filter((each) => each !== false);
  if (powers.length) return `The login ${login} ${listed(powers)}. (${sayServer(power)})`;
  return bound
    ? `The login ${login} can become ${memberOf.length ? "client roles only" : "no other role"}. (${sayServer(power)})`
    : `The login ${login} can become roles that own tables or bypass row-level security. (${sayServer(power)})`;
}

const sayServer = ({ version, provider, pooled }: Power): string =>
  [`PostgreSQL ${version}`, provider && `at ${provider}`, pooled && "through a pooler"]
    .filter(Boolean)
    .join(" ");

/** `a, b, and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;
