import {
  everythingOpen,
  type Generated,
  type GenerateRequest,
  generatePolicies,
  type StatementGroup,
} from "../../policies/generate.ts";
import { withTrusted } from "../../policies/trusted.ts";
import type { Project } from "../../project/project.ts";
import type { Edit, NewFile } from "../../text/edit.ts";
import type { Finding, Intent, Remedy } from "../../text/finding.ts";
import { CONFIGURATION } from "../configured.ts";
import type { Draft } from "../draft/draft.ts";
import type { Fix, FixOptions } from "../workspace.ts";
import { type Corrections, configureTenancy } from "./configure.ts";
import { type Destination, findDestination, migrationFolders, tablesOf } from "./destination.ts";
import { dressMigration, journalEdit } from "./dress.ts";
import { EditSet } from "./edit-set.ts";
import { isEditable } from "./ignore.ts";
import { findNeeds, guard, type Needs, needsNothing, type ReadSql } from "./needs.ts";
import { downPath, nextMigrationPath } from "./next-migration.ts";
import { undo } from "./undo.ts";

/** What an intent asks the generator for; undefined where another command answers it. */
export function requestOf({ verb, subject }: Intent, project: Project): GenerateRequest | undefined {
  if (verb === "protect") return withTrusted(project, { tables: [subject], buckets: [] });
  if (verb === "replace") return { tables: [subject], buckets: [], replace: [subject] };
  if (verb === "protect-bucket") return { tables: [], buckets: [subject] };
  if (verb === "protect-channel") return { tables: [], buckets: [], channels: [subject] };
  return verb === "protect-all" ? everythingOpen(project) : undefined;
}

type Statements = Extract<Remedy, { kind: "statements" }>;

/** What resolving a fix needs of the workspace. */
export interface FixContext {
  readonly projects: readonly Project[];
  text(path: string): string | undefined;
  /** Hash of the text that the facts of a file came from. */
  hash(path: string): string | undefined;
  readonly readSql: ReadSql;
}

/**
 * Turns the remedies of findings into one fix: edits and files as the rules gave them; SQL in place where its file is
 * not applied yet, else all of a database's SQL in one next migration. What overlaps with an earlier remedy, has none or
 * wants a decision is in `left`. Undefined where nothing is mended.
 */
export function resolveFindings(
  findings: readonly Finding[],
  clock: Date,
  context: FixContext,
  { generate = false, corrections = {} }: FixOptions = {},
): Fix | undefined {
  const owners = ownersOf(context.projects);
  const edits = new EditSet();
  const files = new Map<string, NewFile>();
  const statements = new Map<Project, Statements[]>();
  const left: Finding[] = [];
  const titles = new Set<string>();
  const wanted = new Map<
    Project,
    { tables: string[]; buckets: string[]; channels: string[]; replace: string[] }
  >();
  const protects: string[] = [];
  for (const finding of findings) {
    const project = owners.get(finding.at.path) ?? context.projects[0];
    if (want(finding.remedy, project) || take(finding.remedy, project)) titles.add(finding.remedy!.title);
    else left.push(finding);
  }
  for (const [project, all] of wanted) {
    const request = onlyOnce(all);
    const { groups, files: made, edits: inCode, undecided } = generatePolicies(project, request);
    protects.push(...written(request.tables, undecided));
    for (const file of made) files.set(file.path, file);
    edits.add(inCode);
    statements.set(project, [...(statements.get(project) ?? []), ...groups.map(asRemedy)]);
  }
  for (const [project, remedies] of statements)
    if (remedies.length) placeStatements(project, remedies, clock, context, { edits, files });
  const changed = edits.all().length > 0 || files.size > 0;
  if (!changed) return undefined;
  if (wanted.size) answer(corrections, context, edits, files);
  const all = edits.all();
  return {
    title: titleOf(titles),
    edits: all,
    files: [...files.values()],
    madeFrom: hashes(all, context),
    protects,
    left,
  };

  /** Policies are written only where they were asked for, and only where the tenancy decides them. */
  function want(remedy: Remedy | undefined, project: Project | undefined): boolean {
    if (!generate || remedy?.kind !== "intent" || !project) return false;
    const request = requestOf(remedy.intent, project);
    // Policies that are there go only where one finding was picked.
    if (request?.replace?.length && findings.length > 1) return false;
    if (!request) return false;
    const { undecided, groups } = generatePolicies(project, request);
    if (undecided.length && (remedy.intent.verb !== "protect-all" || !groups.length)) return false;
    const all = wanted.get(project) ?? { tables: [], buckets: [], channels: [], replace: [] };
    all.tables.push(...request.tables);
    all.buckets.push(...request.buckets);
    all.channels.push(...(request.channels ?? []));
    all.replace.push(...(request.replace ?? []));
    wanted.set(project, all);
    titles.add(remedy.title);
    return !undecided.length;
  }

  function take(remedy: Remedy | undefined, project: Project | undefined): boolean {
    if (!remedy || remedy.kind === "intent") return false;
    if (remedy.kind === "edit") return takeEdits(remedy.edits, remedy.files ?? []);
    if (!project) return false;
    if (remedy.inPlace?.length && mayEdit(project, remedy.inPlace)) return edits.add(remedy.inPlace);
    statements.set(project, [...(statements.get(project) ?? []), remedy]);
    return true;
  }

  function takeEdits(wanted: readonly Edit[], made: readonly NewFile[]): boolean {
    const clash = made.some(({ path, text }) => files.has(path) && files.get(path)!.text !== text);
    if (clash || !edits.add(wanted)) return false;
    for (const file of made) files.set(file.path, file);
    return true;
  }
}

