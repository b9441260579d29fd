import type { Client } from "../database/client.ts";
import type { Project } from "../project/project.ts";
import type { Opened, UpdateParams } from "../protocol/database.ts";

/** One database that the host holds, embedded or live. All of it rejects with QueryError. */
export interface OpenDatabase {
  readonly client: Client;
  /** The login can become nothing but client roles. */
  readonly bound: boolean;
  /** What is known of it now. */
  readonly project: Project;
  /** What to show of it; waits until it is ready. */
  opened(): Promise<Opened>;
  update(changes: Omit<UpdateParams, "database">): Promise<Opened>;
  close(): Promise<void>;
}

/** One work after the other on each database: a statement between those of a session would be run as its identity. */
export class Turns {
  readonly #last = new WeakMap<OpenDatabase, Promise<unknown>>();

  take<T>(database: OpenDatabase, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(database) ?? Promise.resolve();
    const next = before.then(work);
    this.#last.set(
      database,
      next.catch(() => {}),
    );
    return next;
  }
}

/** Tables and views that people can ask for. */
export function relationsOf({ catalog }: Project): string[] {
  const tables = [...catalog.tables].filter(([, table]) => !table.platform).map(([key]) => key);
  const views = [...catalog.views].filter(([, view]) => !view.platform).map(([key]) => key);
  return [...tables, ...views].sort();
}
