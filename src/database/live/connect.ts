import { readFileSync } from "node:fs";
import pg from "pg";
import { type Answer, type Client, QueryError, type QueryOptions, type Value } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import { explainConnection, mask } from "./sentences.ts";

/** ms to wait for a server. */
const PATIENCE = 10_000;

/** Connects to a database by its URL, as libpq reads it. Rejects with QueryError: one sentence, without the password. */
export async function connectLive(url: string): Promise<LiveDatabase> {
  const config = configOf(url);
  if ("problem" in config) throw new QueryError(config.problem);
  for (const ssl of config.attempts) {
    const client = new pg.Client({ ...config.options, ssl });
    try {
      await client.connect();
      return new LiveDatabase(client, url);
    } catch (error) {
      await client.end().catch(() => {});
      const last = ssl === config.attempts.at(-1);
      if (!last && isAboutTls(error)) continue;
      throw explainConnection(error, url);
    }
  }
  throw new QueryError("There was no way to connect.");
}

/** `prefer` takes TLS where the server has it, and goes on without where it has not. */
const isAboutTls = (error: unknown): boolean =>
  error instanceof Error && /SSL connections|no pg_hba|ssl/i.test(error.message);

interface Config {
  readonly options: pg.ClientConfig;
  /** TLS settings to try, in order. */
  readonly attempts: readonly (
    | false
    | { rejectUnauthorized: boolean; ca?: string; checkServerIdentity?: () => undefined }
  )[];
}

function configOf(url: string): Config | { readonly problem: string } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { problem: "The connection string is no URL such as postgresql://user@host:5432/database." };
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol))
    return {
      problem: `The connection string begins with ${parsed.protocol}//; PostgreSQL's begins with postgresql://.`,
    };
  const mode = parsed.searchParams.get("sslmode") ?? "prefer";
  const root = parsed.searchParams.get("sslrootcert");
  // What Prisma and poolers add is not for the server.
  const stripped = new URL(url);
  stripped.search = "";
  const attempts = tlsFor(mode, root);
  if (!attempts) return { problem: `There is no sslmode "${mode}".` };
  return {
    attempts,
    options: {
      connectionString: stripped.href,
      connectionTimeoutMillis: PATIENCE,
      application_name: "rowguard",
      // Every value as PostgreSQL writes it.
      types: { getTypeParser: () => (text: string | Buffer) => String(text) } as pg.CustomTypesConfig,
    },
  };
}

function tlsFor(mode: string, root: string | null): Config["attempts"] | undefined {
  const ca = root ? { ca: readFileSync(root, "utf8") } : {};
  const any = { rejectUnauthorized: false };
  switch (mode) {
    case "disable":
      return [false];
    case "allow":
      return [false, any];
    case "prefer":
      return [any, false];
    case "require":
      return [root ? { rejectUnauthorized: true, ...ca, checkServerIdentity: () => undefined } : any];
    case "verify-ca":
      return [{ rejectUnauthorized: true, ...ca, checkServerIdentity: () => undefined }];
    case "verify-full":
      return [{ rejectUnauthorized: true, ...ca }];
    default:
      return undefined;
  }
}

/** The user's own database. What it says in errors has no secret in it. */
export class LiveDatabase implements Client {
  readonly kind = "live";
  readonly #client: pg.Client;
  readonly #url: string;
  #pid: number | undefined;
  #lost: string | undefined;

  constructor(client: pg.Client, url: string) {
    this.#client = client;
    this.#url = url;
    this.#pid = (client as unknown as { processID?: number }).processID;
    client.on("error", () => {
      this.#lost ??= "The connection to the database was lost.";
    });
    client.on("end", () => {
      this.#lost ??= "The connection to the database was closed.";
    });
  }

  async query(sql: string, values: readonly Value[] = [], options: QueryOptions = {}): Promise<Answer> {
    if (this.#lost) throw new QueryError(this.#lost, { lost: true });
    const timer =
      options.timeLimit === undefined ? undefined : setTimeout(() => void this.cancel(), options.timeLimit);
    try {
      // Parameters, even none, make it the extended protocol: the server refuses a second statement.
      const query = { text: sql, values: values as unknown[], rowMode: "array", queryMode: "extended" };
      const result = (await this.#client.query(query as pg.QueryArrayConfig)) as pg.QueryArrayResult<
        (string | null)[]
      >;
      const columns = result.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
      return { columns, rows: result.rows, affected: result.rowCount ?? 0 };
    } catch (error) {
      throw this.#explain(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks the server, on a connection of its own, to stop what this one runs. */
  async cancel(): Promise<void> {
    if (this.#pid === undefined) return;
    let other: LiveDatabase | undefined;
    try {
      other = await connectLive(this.#url);
      await other.query("select pg_cancel_backend($1::int)", [String(this.#pid)]);
    } catch {
      // The statement's own time limit stays.
    } finally {
      await other?.close();
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** What the login may do besides being a client. */
  async power(): Promise<Power> {
    const { rows } = await this.query(sessionSql.power);
    const [login = "", superuser, bypass, owns, members, strong, version] = rows[0] ?? [];
    const may = JSON.parse(strong ?? "[]") as string[];
    const owned = JSON.parse(owns ?? "[]") as string[];
    return {
      login: login ?? "",
      superuser: superuser === "t",
      bypassRls: bypass === "t",
      owns: owned,
      memberOf: JSON.parse(members ?? "[]"),
      bound: superuser !== "t" && bypass !== "t" && owned.length === 0 && may.length === 0,
      version: Math.floor(Number(version) / 10_000),
    };
  }

  #explain(error: unknown): QueryError {
    const { message = String(error), code, position, hint } = error as Record<string, string | undefined>;
    const server = code !== undefined && /^[0-9A-Z]{5}$/.test(code);
    const ended = server && /^(57P0|08)/.test(code);
    if (!server || ended) {
      this.#lost ??= `The connection to the database was lost: ${mask(message, this.#url)}.`;
      return new QueryError(this.#lost, { lost: true });
    }
    return new QueryError(mask(message, this.#url), {
      code,
      position: position ? Number(position) : undefined,
      hint,
    });
  }
}

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
}

/** The login's power in one sentence, to be said before anything else. */
export function sayPower({ login, superuser, bypassRls, owns, bound, version }: Power): string {
  const powers = [
    superuser && "is a superuser",
    bypassRls && "bypasses row-level security",
    owns.length > 0 &&
      `owns ${owns.length === 1 ? owns[0] : `${owns.length} tables`}, whose policies do not apply to it`,
  ].filter((each) => each !== false);
  if (powers.length) return `The login ${login} ${listed(powers)}. (PostgreSQL ${version})`;
  return bound
    ? `The login ${login} can become client roles only. (PostgreSQL ${version})`
    : `The login ${login} can become roles that own tables or bypass row-level security. (PostgreSQL ${version})`;
}

/** `a, b, and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;
