import { QueryError } from "../database/client.ts";
import type { DatabaseId, DatabaseState, Opened, OpenLive, OpenParams } from "../protocol/database.ts";
import { openEmbeddedProject } from "./embedded.ts";
import type { OpenDatabase } from "./open-database.ts";

export type Tell = (state: DatabaseState) => void;

/** The databases that are open, each once: whoever opens one again is given it. */
export class Databases {
  readonly #tell: Tell;
  readonly #ids = new Map<string, DatabaseId>();
  readonly #open = new Map<DatabaseId, Promise<OpenDatabase>>();
  #last: DatabaseId = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  async open(params: OpenParams): Promise<Opened> {
    const key = keyOf(params);
    const known = this.#ids.get(key);
    if (known !== undefined) {
      const opened = await this.#again(known, params);
      if (opened) return opened;
      await this.close(known);
    }
    const id = ++this.#last;
    this.#ids.set(key, id);
    const opening =
      params.kind === "embedded" ? openEmbeddedProject(id, params, this.#tell) : openLive(id, params);
    this.#open.set(id, opening);
    try {
      return await (await opening).opened();
    } catch (error) {
      await this.close(id);
      throw error;
    }
  }

  /** Rejects with QueryError where it is closed. */
  async get(id: DatabaseId): Promise<OpenDatabase> {
    const found = this.#open.get(id);
    if (!found) throw new QueryError("That database is no longer open.", { lost: true });
    return found;
  }

  async close(id: DatabaseId): Promise<void> {
    const closing = this.#open.get(id);
    this.#open.delete(id);
    for (const [key, each] of this.#ids) if (each === id) this.#ids.delete(key);
    const database = await closing?.catch(() => undefined);
    await database?.close();
  }

  /** Undefined where a connection does not answer any more and wants another. */
  async #again(id: DatabaseId, params: OpenParams): Promise<Opened | undefined> {
    const database = await this.get(id);
    if (params.kind === "embedded") return database.update({ ...(params.texts && { texts: params.texts }) });
    try {
      await database.client.query("select 1");
      return await database.opened();
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
  }
}

/** The client takes a tenth of a second to load, which no embedded database should wait for. */
const openLive = async (id: DatabaseId, params: OpenLive): Promise<OpenDatabase> =>
  (await import("./live.ts")).openConnection(id, params);

const keyOf = (params: OpenParams): string =>
  JSON.stringify(
    params.kind === "embedded"
      ? [params.folder, params.project]
      : [params.url, params.name, params.folder, params.project],
  );
