import type { Project } from "../../project/project.ts";
import { EmbeddedDatabase } from "../embedded/open.ts";
import type { Failure, Note } from "../embedded/outcome.ts";
import { type ExecutedCatalog, readCatalog } from "./read.ts";

export interface Execution extends ExecutedCatalog {
  readonly failures: readonly Failure[];
  readonly notes: readonly Note[];
  /** Tables that a refused statement is about. */
  readonly doubtful: ReadonlySet<string>;
}

/** Runs a project's history on an embedded database of its own and reads back what came of it. Rejects with QueryError. */
export async function executeProject(project: Project): Promise<Execution> {
  const database = new EmbeddedDatabase(project);
  try {
    const { failures, notes, doubtful } = await database.ready();
    return { ...(await readCatalog(database, project.platform)), failures, notes, doubtful };
  } finally {
    await database.close();
  }
}
