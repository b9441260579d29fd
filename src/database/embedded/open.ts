import type { Project } from "../../project/project.ts";
import { loadGrammar } from "../../source/sql/grammar.ts";
import { type Answer, type Client, QueryError, type QueryOptions, type Value } from "../client.ts";
import { Engine } from "./engine.ts";
import { findImage } from "./image.ts";
import { type Migrated, migrate } from "./migrate.ts";

/** Starts an engine with the project's platform and runs its history. Rejects with QueryError where the engine cannot. */
export async function openEmbedded(project: Project): Promise<EmbeddedDatabase> {
  const database = new EmbeddedDatabase(project);
  await database.ready();
  return database;
}

/** A project's database on the embedded PostgreSQL. An engine that broke or was stopped is replaced when next asked. */
export class EmbeddedDatabase implements Client {
  readonly kind = "embedded";
  readonly project: Project;
  #running: Promise<{ readonly engine: Engine; readonly migrated: Migrated }> | undefined;

  constructor(project: Project) {
    this.project = project;
  }

  /** What running the history showed. */
  async ready(): Promise<Migrated> {
    return (await this.#start()).migrated;
  }

  async query(sql: string, values?: readonly Value[], options?: QueryOptions): Promise<Answer> {
    const { engine } = await this.#start();
    try {
      return await engine.query(sql, values, options);
    } catch (error) {
      if (error instanceof QueryError && error.lost) this.#running = undefined;
      throw error;
    }
  }

  async cancel(): Promise<void> {
    const running = await this.#running;
    this.#running = undefined;
    await running?.engine.cancel();
  }

  async close(): Promise<void> {
    const running = await this.#running;
    this.#running = undefined;
    await running?.engine.close();
  }

  #start() {
    this.#running ??= startEngine(this.project);
    this.#running.catch(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}

async function startEngine(project: Project) {
  await loadGrammar();
  const engine = await Engine.start(await findImage(project.platform));
  try {
    return { engine, migrated: await migrate(engine, project) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
