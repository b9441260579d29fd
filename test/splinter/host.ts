import pg from "pg";
import { QueryError } from "../../src/database/client.ts";
import type { Runner } from "../../src/database/embedded/engine.ts";
import { History } from "../../src/database/embedded/history.ts";
import { preparePlatform } from "../../src/database/embedded/image.ts";
import { scriptsOf } from "../../src/database/embedded/scripts.ts";
import type { Platform } from "../../src/project/platform/platform.ts";
import type { Project } from "../../src/project/project.ts";
import { quoteIdentifier, quoteLiteral } from "../../src/text/quote.ts";
import { type Server, startServer } from "../database/server.ts";

const TEMPLATE = "platform";

/** A real PostgreSQL on which databases of one platform are made. */
export class Host {
  readonly #server: Server;
  readonly #platform: Platform;
  readonly #admin: Session;
  #made = 0;

  private constructor(server: Server, platform: Platform, admin: Session) {
    this.#server = server;
    this.#platform = platform;
    this.#admin = admin;
  }

  /** Undefined where no server can run here. */
  static async start(platform: Platform): Promise<Host | undefined> {
    const server = await startServer(18);
    if (!server) return undefined;
    const admin = await Session.open(server.url());
    await admin.run(`create database ${TEMPLATE}`);
    const inside = await Session.open(urlOf(server, TEMPLATE));
    await preparePlatform(inside, platform, TEMPLATE);
    await inside.close();
    return new Host(server, platform, admin);
  }

  /** A new database as the platform's projects find it. */
  async create(exposedSchemas: readonly string[]): Promise<string> {
    const name = `made_${this.#made++}`;
    const owner = quoteIdentifier(this.#platform.migrationRole);
    await this.#admin.run(`create database ${name} template ${TEMPLATE} owner ${owner}`);
    await this.#admin.run(
      `alter database ${name} set "pgrst.db_schemas" = ${quoteLiteral(exposedSchemas.join(", "))}`,
    );
    return urlOf(this.#server, name);
  }

  async drop(url: string): Promise<void> {
    await this.#admin.run(`drop database ${url.slice(url.lastIndexOf("/") + 1)} with (force)`);
  }

  /** A project's history in a database of its own; how many of its statements PostgreSQL refused. */
  async load(project: Project): Promise<{ readonly url: string; readonly refused: number }> {
    const url = await this.create(project.settings.exposedSchemas);
    const session = await Session.open(url);
    const steps = [];
    for await (const step of scriptsOf(project)) steps.push(step);
    const history = new History(session, project);
    await history.run(steps, steps.length);
    await session.close();
    return { url, refused: history.migrated.failures.length };
  }

  async stop(): Promise<void> {
    await this.#admin.close();
    await this.#server.stop();
  }
}

const urlOf = (server: Server, database: string): string => server.url().replace(/[^/]*$/, database);

/** A connection as a superuser, on which a history runs as on the embedded engine. */
export class Session implements Runner {
  readonly lost = false;
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<Session> {
    const client = new pg.Client(url);
    client.on("error", () => {});
    await client.connect();
    return new Session(client);
  }

  async run(sql: string): Promise<void> {
    await this.#ask({ text: sql });
  }

  async query(sql: string, values: readonly unknown[] = []) {
    const types = { getTypeParser: () => (text: string) => text };
    const { rows } = await this.#ask({ text: sql, values: [...values], rowMode: "array", types });
    return { columns: [], rows: rows as unknown as (string | null)[][], affected: 0 };
  }

  async #ask(query: pg.QueryConfig & { rowMode?: string }): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(query);
    } catch (error) {
      const { message, code = "" } = error as Error & { code?: string };
      throw new QueryError(message, { code, lost: code === "" });
    }
  }

  /** Hears what the server notes; gives what ends that. */
  hear(told: (message: string) => void): () => void {
    const listen = ({ message }: { message?: string | undefined }) => told(message ?? "");
    this.#client.on("notice", listen);
    return () => this.#client.off("notice", listen);
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
