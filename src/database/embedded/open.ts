import type { Platform } from "../../project/platform/platform.ts";
import type { Project } from "../../project/project.ts";
import { loadGrammar } from "../../source/sql/grammar.ts";
import { type Answer, type Client, QueryError, type QueryOptions, type Value } from "../client.ts";
import { Engine } from "./engine.ts";
import { extensionsNamed } from "./extensions.ts";
import { type Base, firstDifference, History, type Step } from "./history.ts";
import { findImage } from "./image.ts";
import { readBase, writeBase } from "./kept-base.ts";
import type { Migrated } from "./outcome.ts";
import { scriptsOf } from "./scripts.ts";

/** Starts an engine with the project's platform and runs its history. Rejects with QueryError where the engine cannot. */
export async function openEmbedded(
  project: Project,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const database = new EmbeddedDatabase(project, options);
  await database.ready();
  return database;
}

export interface EmbeddedOptions {
  readonly tell?: (progress: Progress) => void;
  /** What took long to run is kept there for the next process, and what an earlier one kept is used. */
  readonly folder?: string;
}

/** What the database is doing, for those who wait. */
export interface Progress {
  readonly state: "starting" | "running migrations" | "ready" | "lost";
  /** Files, of how many. */
  readonly done?: number;
  readonly total?: number;
  readonly message?: string;
}

interface Running {
  readonly project: Project;
  readonly engine: Engine;
  readonly history: History;
  /** What the engine was given; it can be given no more. */
  readonly extensions: ReadonlySet<string>;
}

/**
 * A project's database on the embedded PostgreSQL, kept warm: an edit runs again what follows it. An engine that broke
 * or was stopped is replaced when next asked.
 */
export class EmbeddedDatabase implements Client {
  readonly kind = "embedded";
  readonly #tell: (progress: Progress) => void;
  readonly #folder: string | undefined;
  #project: Project;
  #running: Running | undefined;
  /** Stays where an engine is lost. */
  #base: (Base & { readonly platform: Platform }) | undefined;
  /** One change of what runs at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Waits for a moment in which nobody asks anything. */
  #keeping: NodeJS.Timeout | undefined;
  /** What a session began on: nothing moves below it until it ends. */
  #session: Running | undefined;

  constructor(project: Project, { tell = () => {}, folder }: EmbeddedOptions = {}) {
    this.#project = project;
    this.#tell = tell;
    this.#folder = folder;
  }

  get project(): Project {
    return this.#project;
  }

  /** Takes the project as it is now; what that changes is run when the database is next asked. */
  update(project: Project): void {
    this.#project = project;
  }

  /** What running the history showed. */
  async ready(): Promise<Migrated> {
    return (await this.#current()).history.migrated;
  }

  async query(sql: string, values: readonly Value[] = [], options?: QueryOptions): Promise<Answer> {
    if (sql === "rollback") return this.#endSession();
    const { engine, history } = this.#session ?? (await this.#current());
    try {
      if (sql.startsWith("begin")) return await this.#beginSession(sql);
      if (this.#session || !history.open) return await engine.query(sql, values, options);
      return await guarded(engine, () => engine.query(sql, values, options));
    } catch (error) {
      this.#notice(error);
      throw error;
    }
  }

  async cancel(): Promise<void> {
    if (this.#running?.engine.busy) await this.#running.engine.cancel();
  }

  async close(): Promise<void> {
    if (this.#keeping && !this.#session) await this.#keep();
    clearTimeout(this.#keeping);
    await this.#turn.catch(() => {});
    const running = this.#running;
    this.#forget();
    await running?.engine.close();
  }

  /** In a transaction that is open already, a session is a savepoint. */
  async #beginSession(sql: string): Promise<Answer> {
    const running = await this.#current();
    const { engine, history } = running;
    await history.refresh();
    this.#session = running;
    if (!history.open) return engine.query(sql);
    const answer = await engine.query("savepoint rowguard_session");
    if (sql.includes("read only")) await engine.query("set transaction read only");
    return answer;
  }

  async #endSession(): Promise<Answer> {
    const session = this.#session;
    this.#session = undefined;
    // One whose engine is gone has nothing left to roll back.
    if (!session || session.engine.lost) return { columns: [], rows: [], affected: 0 };
    if (!session.history.open) return session.engine.query("rollback");
    const answer = await session.engine.query("rollback to savepoint rowguard_session");
    await session.engine.query("release savepoint rowguard_session");
    return answer;
  }

  /** Between two sessions: in one, the engine is somebody else. */
  #keep(): Promise<void> {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const kept = this.#turn.then(async () => {
      const running = this.#running;
      if (!running || running.engine.lost) return;
      if (this.#session) return this.#keepSoon();
      const base = await running.history.keep();
      if (base && this.#folder) writeBase(this.#folder, running.project.platform, base);
    });
    this.#turn = kept.catch(() => {});
    return kept.catch(() => {});
  }

  #keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => void this.#keep(), PAUSE);
    this.#keeping.unref();
  }

  #notice(error: unknown): void {
    if (!(error instanceof QueryError) || !error.lost) return;
    this.#forget();
    this.#tell({ state: "lost", message: error.message });
  }

