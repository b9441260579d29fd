import type { HistoryFile, Project } from "../../project/project.ts";
import { readSql } from "../../source/sql/read.ts";
import type { SqlSource, Statement } from "../../source/sql/statement.ts";
import { writePrismaDdl } from "./prisma-ddl.ts";

/** One file to run: its text, and its statements with their places. */
export interface Script {
  readonly path: string;
  readonly text: string;
  readonly source: SqlSource;
  readonly kind: HistoryFile["kind"] | "seed";
}

/** What a project's database is made of, in the order in which it runs: the history, and the seed at its end. */
export async function* scriptsOf(project: Project): AsyncGenerator<Script | Problem> {
  yield* modelScript(project);
  for (const { source, kind } of project.history) {
    if (kind === "model" || kind === "database") continue;
    const text = project.text(source.path);
    if (text !== undefined) yield { path: source.path, text, source, kind };
  }
  for (const path of seedPaths(project)) {
    const text = project.text(path);
    if (text !== undefined) yield { path, text, source: readSql({ path, text }), kind: "seed" };
  }
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
    const text = await writePrismaDdl(files.map(withoutUrl));
    yield { path, text, source: readSql({ path, text }), kind: "model" };
  } catch (error) {
    yield { path, problem: `Prisma cannot make tables of this schema: ${firstLine(error)}` };
  }
}

/** Version 7 of the engine refuses what earlier versions demand: a connection string in the schema. */
const withoutUrl = ({ path, text }: { path: string; text: string }) => ({
  path,
  text: text.replace(/^([ \t]*)(url|directUrl|shadowDatabaseUrl)[ \t]*=.*$/gm, "$1"),
});

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").find((line) => line.trim()) ?? "";

function seedPaths({ supabase, folder }: Project): readonly string[] {
  const base = folder ? `${folder}/` : "";
  const named = supabase?.seedPaths ?? ["seed.sql"];
  return named.map((name) => `${base}supabase/${name.replace(/^\.\//, "")}`);
}

/** `create table`, `alter table` ... : the tables a statement is about, as far as it names them. */
export function tablesOf(statement: Statement): string[] {
  const found = "table" in statement ? statement.table : "name" in statement ? statement.name : undefined;
  if (typeof found !== "object") return [];
  return [`${found.schema ?? "public"}.${found.name}`];
}
