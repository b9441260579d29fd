import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import {
  type Answer,
  type Client,
  isSqlState,
  QueryError,
  type QueryOptions,
  type Value,
} from "../client.ts";
import { type Address, mask, readAddress } from "./address.ts";
import { stopBackend } from "./cancel.ts";
import { type Power, readPower } from "./power.ts";
import { providerOf } from "./provider.ts";
import { explainConnection } from "./sentences.ts";

export { type Power, sayPower } from "./power.ts";

/** Connects to a database by its URL, as libpq reads it. Rejects with QueryError: one sentence, without the password. */
export async function connectLive(url: string): Promise<LiveDatabase> {
  const address = readAddress(url);
  if ("problem" in address) throw new QueryError(address.problem);
  return new LiveDatabase(address, await connect(address));
}

async function connect(address: Address): Promise<Connected> {
  const { attempts, options } = address;
  for (const [i, ssl] of attempts.entries()) {
    const client = new pg.Client({ ...options, ssl, pipeline: true });
    // What goes wrong between here and the first query is said by whoever waits.
    client.on("error", () => {});
    try {
      await client.connect();
      return { client, ssl };
    } catch (error) {
      await client.end().catch(() => {});
      if (i < attempts.length - 1 && isAboutTls(error)) continue;
      throw explainConnection(error, address);
    }
  }
  throw new QueryError("There was no way to connect.");
}

interface Connected {
  readonly client: pg.Client;
  readonly ssl: false | ConnectionOptions;
}

/** `prefer` takes TLS where the server has it, and goes on without where it has not; `allow` the other way round. */
const isAboutTls = (error: unknown): boolean =>
  error instanceof Error &&
  /SSL|TLS|no pg_hba|EPROTO/i.test(`${error.message} ${(error as { code?: string }).code}`);

type Result = pg.QueryArrayResult<(string | null)[]>;

const answerOf = ({ fields, rows, rowCount }: Result): Answer => ({
  columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
  rows,
  affected: rowCount ?? 0,
});

/** What pg knows of a connection and its types do not say. */
interface Inside {
  readonly processID?: number | null;
  readonly secretKey?: number | null;
  readonly connection: {
    readonly stream: NodeJS.EventEmitter & { destroy(): void; cork(): void; uncork(): void };
  };
}

/** Bytes that the answer to one statement may have. */
const MOST = 64 * 1024 * 1024;

/** ms that a cancelled statement has to stop before its backend is ended. */
const MERCY = 2_000;

/** The user's own database. What it says in errors has no secret in it. */
export class LiveDatabase implements Client {
  readonly kind = "live";
  readonly pipelined = true;
  readonly #address: Address;
  #client!: pg.Client;
  #inside!: Inside;
  #ssl!: false | ConnectionOptions;
  #lost: QueryError | undefined;
  #bytes = 0;
  /** Statements that were sent, and that are through: they are answered in their order. */
  #sent = 0;
  #through = 0;
  /** Something waits to leave. */
  #corked = false;

  constructor(address: Address, connected: Connected) {
    this.#address = address;
    this.#take(connected);
  }

  #take({ client, ssl }: Connected): void {
    this.#client = client;
    this.#inside = client as unknown as Inside;
    this.#ssl = ssl;
    this.#lost = undefined;
    const lose = (what: string) => {
      if (this.#client === client)
        this.#lost ??= new QueryError(`The connection to the database was ${what}.`, { lost: true });
    };
    client.on("error", () => lose("lost"));
    client.on("end", () => lose("closed"));
    // Before what it is read by: a value of a gigabyte would end the process there.
    this.#inside.connection.stream.prependListener("data", (chunk: Buffer) =>
      this.#count(chunk.length, client),
    );
  }

  #count(bytes: number, client: pg.Client): void {
    this.#bytes += bytes;
    if (this.#bytes <= MOST || this.#client !== client || this.#lost) return;
    this.#lost = new QueryError(
      `The rows are larger than ${MOST / 1024 / 1024} MB; ask for fewer rows or shorter values.`,
      { code: "54000", lost: true },
    );
    this.#inside.connection.stream.destroy();
  }

  async query(sql: string, values: readonly Value[] = [], options: QueryOptions = {}): Promise<Answer> {
    // Parameters, even none, make it the extended protocol: the server refuses a second statement.
    const [answer] = await this.#send(
      { text: sql, values: values as unknown[], queryMode: "extended" },
      options,
    );
    return answer!;
  }

  batch(statements: readonly string[], options: QueryOptions = {}): Promise<readonly Answer[]> {
    return this.#send({ text: statements.join(";\n") }, options);
  }

  async #send(query: pg.QueryConfig & { queryMode?: string }, options: QueryOptions): Promise<Answer[]> {
    if (this.#lost) throw this.#lost;
    const timer =
      options.timeLimit === undefined ? undefined : setTimeout(() => void this.cancel(), options.timeLimit);
    this.#bytes = 0;
    this.#sent++;
    this.#gather();
    try {
      const asked = this.#client.query({ ...query, rowMode: "array" } as pg.QueryArrayConfig);
      const results = (await asked) as Result | readonly Result[];
      return (Array.isArray(results) ? results : [results]).map(answerOf);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      clearTimeout(timer);
      this.#through++;
    }
  }

  /** What is asked in one go leaves in one packet: each would wake the server, and us with its answer. */
  #gather(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = this.#inside.connection;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  async renew(): Promise<void> {
    if (!this.#lost) return;
    const lost = this.#client;
    this.#take(await connect(this.#address));
    await lost.end().catch(() => {});
  }

  /** Asks the server to stop what this connection runs; what does not stop then is ended with its connection. */
  async cancel(): Promise<void> {
    const { processID, secretKey } = this.#inside;
    if (this.#sent === this.#through || processID == null || secretKey == null) return;
    const running = this.#through;
    await stopBackend(this.#address, this.#ssl, processID, secretKey);
    const end = setTimeout(() => void this.#terminate(running, processID), MERCY);
    end.unref();
  }

  /** A function may catch what cancels it; nothing catches this. */
  async #terminate(running: number, processID: number): Promise<void> {
    if (this.#through !== running || this.#lost) return;
    this.#lost = new QueryError(
      "The statement did not stop when it was cancelled; its connection was ended.",
      {
        code: "57014",
        lost: true,
      },
    );
    try {
      const { client: other } = await connect(this.#address);
      // Behind a pooler the number may be somebody else's.
      await other
        .query(
          "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and application_name = 'rowguard' and usename = current_user and state = 'active'",
          [processID],
        )
        .catch(() => {});
      await other.end();
    } catch {
      // The server's own limits stay.
    }
    this.#inside.connection.stream.destroy();
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** What the login may do besides being a client. */
  power(): Promise<Power> {
    return readPower(this, this.#inside.processID ?? undefined, providerOf(this.#address.host));
  }

  #explain(error: unknown): QueryError {
    const { message = String(error), code, position, hint } = error as Record<string, string | undefined>;
    const server = isSqlState(code);
    const ended = server && /^(57P0|08)/.test(code);
    if (/statement pooling mode/.test(message)) this.#lost ??= explainConnection(error, this.#address);
    if (!server || ended) {
      this.#lost ??= new QueryError(
        `The connection to the database was lost: ${mask(message, this.#address).replace(/\.$/, "")}.`,
        { lost: true },
      );
      return this.#lost;
    }
    return new QueryError(mask(message, this.#address), {
      code,
      position: position ? Number(position) : undefined,
      ...(hint && { hint: mask(hint, this.#address) }),
    });
  }
}
