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

/** What the database is doing, for those who wait. */
export interface Progress {
  readonly state: "starting" | "running migrations" | "ready" | "lost";
  /** Files, of how many. */
  readonly done?: number;
  readonly total?: number;
  readonly message?: string;
}

/** A project's database on the embedded PostgreSQL. An engine that broke or was stopped is replaced when next asked. */
export class EmbeddedDatabase implements Client {
  readonly kind = "embedded";
  #project: Project;
  readonly #tell: (progress: Progress) => void;
  #running: Promise<{ readonly engine: Engine; readonly migrated: Migrated }> | undefined;

  constructor(project: Project, tell: (progress: Progress) => void = () => {}) {
    this.#project = project;
    this.#tell = tell;
  }

  get project(): Project {
    return this.#project;
  }

  /** Takes the project as it is now. Where it makes another database, that one is started when next asked. */
  update(project: Project): void {
    const before = this.#project;
    this.#project = project;
    if (isSameHistory(before, project)) return;
    const running = this.#running;
    this.#running = undefined;
    void running?.then(({ engine }) => engine.close()).catch(() => {});
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
      if (error instanceof QueryError && error.lost) {
        this.#running = undefined;
        this.#tell({ state: "lost", message: error.message });
      }
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
    if (this.#running) return this.#running;
    const running = startEngine(this.#project, this.#tell);
    this.#running = running;
    running.catch(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }
}

async function startEngine(project: Project, tell: (progress: Progress) => void) {
  tell({ state: "starting" });
  await loadGrammar();
  const engine = await Engine.start(await findImage(project.platform));
  try {
    tell({ state: "running migrations" });
    const migrated = await migrate(engine, project);
    tell({ state: "ready" });
    return { engine, migrated };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

const isSameHistory = (before: Project, after: Project): boolean =>
  before.platform === after.platform &&
  before.history.length === after.history.length &&
  after.history.every(({ source, kind }, index) => {
    const other = before.history[index]!;
    return other.source === source && other.kind === kind;
  });
