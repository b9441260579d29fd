import { findCacheFolder } from "../cache/cache-folder.ts";
import { QueryError } from "../database/client.ts";
import { connectLive, type LiveDatabase, type Power, sayPower } from "../database/live/connect.ts";
import { chooseConnection } from "../database/live/connections.ts";
import type { Project } from "../project/project.ts";
import type { DatabaseId, Opened, OpenLive } from "../protocol/database.ts";
import { readDatabase } from "../workspace/database-project.ts";
import { openWorkspace } from "../workspace/open.ts";
import { chooseProject } from "./embedded.ts";
import { type OpenDatabase, relationsOf } from "./open-database.ts";

/** Connects to a database of the user's. Nothing of it is changed. */
export async function openConnection(id: DatabaseId, params: OpenLive): Promise<OpenDatabase> {
  const client = await connectLive(urlOf(params.url));
  try {
    const power = await client.power();
    const project = params.folder === undefined ? undefined : await projectOf(params.folder, params.project);
    return new Connection(
      id,
      params.name,
      client,
      power,
      project ?? (await readDatabase(client, params.name)).project,
    );
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A connection string, or the variable that holds one; names of the configuration were looked up by whoever asks. */
function urlOf(given: string): string {
  const choice = chooseConnection(given, { connections: {}, variable: (name) => process.env[name] });
  if ("problem" in choice) throw new QueryError(choice.problem);
  return choice.url;
}

/** What the sources say of the database: who its tenants are. Undefined where they make no tables. */
async function projectOf(folder: string, wanted: string | undefined): Promise<Project | undefined> {
  const workspace = await openWorkspace(folder, {
    cacheFolder: findCacheFolder(folder),
    withoutCode: true,
  });
  try {
    const projects = await workspace.projects();
    if (wanted === undefined && projects.every(({ tablesFrom }) => tablesFrom === "nothing"))
      return undefined;
    return chooseProject(projects, wanted, folder);
  } finally {
    await workspace.close();
  }
}

class Connection implements OpenDatabase {
  readonly client: LiveDatabase;
  readonly bound: boolean;
  readonly #id: DatabaseId;
  readonly #name: string;
  readonly #power: Power;
  readonly project: Project;

  constructor(id: DatabaseId, name: string, client: LiveDatabase, power: Power, project: Project) {
    this.#id = id;
    this.#name = name;
    this.client = client;
    this.#power = power;
    this.bound = power.bound;
    this.project = project;
  }

  async opened(): Promise<Opened> {
    return {
      database: this.#id,
      kind: "live",
      name: this.#name,
      projects: [],
      power: sayPower(this.#power),
      powerful: this.#power.superuser || this.#power.bypassRls || this.#power.owns.length > 0,
      relations: relationsOf(this.project),
      failures: [],
      notes: [],
      doubtful: [],
    };
  }

  /** A connection follows no files: what is known of it was read when it was opened. */
  update(): Promise<Opened> {
    return this.opened();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
