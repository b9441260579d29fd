import type { Recognised } from "../../source/sql/recognise.ts";
import type { SqlSource } from "../../source/sql/statement.ts";
import type { SourceText } from "../../text/source-text.ts";
import { blankDownSections } from "../discover/sql-role.ts";
import type { SqlContent } from "../discover/survey.ts";
import { readCodeIfOfInterest, readWholeCode } from "./code-readers.ts";
import { contentOf, mayMatter, tablesNeeded } from "./sql-content.ts";

/** One SQL file: what it says, or why it is left alone. */
export interface SqlFacts {
  readonly source?: SqlSource;
  readonly content?: SqlContent;
  readonly left?: string;
  /** What it is instead, where it is no SQL of PostgreSQL at all. */
  readonly foreign?: Recognised["kind"];
}

/** Every way to read a text. Each is loaded when the first text wants it: a run whose facts are all cached loads none. */
export const READERS = {
  sql: async () => readHistory(await loadSql()),
  "outside-sql": async () => readOutside(await loadSql()),
  prisma: async () => (await import("../../source/prisma/read.ts")).readPrisma,
  package: async () => (await import("../../source/manifest/package.ts")).readPackage,
  environment: async () => {
    const { readEnvironment } = await import("../../source/manifest/environment.ts");
    return (source: SourceText) => readEnvironment(source);
  },
  "supabase-config": async () =>
    (await import("../../source/manifest/supabase-config.ts")).readSupabaseConfig,
  "prisma-config": async () => {
    const { loadTypeScript } = await import("../../source/code/typescript.ts");
    await loadTypeScript();
    return (await import("../../source/manifest/prisma-config.ts")).readPrismaConfig;
  },
  code: async () => readCodeIfOfInterest,
  "whole-code": async () => readWholeCode(),
  tsconfig: async () => (await import("../../source/code/tsconfig.ts")).readTsconfig,
  "prisma-lock": async () => readLock,
  "drizzle-journal": async () => readJournal,
} as const;

export type ReaderName = keyof typeof READERS;

/** What a reader gives. */
export type FactsOf<Name extends ReaderName> = Awaited<
  ReturnType<Awaited<ReturnType<(typeof READERS)[Name]>>>
>;

type ReadSql = (source: SourceText) => SqlFacts;

interface Sql {
  readonly read: ReadSql;
  isDump(source: SourceText): boolean;
}

async function loadSql(): Promise<Sql> {
  const { loadGrammar } = await import("../../source/sql/grammar.ts");
  const { readSql } = await import("../../source/sql/read.ts");
  const { recogniseSql } = await import("../../source/sql/recognise.ts");
  await loadGrammar();
  const read: ReadSql = (source) => {
    const { statements, errors, notes, ...rest } = readSql(source);
    // What PostgreSQL's grammar takes is PostgreSQL's; only where it refuses something is there a question.
    const { kind, why } =
      errors.length + notes.length ? recogniseSql(source) : { kind: "postgres" as const, why: "" };
    if (FOREIGN.has(kind)) return { left: why, foreign: kind };
    const content = contentOf(statements, source.text);
    const includes = rest.includes?.map(({ path, relative }) => ({ path, relative }));
    return {
      source: { statements, errors, notes, ...rest },
      content: includes ? { ...content, includes } : content,
    };
  };
  return { read, isDump: (source) => recogniseSql(source).kind === "dump" };
}

/** A script for psql may still be a project's history, and an empty file is one without effect. */
const FOREIGN: ReadonlySet<Recognised["kind"]> = new Set(["template", "dialect", "binary"]);

/** A file of a migrations folder: only what goes up counts. A dump there is what the history began with. */
const readHistory =
  ({ read }: Sql): ReadSql =>
  ({ path, text }) =>
    read({ path, text: blankDownSections(text) });

/** A file outside is looked at only where it may define something; a dump there repeats what the database is. */
const readOutside =
  ({ read, isDump }: Sql): ReadSql =>
  (source) => {
    if (!mayMatter(source.text)) return { content: { protects: false, defines: false, creates: [] } };
    if (isDump(source)) return { left: "It is a dump beside the history." };
    const facts = read(source);
    if (!facts.content || !facts.source) return facts;
    return { ...facts, content: { ...facts.content, needs: tablesNeeded(facts.source.statements) } };
  };

/** `provider = "postgresql"`, the one line that Prisma writes. */
const readLock = ({ text }: SourceText): { readonly provider: string } => ({
  provider: /^\s*provider\s*=\s*"([^"]*)"/m.exec(text)?.[1] ?? "",
});

/** Drizzle's journal names the dialect; `postgresql`, `pg` in older ones. */
function readJournal({ text }: SourceText): { readonly dialect: string } {
  try {
    const { dialect } = JSON.parse(text) as { dialect?: unknown };
    return { dialect: dialect === "pg" || typeof dialect !== "string" ? "postgresql" : dialect };
  } catch {
    return { dialect: "postgresql" };
  }
}
