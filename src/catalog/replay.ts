import { readSql } from "../source/sql/read.ts";
import type { SqlSource, Statement } from "../source/sql/statement.ts";
import type { SourceText } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import type { Catalog } from "./catalog.ts";
import { remember } from "./remember.ts";
import { applyStatement } from "./replay/apply.ts";
import { createPrismaMigrations } from "./replay/create-table.ts";
import { defaultSearchPath } from "./replay/setting.ts";
import { type ReplayOptions, State, type Step } from "./replay/state.ts";

/** What a replay wants of a platform. */
export interface Foundation {
  readonly id: string;
  readonly sql: string;
  readonly migrationRole: string;
  readonly storageObjects?: string;
}

export interface CreateReplayOptions {
  /** Keys of tables that Prisma makes without a model (`public._CategoryToPost`). */
  readonly implicitTables?: ReadonlySet<string>;
  /** Set where Prisma keeps the history, which makes `_prisma_migrations`: its schema, and where findings about it stand. */
  readonly prismaMigrations?: { readonly schema: string; readonly place: Place };
  /** Reads the platform's SQL, from a cache for instance. The grammar must be loaded for the one used by default. */
  readonly read?: (source: SourceText) => SqlSource;
}

export interface ApplyOptions {
  /** The file is no part of the history: it may run again, and its order among its kind is a guess. */
  readonly outside?: boolean;
  /** It goes on in the session of the source before it. */
  readonly continues?: boolean;
}

/** Sources in order -> Catalog. */
export interface Replay {
  /**
   * Applies the statements of one source; `text` is the text they were read from. Each source is a session of its own:
   * role, search path and temporary tables end with it. What BEGIN ... ROLLBACK encloses did not happen; savepoints
   * are not followed. Never throws.
   */
  apply(source: SqlSource, text: string, options?: ApplyOptions): void;
  /** The catalog as of now. What has not changed since the last snapshot is the same object in both. */
  snapshot(): Catalog;
  /** A replay that goes its own way from here. Costs nothing: both copy what they change. */
  fork(): Replay;
}

/** A replay that begins with what the platform provides. */
export function createReplay(platform: Foundation, options: CreateReplayOptions = {}): Replay {
  const { storageObjects, migrationRole } = platform;
  const replayOptions: ReplayOptions = {
    migrationRole,
    ...(options.implicitTables ? { implicitTables: options.implicitTables } : {}),
    ...(storageObjects ? { buckets: `${schemaOf(storageObjects)}.buckets` } : {}),
  };
  const state = remember(foundations, platform, () =>
    layFoundation(platform, replayOptions, options.read),
  ).fork();
  const { prismaMigrations } = options;
  if (prismaMigrations) {
    const path = prismaMigrations.place.path;
    const step: Step = {
      ...stepOf(state, { path, text: "", outside: false }, replayOptions),
      place: prismaMigrations.place,
    };
    createPrismaMigrations(step, prismaMigrations.schema);
  }
  return replayOf(state, replayOptions);
}

const schemaOf = (key: string): string => key.slice(0, key.lastIndexOf("."));

/** A platform is read and replayed once in a process: replays fork from it. */
const foundations = new WeakMap<Foundation, State>();

function layFoundation(
  { id, sql, migrationRole }: Foundation,
  options: ReplayOptions,
  read: (source: SourceText) => SqlSource = readSql,
): State {
  const state = new State();
  const path = `platform:/${id}.sql`;
  state.platform = true;
  state.session.role = migrationRole;
  for (const statement of read({ path, text: sql }).statements)
    applyStatement(stepOf(state, { path, text: sql, outside: false }, options), statement);
  state.platform = false;
  state.replace("events", []);
  state.replace("unresolved", []);
  beginSession(state, options);
  return state;
}

function replayOf(state: State, options: ReplayOptions): Replay {
  let current = state;
  return {
    apply: (source, text, { outside = false, continues = false } = {}) => {
      if (!continues) beginSession(current, options);
      current = applySource(current, source, { path: source.path, text, outside }, options);
    },
    snapshot: () => {
      beginSession(current, options);
      return current.snapshot();
    },
    fork: () => replayOf(current.fork(), options),
  };
}

type File = Pick<Step, "path" | "text" | "outside">;

const stepOf = (state: State, { path, text, outside }: File, options: ReplayOptions): Step => ({
  state,
  path,
  text,
  place: { path, span: NOWHERE },
  conditional: false,
  outside,
  options,
});

const NOWHERE = { start: 0, end: 0 };

/** Gives the state to go on with: after a ROLLBACK that is the one from before BEGIN. */
function applySource(state: State, source: SqlSource, file: File, options: ReplayOptions): State {
  let current = state;
  let saved: State | undefined;
  let step = stepOf(current, file, options);
  const rollsBack = source.statements.some(isRollback);
  for (const statement of source.statements) {
    if (rollsBack && statement.kind === "transaction") {
      if (statement.action === "begin") saved = current.fork();
      if (statement.action === "rollback" && saved) current = saved;
      if (statement.action !== "begin" && statement.action !== "savepoint") saved = undefined;
      step = stepOf(current, file, options);
    } else applyStatement(step, statement);
  }
  return current;
}

const isRollback = (statement: Statement): boolean =>
  statement.kind === "transaction" && statement.action === "rollback";

function beginSession(state: State, { migrationRole }: ReplayOptions): void {
  state.session.role = migrationRole;
  state.session.temporary.clear();
  state.session.searchPath = defaultSearchPath(state);
}