  #forget(): void {
    this.#running = undefined;
    this.#session = undefined;
  }

  /** What runs, with the project as it is now. */
  #current(): Promise<Running> {
    const next = this.#turn.then(() => this.#bring());
    this.#turn = next.catch(() => {});
    return next;
  }

  async #bring(): Promise<Running> {
    const project = this.#project;
    const running = this.#running;
    if (running?.engine.lost) this.#forget();
    else if (running?.project === project) return running;
    const steps = await stepsOf(project);
    const first = this.#running?.history.firstChange(steps);
    try {
      this.#running =
        (await this.#follow(project, steps, first)) ?? (await this.#start(project, steps, first));
    } catch (error) {
      this.#notice(error);
      throw error;
    }
    const { history } = this.#running;
    if (history.base && !history.base.kept) this.#base = { ...history.base, platform: project.platform };
    this.#tell({ state: "ready" });
    return this.#running;
  }

  /** Where an engine can begin, if that is good for the history as it is now. */
  #baseFor({ platform }: Project, steps: readonly Step[], tail: number): Base | undefined {
    const base = this.#base;
    if (base?.platform === platform && beginsWith(steps, base, tail)) return base;
    return this.#folder && tail > 0 ? readBase(this.#folder, platform, steps.slice(0, tail)) : undefined;
  }

  /** Undefined where it takes another engine. */
  async #follow(project: Project, steps: readonly Step[], first: number | undefined) {
    const running = this.#running;
    if (!running || running.project.platform !== project.platform) return undefined;
    if (extensionsFor(project, steps).some((name) => !running.extensions.has(name))) return undefined;
    if (first !== undefined) {
      this.#tell({ state: "running migrations" });
      if (!(await running.history.follow(steps, first))) return undefined;
    }
    return { ...running, project };
  }

  async #start(project: Project, steps: readonly Step[], first: number | undefined): Promise<Running> {
    const before = this.#running;
    const tail = sessionOf(steps, Math.min(first ?? Number.POSITIVE_INFINITY, newest(steps)));
    const base = this.#baseFor(project, steps, tail);
    this.#forget();
    // Two engines at once would take twice the memory.
    await before?.engine.close();
    this.#tell({ state: "starting" });
    const extensions = extensionsFor(project, steps);
    const image = base?.image ?? (await findImage(project.platform));
    const starting = Engine.start(extensions, image, base?.kept);
    readAll(steps);
    const engine = await starting;
    try {
      const history = new History(
        engine,
        project,
        pace((done, total) => {
          this.#tell({ state: "running migrations", done, total });
        }),
      );
      const begun = performance.now();
      await history.run(steps, tail, base);
      // Who edits what is committed will do so again: the next engine is loaded before it is wanted.
      if (before && !history.open) Engine.warm();
      const took = performance.now() - begun;
      if (this.#folder && tail > 0 && base?.steps.length !== tail && took > WORTH_KEEPING) this.#keepSoon();
      return { project, engine, history, extensions: new Set(extensions) };
    } catch (error) {
      await engine.close();
      throw error;
    }
  }
}

/** ms that running a history must have taken. */
const WORTH_KEEPING = 150;

/** ms after which nobody seems to want anything. */
const PAUSE = 500;

/** Whether a history begins with what a base holds, at most up to its tail. */
const beginsWith = (steps: readonly Step[], base: Base, tail: number): boolean =>
  base.steps.length <= tail && firstDifference(steps.slice(0, base.steps.length), base.steps) === undefined;

/** Those of the platform, and those that some file asks for. */
const extensionsFor = ({ platform }: Project, steps: readonly Step[]): string[] => [
  ...new Set([
    ...extensionsNamed(platform.sql),
    ...steps.flatMap((step) => ("problem" in step ? [] : extensionsNamed(step.text))),
  ]),
];

/** Where edits are to be expected: the newest file of the history; what seeds its tables comes after. */
const newest = (steps: readonly Step[]): number =>
  Math.max(
    0,
    steps.findLastIndex((step) => "problem" in step || step.kind !== "seed"),
  );

/** What nobody has looked at yet, while the engine starts. */
function readAll(steps: readonly Step[]): void {
  for (const step of steps) if ("source" in step) void step.source;
}

/** Where the session of a file begins that goes on in another's: what it set would be lost between them. */
function sessionOf(steps: readonly Step[], index: number): number {
  const step = steps[index];
  return index > 0 && step && "continues" in step && step.continues ? sessionOf(steps, index - 1) : index;
}

async function stepsOf(project: Project): Promise<Step[]> {
  await loadGrammar();
  const steps: Step[] = [];
  for await (const step of scriptsOf(project)) steps.push(step);
  return steps;
}

/** A statement outside any session leaves an open transaction as it was, whatever becomes of it. */
async function guarded(engine: Engine, work: () => Promise<Answer>): Promise<Answer> {
  await engine.query("savepoint rowguard_query");
  try {
    const answer = await work();
    await engine.query("release savepoint rowguard_query");
    return answer;
  } catch (error) {
    if (!engine.lost) {
      await engine.query("rollback to savepoint rowguard_query");
      await engine.query("release savepoint rowguard_query");
    }
    throw error;
  }
}

/** ms between two words of progress. */
const PACE = 100;

function pace(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let next = 0;
  return (done, total) => {
    if (done > 0 && performance.now() < next) return;
    next = performance.now() + PACE;
    tell(done, total);
  };
}
