import type { Project } from "../../project/project.ts";
import type { Client } from "../client.ts";
import { EmbeddedDatabase, type EmbeddedOptions } from "../embedded/open.ts";
import type { Failure, Note } from "../embedded/outcome.ts";
import { type ExecutedCatalog, readCatalog } from "./read.ts";

export interface Execution extends ExecutedCatalog {
  readonly failures: readonly Failure[];
  readonly notes: readonly Note[];
  /** Tables that a refused statement is about. */
  readonly doubtful: ReadonlySet<string>;
}

/**
 * Runs a project's history on an embedded database of its own and reads back what came of it; `also` may ask that
 * database more while it is there. Rejects with QueryError.
 */
export async function executeProject(
  project: Project,
  also?: (database: Client) => Promise<void>,
  options: EmbeddedOptions = {},
): Promise<Execution> {
  const database = new EmbeddedDatabase(project, options);
  try {
    const { failures, notes, doubtful } = await database.ready();
    const catalog = await readCatalog(database, project.platform);
    await also?.(database);
    return { ...catalog, failures, notes, doubtful };
  } finally {
    await database.close();
  }
}
