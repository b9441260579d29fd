import type { Project } from "../../project/project.ts";
import type { Statement } from "../../source/sql/statement.ts";
import { quoteIdentifier, quoteLiteral } from "../../text/quote.ts";
import type { Place, Span } from "../../text/span.ts";
import { QueryError } from "../client.ts";
import type { Engine } from "./engine.ts";
import { AVAILABLE, STAND_INS } from "./extensions.ts";
import { type Script, scriptsOf, tablesOf } from "./scripts.ts";

/** What running a project's history showed. */
export interface Migrated {
  /** Statements that PostgreSQL refused, in order. */
  readonly failures: readonly Failure[];
  /** What was left out or stood in for, one sentence each. */
  readonly notes: readonly Note[];
  /** Tables that a refused statement is about: what is known of them may not be what is meant. */
  readonly doubtful: ReadonlySet<string>;
}

export interface Failure {
  readonly place: Place;
  /** PostgreSQL's own. */
  readonly message: string;
  readonly code: string;
  /** Set for the first failure of a tool: nothing after it would have run. */
  readonly stops?: string;
}

export interface Note {
  readonly place: Place;
  readonly message: string;
}

/**
 * Runs a project's history on a fresh engine, as its owner: each file in one transaction, as the tool that owns it
 * would. A file that fails so is run again statement by statement, and the run goes on. Rejects when the engine breaks.
 */
export async function migrate(engine: Engine, project: Project): Promise<Migrated> {
  const run = new Run(engine, project);
  for await (const script of scriptsOf(project)) {
    if ("problem" in script) {
      run.note({ path: script.path, span: NOWHERE }, script.problem);
    } else await run.file(script);
  }
  await engine.run("reset role; reset all");
  return run;
}

const NOWHERE: Span = { start: 0, end: 0 };

class Run implements Migrated {
  readonly failures: Failure[] = [];
  readonly notes: Note[] = [];
  readonly doubtful = new Set<string>();
  readonly #engine: Engine;
  readonly #project: Project;
  readonly #stopped = new Set<string>();
  #session: string | undefined;
  #prismaTable = false;

  constructor(engine: Engine, project: Project) {
    this.#engine = engine;
    this.#project = project;
  }

  note(place: Place, message: string): void {
    this.notes.push({ place, message });
  }

  async file(script: Script): Promise<void> {
    if (script.kind === "prisma") await this.#prismaMigrations();
    await this.#begin();
    if (mayRunWhole(script)) {
      try {
        await this.#engine.run(script.text);
        return;
      } catch (error) {
        if (isLost(error)) throw error;
        await this.#begin();
      }
    }
    for (const { span, message } of script.source.errors)
      this.#fail(script, span, { message, code: "42601" }, []);
    for (const statement of script.source.statements) await this.#statement(script, statement);
  }

  /** Every file is a session of its own, as the owner, with the settings that the role has. */
  async #begin(): Promise<void> {
    this.#session ??= await sessionOf(this.#engine, this.#project.platform.migrationRole);
    await this.#engine.run(`rollback; reset role; reset all; discard temp; ${this.#session}`);
  }

  async #statement(script: Script, statement: Statement): Promise<void> {
    const sql = script.text.slice(statement.span.start, statement.span.end);
    const place = { path: script.path, span: statement.span };
    try {
      if (statement.kind === "transaction") return;
      if (isCopyFromClient(statement)) {
        this.note(place, "COPY FROM stdin is left out: the embedded database has no client to copy from.");
      } else if (statement.kind === "create-extension") await this.#extension(place, statement, sql);
      else if (AS_SUPERUSER.has(statement.kind)) await this.#asSuperuser(sql);
      else await this.#engine.run(sql);
    } catch (error) {
      if (isLost(error)) throw error;
      this.#fail(script, statement.span, error as QueryError, tablesOf(statement));
    }
  }

  async #extension(
    place: Place,
    { name, schema }: Extract<Statement, { kind: "create-extension" }>,
    sql: string,
  ): Promise<void> {
    if (AVAILABLE.has(name)) return this.#asSuperuser(sql);
    const standIn = STAND_INS[name];
    this.note(
      place,
      standIn
        ? `The embedded database has no extension "${name}"; its types and functions stand there in outline.`
        : `The embedded database has no extension "${name}"; the statement is left out.`,
    );
    if (standIn) await this.#asSuperuser(standIn.replaceAll("SCHEMA", quoteIdentifier(schema ?? "public")));
  }

  /** What hosted databases let an owner do though PostgreSQL wants a superuser. */
  async #asSuperuser(sql: string): Promise<void> {
    const before = (await this.#engine.query("select current_setting('role')")).rows[0]![0]!;
    await this.#engine.run("reset role");
    try {
      await this.#engine.run(sql);
    } finally {
      if (!this.#engine.lost) await this.#engine.run(`set role ${quoteIdentifier(before)}`);
    }
  }

  /** Prisma makes its own table before the first migration. */
  async #prismaMigrations(): Promise<void> {
    if (this.#prismaTable) return;
    this.#prismaTable = true;
    for (const table of this.#project.catalog.tables.values()) {
      if (table.name !== "_prisma_migrations" || !table.implicit) continue;
      await this.#begin();
      const schema = quoteIdentifier(table.schema);
      await this.#engine.run(
        `create schema if not exists ${schema}; create table if not exists ${schema}._prisma_migrations (${PRISMA_COLUMNS})`,
      );
    }
  }

  #fail(script: Script, span: Span, { message, code }: { message: string; code: string }, tables: string[]) {
    const tool = TOOLS[script.kind];
    const first = tool !== undefined && !this.#stopped.has(script.kind);
    this.#stopped.add(script.kind);
    this.failures.push({
      place: { path: script.path, span },
      message,
      code,
      ...(first && { stops: `${tool} stops here; what follows was run all the same.` }),
    });
    for (const table of tables) this.doubtful.add(table);
  }
}

const TOOLS: Readonly<Partial<Record<Script["kind"], string>>> = {
  prisma: "prisma migrate deploy",
  supabase: "The Supabase CLI",
  other: "The tool that owns this folder",
  schema: "The tool that owns this folder",
};

const AS_SUPERUSER: ReadonlySet<string> = new Set(["create-event-trigger"]);

const PRISMA_COLUMNS =
  "id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0";

/** A file goes to the engine in one piece where nothing in it needs a hand. */
const mayRunWhole = ({ kind, source }: Script): boolean =>
  kind !== "adhoc" &&
  source.errors.length === 0 &&
  source.notes.length === 0 &&
  source.statements.every(
    (each) =>
      !AS_SUPERUSER.has(each.kind) &&
      !isCopyFromClient(each) &&
      each.kind !== "transaction" &&
      (each.kind !== "create-extension" || AVAILABLE.has(each.name)),
  );

/** Data that a client would send: the engine waits for it for ever. */
const isCopyFromClient = (statement: Statement): boolean =>
  statement.kind === "other" && /^copy\b/i.test(statement.what);

const isLost = (error: unknown): boolean => !(error instanceof QueryError) || error.lost;

/** SET ROLE takes none of the role's own settings along. */
async function sessionOf(engine: Engine, role: string): Promise<string> {
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
