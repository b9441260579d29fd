import type { LiveDatabase, Power } from "../database/live/connect.ts";
import type { ConnectionChoice } from "../database/live/connections.ts";
import type { Configuration } from "../lint/configuration.ts";
import { environmentOf } from "./environment.ts";
import type { Folder } from "./folders.ts";
import { CannotRun, type Terminal } from "./terminal.ts";

export interface Connected {
  readonly client: LiveDatabase;
  readonly power: Power;
  readonly choice: ConnectionChoice;
}

/**
 * Connects to what `--database` names, and says first what the login may do. Throws CannotRun for a name that nobody
 * has; rejects with QueryError where the server cannot be reached.
 */
export async function connectTo(
  given: string,
  { folder, configuration }: { readonly folder: Folder; readonly configuration: Configuration },
  terminal: Terminal,
): Promise<Connected> {
  const { chooseConnection } = await import("../database/live/connections.ts");
  const { connectLive, sayPower } = await import("../database/live/connect.ts");
  const names = { connections: configuration.connections ?? {}, variable: environmentOf(folder.root) };
  const choice = chooseConnection(given, names);
  if ("problem" in choice) throw new CannotRun(choice.problem);
  const client = await connectLive(choice.url);
  try {
    const power = await client.power();
    terminal.complain(`${sayPower(power)}\n`);
    return { client, power, choice };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Lets `work` use a connection, closes it whatever happens, and turns what the database says into one sentence. */
export async function withConnection<T>(
  given: string,
  around: { readonly folder: Folder; readonly configuration: Configuration },
  terminal: Terminal,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const { QueryError } = await import("../database/client.ts");
  let connected: Connected | undefined;
  try {
    connected = await connectTo(given, around, terminal);
    return await work(connected);
  } catch (error) {
    throw error instanceof QueryError ? new CannotRun(error.message) : error;
  } finally {
    await connected?.client.close();
  }
}