/** What the user answered on the way goes into the configuration with what it was asked for. */
function answer(
  corrections: Corrections,
  { text }: FixContext,
  edits: EditSet,
  files: Map<string, NewFile>,
): void {
  const configured = configureTenancy(text(CONFIGURATION), corrections);
  edits.add(configured.edits);
  for (const file of configured.files) files.set(file.path, file);
}

/** Several findings may go by the rows of one table. */
const onlyOnce = (request: Required<GenerateRequest>): Required<GenerateRequest> => ({
  tables: [...new Set(request.tables)],
  buckets: [...new Set(request.buckets)],
  channels: [...new Set(request.channels)],
  replace: [...new Set(request.replace)],
});

const written = (tables: readonly string[], undecided: Generated["undecided"]): string[] =>
  tables.filter((key) => !undecided.some(({ subject }) => subject === key));

/** Generated policies as one fix: all of a database's in one next migration. Undefined where there are none. */
export function writeGroups(
  made: readonly ({ readonly project: Project; readonly request: GenerateRequest } & Generated)[],
  clock: Date,
  context: FixContext,
  corrections: Corrections = {},
): Fix | undefined {
  const edits = new EditSet();
  const files = new Map<string, NewFile>();
  for (const file of made.flatMap((each) => each.files)) files.set(file.path, file);
  for (const each of made) edits.add(each.edits);
  const down = made.flatMap(({ project, groups }) =>
    groups.length ? [placeStatements(project, groups.map(asRemedy), clock, context, { edits, files })] : [],
  );
  if (!edits.all().length && !files.size) return undefined;
  answer(corrections, context, edits, files);
  const all = edits.all();
  return {
    title: "Write policies",
    down: down.join("\n"),
    edits: all,
    files: [...files.values()],
    madeFrom: hashes(all, context),
    protects: made.flatMap(({ request, undecided }) => written(request.tables, undecided)),
    left: [],
  };
}

/** What was drafted as one fix, its SQL in the next migration of the database. */
export function writeDraft(project: Project, draft: Draft, clock: Date, context: FixContext): Fix {
  const edits = new EditSet();
  const files = new Map(draft.files.map((file) => [file.path, file]));
  edits.add(draft.edits);
  if (draft.statements) {
    const remedy: Statements = { kind: "statements", ...draft.statements };
    placeStatements(project, [remedy], clock, context, { edits, files });
  }
  const all = edits.all();
  return {
    title: draft.title,
    edits: all,
    files: [...files.values()],
    madeFrom: hashes(all, context),
    protects: [],
    left: [],
  };
}

const asRemedy = (group: StatementGroup): Statements => ({ kind: "statements", ...group });

/** Puts the SQL of one database where it belongs: its next migration, a new file, or the end of one. Gives what takes it back. */
function placeStatements(
  project: Project,
  remedies: readonly Statements[],
  clock: Date,
  context: FixContext,
  { edits, files }: { readonly edits: EditSet; readonly files: Map<string, NewFile> },
): string {
  const { destination, text, statements } = writeStatements(project, remedies, context);
  const down = undo(statements);
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

/** The project of every file that a finding may stand in. */
export function ownersOf(projects: readonly Project[]): Map<string, Project> {
  const owners = new Map<string, Project>();
  for (const project of projects.toReversed()) {
    const { history, prisma, code, packages, environment } = project;
    const paths = [...history.map(({ source }) => source), ...prisma, ...code, ...packages, ...environment];
    for (const { path } of paths) owners.set(path, project);
  }
  return owners;
}

/** Edits in a migration are for one that git knows as new or changed; elsewhere there is no history to falsify. */
function mayEdit(project: Project, edits: readonly Edit[]): boolean {
  return edits.every(({ path }) => {
    const file = project.history.find((each) => each.source.path === path && each.kind !== "model");
    return !file || isEditable(file);
  });
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
  { readSql }: FixContext,
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
    return [`-- ${title}\n${fresh.map((each) => asWritten(each, needs.get(each)!, guarded)).join("\n")}\n`];
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

const titleOf = (titles: ReadonlySet<string>): string =>
  titles.size === 1 ? [...titles][0]! : `Apply ${titles.size} fixes`;

function hashes(edits: readonly Edit[], { hash }: FixContext): Record<string, string> {
  const made: Record<string, string> = {};
  for (const { path } of edits) {
    const known = hash(path);
    if (known !== undefined) made[path] = known;
  }
  return made;
}
