import type { Project } from "../../project/project.ts";
import type { NewFile } from "../../text/edit.ts";
import type { Remedy } from "../../text/finding.ts";
import { commentOf } from "../../text/quote.ts";
import { type Destination, findDestination, migrationFolders, tablesOf } from "./destination.ts";
import { dressMigration, journalEdit } from "./dress.ts";
import type { EditSet } from "./edit-set.ts";
import { findNeeds, guard, type Needs, needsNothing, type ReadSql } from "./needs.ts";
import { downPath, nextMigrationPath } from "./next-migration.ts";
import { undo } from "./undo.ts";

export type Statements = Extract<Remedy, { kind: "statements" }>;

/** What placing SQL needs of the workspace. */
export interface PlacingContext {
  text(path: string): string | undefined;
  readonly readSql: ReadSql;
}

/** Puts the SQL of one database where it belongs: its next migration, a new file, or the end of one. Gives what takes it back. */
export function placeStatements(
  project: Project,
  remedies: readonly Statements[],
  clock: Date,
  context: PlacingContext,
  { edits, files }: { readonly edits: EditSet; readonly files: Map<string, NewFile> },
): string {
  const { destination, text, statements } = writeStatements(project, remedies, context);
  const down = undo(statements, context.readSql);
  if (destination.to === "end") {
    const before = context.text(destination.path) ?? "";
    const gap = before === "" || before.endsWith("\n") ? "\n" : "\n\n";
    const end = { start: before.length, end: before.length };
    edits.add([{ path: destination.path, span: end, text: gap + text }]);
    return down;
  }
  if (destination.to === "file") {
    files.set(destination.path, { path: destination.path, text });
    return down;
  }
  const { folder } = destination;
  const path = migrationPath(project, destination, remedies, clock);
  files.set(path, { path, text: dressMigration(text, down, folder, context.text) });
  const undoing = downPath(path);
  if (undoing !== undefined) files.set(undoing, { path: undoing, text: down });
  const journal = folder.owner === "other" ? journalEdit(path, folder, clock, context.text) : undefined;
  if (journal) edits.add([journal]);
  return down;
}

interface Written {
  readonly destination: Destination;
  readonly text: string;
  readonly statements: readonly string[];
}

/** The SQL of all remedies for one database, each below its title, each statement once. */
function writeStatements(
  project: Project,
  remedies: readonly Statements[],
  { readSql }: PlacingContext,
): Written {
  const needs = new Map<string, Needs>();
  const tables = new Set<string>();
  for (const statement of remedies.flatMap((remedy) => remedy.statements)) {
    needs.set(statement, findNeeds(statement, project, readSql));
    for (const key of tablesOf(readSql({ path: "", text: statement }))) tables.add(key);
  }
  const needsPlatform = [...needs.values()].some((each) => !needsNothing(each));
  const destination = findDestination(project, { needsPlatform, tables });
  const guarded = destination.to === "migration" && destination.folder.owner === "prisma";
  const seen = new Set<string>();
  const blocks = remedies.flatMap(({ title, statements }) => {
    const fresh = statements.filter((each) => !seen.has(each) && seen.add(each));
    if (!fresh.length) return [];
    return [
      `${commentOf(title)}\n${fresh.map((each) => asWritten(each, needs.get(each)!, guarded)).join("\n")}\n`,
    ];
  });
  return { destination, text: blocks.join("\n"), statements: [...seen] };
}

const asWritten = (statement: string, needs: Needs, guarded: boolean): string =>
  guarded && !needsNothing(needs) ? guard([statement], needs) : statement;

function migrationPath(
  project: Project,
  { folder }: Extract<Destination, { to: "migration" }>,
  remedies: readonly Statements[],
  clock: Date,
): string {
  const all = migrationFolders(project).flatMap(({ owner, names }) => (owner === "other" ? [] : names));
  return nextMigrationPath(folder, slug(remedies), clock, all);
}

/** `enable_row_level_security_on_tasks`; what several fixes are about is in the file. */
function slug(remedies: readonly Statements[]): string {
  const titles = new Set(remedies.map((remedy) => remedy.title));
  const title = titles.size === 1 ? [...titles][0]! : "row level security fixes";
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ["fix"];
  return words.reduce((name, word) => (name.length + word.length < 60 ? `${name}_${word}` : name));
}
