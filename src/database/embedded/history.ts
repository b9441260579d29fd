import type { Project } from "../../project/project.ts";
import { quoteIdentifier, quoteLiteral } from "../../text/quote.ts";
import type { Runner } from "./engine.ts";
import { type Migrated, type Outcome, problemOutcome, summarise } from "./outcome.ts";
import { runScript } from "./run-script.ts";
import { mayRunInside, mayRunWhole, type Problem, type Script, wholeSql } from "./scripts.ts";

export type Step = Script | Problem;

/** A database as it stands after the first files of a history, to begin from again. */
export interface Base {
  readonly steps: readonly Step[];
  readonly outcomes: readonly Outcome[];
  /** What the owner's role brings along into every session. */
  readonly session: string;
  readonly image: Uint8Array;
  /** It lies in a file, too, and its image is given away to the engine that begins with it. */
  readonly kept?: true;
}

/** ms after which the clock of an open transaction, which stands still, is too old. */
const STALE = 60_000;

/** Files that are sent to the engine at once. */
const BATCH = 32;

/** Newest files that each have a savepoint of their own; an older edit goes back to the first of the tail. */
const SAVEPOINTS = 20;

/**
 * A project's history on one engine. All but its tail is committed; the tail stands in one open transaction, file by
 * file behind savepoints, so that an edit there takes back and runs again what it changes and nothing else.
 */
export class History {
  readonly #engine: Runner;
  readonly #project: Project;
  readonly #tell: (done: number, total: number) => void;
  #steps: readonly Step[] = [];
  #outcomes: Outcome[] = [];
  /** Index of the first file of the open transaction. */
  #tail: number | undefined;
  /** Files of the open transaction that a savepoint stands before. */
  #savepoints: number[] = [];
  #begun = 0;
  #took = 0;
  #session = "";
  #base: Base | undefined;

  constructor(engine: Runner, project: Project, tell: (done: number, total: number) => void = () => {}) {
    this.#engine = engine;
    this.#project = project;
    this.#tell = tell;
  }

  /** A transaction is open: whoever wants one of his own must make do with a savepoint in it. */
  get open(): boolean {
    return this.#tail !== undefined;
  }

