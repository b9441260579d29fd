import type { HistoryFile, Project } from "../../project/project.ts";
import { readSql } from "../../source/sql/read.ts";
import type { SqlSource, Statement } from "../../source/sql/statement.ts";
import { AVAILABLE } from "./extensions.ts";
import { writePrismaDdl } from "./prisma-ddl.ts";

/** One file to run: its text, and its statements with their places. */
export interface Script {
  readonly path: string;
  readonly text: string;
  readonly source: SqlSource;
  readonly kind: HistoryFile["kind"] | "seed";
  /** It runs in the session of the script before it. */
  readonly continues?: boolean;
}

/** What a project's database is made of, in the order in which it runs: the history, and the seed at its end. */
export async function* scriptsOf(project: Project): AsyncGenerator<Script | Problem> {
  yield* modelScript(project);
  for (const { source, kind, continues = false } of project.history) {
    if (kind === "model" || kind === "database") continue;
    const text = project.text(source.path);
    if (text !== undefined) yield { path: source.path, text, source, kind, continues };
  }
  for (const path of seedPaths(project)) {
    const text = project.text(path);
    if (text !== undefined) yield seedScript(path, text);
  }
}

/** Read when somebody looks: an engine that has to start first can do so meanwhile. */
function seedScript(path: string, text: string): Script {
  let source: SqlSource | undefined;
  return {
    path,
    text,
    kind: "seed",
    get source() {
      source ??= readSql({ path, text });
      return source;
    },
  };
}

export interface Problem {
  readonly problem: string;
  readonly path: string;
}

/** The tables of models, where no migrations make them: as Prisma's own engine writes them. */
async function* modelScript(project: Project): AsyncGenerator<Script | Problem> {
  if (project.tablesFrom !== "prisma") return;
  const files = project.prisma.flatMap(({ path }) => {
    const text = project.text(path);
    return text === undefined ? [] : [{ path, text }];
  });
  const path = files[0]?.path ?? "schema.prisma";
  try {
    const text = await writePrismaDdl(files);
    yield { path, text, source: readSql({ path, text }), kind: "model" };
  } catch (error) {
    yield { path, problem: `Prisma cannot make tables of this schema: ${firstLine(error)}` };
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").find((line) => line.trim()) ?? "";

function seedPaths({ supabase, folder }: Project): readonly string[] {
  const base = folder ? `${folder}/` : "";
  const named = supabase?.seedPaths ?? ["seed.sql"];
  return named.map((name) => `${base}supabase/${name.replace(/^\.\//, "")}`);
}

/** The statements of a file and nothing between them: a section that undoes a migration is in none. */
export const wholeSql = ({ text, source }: Script): string =>
  source.statements.map(({ span }) => text.slice(span.start, span.end)).join(";\n");

/** A file goes to the engine in one piece where nothing in it needs a hand, and its tool makes it one transaction. */
export const mayRunWhole = (script: Script): boolean =>
  script.kind !== "adhoc" &&
  script.source.errors.length === 0 &&
  script.source.notes.length === 0 &&
  !NO_TRANSACTION.test(script.text) &&
  script.source.statements.every((each) => needsHand(each) === undefined);

/** What goose, dbmate, Atlas and Drizzle's neighbours write where a file must not be one transaction. */
const NO_TRANSACTION =
  /^--\s*(?:\+goose\s+no\s+transaction|migrate:up\s+transaction:\s*false|atlas:txmode\s+none|\+migrate\s+up\s+notransaction)/im;

/** A file that may stand inside a transaction of somebody else's, and do there what it does by itself. */
export const mayRunInside = (script: Script): boolean =>
  !NO_TRANSACTION.test(script.text) &&
  script.source.statements.every((each) => each.kind !== "transaction" && !runsUnbound(script, each));

/** Statements that PostgreSQL takes outside a transaction only, and values that nobody may use before it ends. */
export const runsUnbound = ({ text }: Script, { span }: Statement): boolean =>
  UNBOUND.test(text.slice(span.start, span.end));

const UNBOUND =
  /^\s*(?:(?:create\s+(?:unique\s+)?|drop\s+|re)index\b[^;]*\bconcurrently\b|vacuum\b|alter\s+system\b|(?:create|drop)\s+(?:database|tablespace)\b|alter\s+type\b[^;]*\badd\s+value\b)/i;

/** Why a statement cannot go to the engine as it is, in a file of others. */
export function needsHand(
  statement: Statement,
): "superuser" | "copy" | "transaction" | "extension" | undefined {
  if (NEEDS_SUPERUSER.has(statement.kind)) return "superuser";
  if (statement.kind === "transaction") return "transaction";
  if (statement.kind === "create-extension" && !AVAILABLE.has(statement.name)) return "extension";
  if (statement.kind === "comment" && statement.objectKind === "extension")
    return AVAILABLE.has(statement.name.name) ? undefined : "extension";
  // Data that a client would send: the engine waits for it for ever.
  return statement.kind === "other" && /^copy\b/i.test(statement.what) ? "copy" : undefined;
}

export const NEEDS_SUPERUSER: ReadonlySet<Statement["kind"]> = new Set(["create-event-trigger"]);