  get migrated(): Migrated {
    return summarise(this.#outcomes);
  }

  /**
   * Runs everything that the base, from which the engine began, does not hold; from `tail` on behind savepoints, where
   * that can be. Rejects when the engine breaks.
   */
  async run(steps: readonly Step[], tail: number, base?: Base): Promise<void> {
    this.#session = base?.session ?? (await sessionOf(this.#engine, this.#project.platform.migrationRole));
    this.#steps = steps;
    this.#outcomes = [...(base?.outcomes ?? [])];
    this.#base = base;
    await this.#commit(tail);
    if (!(await this.#runTail(tail))) await this.#commitTail(tail);
  }

  /** Where to begin anew for an edit of what is committed; undefined where that is at the very beginning. */
  get base(): Base | undefined {
    return this.#base;
  }

  /** Where another engine could begin, so that it has the newest files alone to run; in no session. */
  async keep(): Promise<Base | undefined> {
    if (this.#tail) await this.#keep(this.#tail);
    return this.#base;
  }

  /** What will be edited again and cannot be taken back is run on a database that can be had again. */
  async #commitTail(tail: number): Promise<void> {
    if (this.#base?.steps.length !== tail && tail > 0) await this.#keep(tail);
    await this.#commit(this.#steps.length);
  }

  /** What is committed now is the first so many files. */
  async #keep(count: number): Promise<void> {
    const image = await this.#engine.dump?.();
    this.#base = image && {
      steps: this.#steps.slice(0, count),
      outcomes: this.#outcomes.slice(0, count),
      session: this.#session,
      image,
    };
  }

  /** The first file that differs from what ran; undefined where none does. */
  firstChange(steps: readonly Step[]): number | undefined {
    return firstDifference(steps, this.#steps);
  }

  /** Goes back to before the first changed file and runs what follows. False where that is committed: begin anew. */
  async follow(steps: readonly Step[], first: number): Promise<boolean> {
    if (this.#tail === undefined || first < this.#tail) return false;
    const from = goesOn(steps, this.#outcomes.length, first)
      ? first
      : this.#savepoints.findLast((each) => each <= first)!;
    this.#steps = steps;
    if (from < this.#outcomes.length) await this.#engine.run(`rollback to savepoint rowguard_file_${from}`);
    if (await this.#runInside(from)) return true;
    const tail = this.#tail;
    await this.#engine.run("rollback");
    this.#tail = undefined;
    this.#outcomes.length = tail;
    await this.#commitTail(tail);
    return true;
  }

  /** An open transaction's clock stands still: one that is old is begun again, or ended where that would take long. */
  async refresh(now = Date.now()): Promise<void> {
    if (this.#tail === undefined || now - this.#begun < STALE) return;
    const tail = this.#tail;
    if (this.#took > 200) {
      await this.#keep(tail);
      await this.#engine.run("commit");
      this.#tail = undefined;
    } else {
      await this.#engine.run("rollback");
      this.#tail = undefined;
      if (!(await this.#runTail(tail))) await this.#commitTail(tail);
    }
  }

  async #commit(until: number): Promise<void> {
    this.#outcomes.length = Math.min(this.#outcomes.length, until);
    while (this.#outcomes.length < until) {
      if (await this.#runBatch(until)) continue;
      await this.#engine.run("rollback");
      this.#outcomes.push(await this.#step(this.#outcomes.length, false));
    }
    await this.#engine.run("rollback; reset role; reset all");
  }

  /** Files that go in one piece are sent together, up to the first that fails. True where any ran. */
  async #runBatch(until: number): Promise<boolean> {
    if (!this.#engine.runEach) return false;
    const from = this.#outcomes.length;
    const scripts: Script[] = [];
    for (let index = from; index < Math.min(until, from + BATCH); index++) {
      const step = this.#steps[index]!;
      if ("problem" in step || step.continues || !mayRunWhole(step) || this.#isFirst(index, "prisma")) break;
      scripts.push(step);
    }
    if (scripts.length < 2) return false;
    this.#tell(from, this.#steps.length);
    const texts = scripts.flatMap((script) => [this.#freshSession(), wholeSql(script)]);
    const ran = Math.floor(((await this.#engine.runEach(["rollback", ...texts])) - 1) / 2);
    for (const { kind } of scripts.slice(0, ran))
      this.#outcomes.push({ kind, refusals: [], notes: [], tables: [] });
    return ran > 0;
  }

  /** Every file is a session of its own, as the owner, with the settings that the role has. */
  #freshSession(): string {
    return `reset role; reset all; discard temp; ${this.#session}`;
  }

  /** False where the files want to be committed; nothing of them is left then. */
  async #runTail(tail: number): Promise<boolean> {
    this.#outcomes.length = tail;
    const inside = this.#steps.slice(tail).every((step) => "problem" in step || mayRunInside(step));
    if (!inside || tail >= this.#steps.length) return false;
    const begun = performance.now();
    await this.#engine.run("begin");
    this.#begun = Date.now();
    this.#tail = tail;
    this.#savepoints = [];
    if (await this.#runInside(tail)) {
      this.#took = performance.now() - begun;
      return true;
    }
    await this.#engine.run("rollback");
    this.#tail = undefined;
    this.#outcomes.length = tail;
    return false;
  }

  async #runInside(from: number): Promise<boolean> {
    this.#outcomes.length = from;
    this.#savepoints = this.#savepoints.filter((each) => each < from);
    for (let index = from; index < this.#steps.length; index++) {
      const step = this.#steps[index]!;
      if (!("problem" in step) && !mayRunInside(step)) return false;
      if (index === this.#tail || index >= this.#steps.length - SAVEPOINTS) {
        await this.#engine.run(`savepoint rowguard_file_${index}`);
        this.#savepoints.push(index);
      }
      const outcome = await this.#step(index, true);
      if (outcome.refusals.some(({ code }) => WANTS_COMMIT.has(code))) return false;
      this.#outcomes.push(outcome);
    }
    await this.#engine.run("reset role; reset all");
    return true;
  }

  async #step(index: number, inside: boolean): Promise<Outcome> {
    const step = this.#steps[index]!;
    this.#tell(index, this.#steps.length);
    if ("problem" in step) return problemOutcome(step.path, step.problem);
    if (!step.continues) await this.#engine.run(this.#freshSession());
    if (step.kind === "prisma" && this.#isFirst(index, "prisma")) await this.#prismaMigrations();
    return runScript(this.#engine, step, inside);
  }

  #isFirst(index: number, kind: Script["kind"]): boolean {
    return this.#steps.findIndex((step) => "kind" in step && step.kind === kind) === index;
  }

  /** Prisma makes its own table before the first migration. */
  async #prismaMigrations(): Promise<void> {
    for (const table of this.#project.catalog.tables.values()) {
      if (table.name !== "_prisma_migrations" || !table.implicit) continue;
      const schema = quoteIdentifier(table.schema);
      await this.#engine.run(
        `create schema if not exists ${schema}; create table if not exists ${schema}._prisma_migrations (${PRISMA_COLUMNS})`,
      );
    }
  }
}

/** Codes of what fails for being inside a transaction with other files, and for no other reason. */
const WANTS_COMMIT: ReadonlySet<string> = new Set([
  "25001", // active_sql_transaction
  "2D000", // invalid_transaction_termination
  "55P04", // unsafe_new_enum_value_usage
  "55006", // object_in_use: events of triggers that wait for the end
]);

/** Whether all that ran stays, and what follows begins a session of its own. */
function goesOn(steps: readonly Step[], ran: number, first: number): boolean {
  const next = steps[first];
  return first === ran && !(next && "continues" in next && next.continues);
}

/** The first place at which two histories differ; undefined where they are the same. */
export function firstDifference(some: readonly Step[], others: readonly Step[]): number | undefined {
  const longest = Math.max(some.length, others.length);
  for (let index = 0; index < longest; index++) if (!isSame(some[index], others[index])) return index;
  return undefined;
}

const isSame = (a: Step | undefined, b: Step | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.path === b.path &&
  ("problem" in a || "problem" in b
    ? "problem" in a && "problem" in b && a.problem === b.problem
    : a.kind === b.kind && a.text === b.text && isSamePiece(a, b));

/** Files that are read in pieces have one text for all of them. */
const isSamePiece = (a: Script, b: Script): boolean =>
  !a.continues === !b.continues &&
  a.source.statements.length === b.source.statements.length &&
  a.source.statements[0]?.span.start === b.source.statements[0]?.span.start;

const PRISMA_COLUMNS =
  "id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0";

/** SET ROLE takes none of the role's own settings along. */
async function sessionOf(engine: Runner, role: string): Promise<string> {
  const { rows } = await engine.query(
    "select unnest(setconfig) from pg_db_role_setting where setrole = $1::regrole",
    [role],
  );
  const settings = rows.map(([row]) => {
    const [name = "", value = ""] = [row!.slice(0, row!.indexOf("=")), row!.slice(row!.indexOf("=") + 1)];
    return `select set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false);`;
  });
  return `set role ${quoteIdentifier(role)}; set search_path = "$user", public; ${settings.join(" ")}`;
}
