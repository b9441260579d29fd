import {
  everythingOpen,
  type Generated,
  type GenerateRequest,
  generatePolicies,
  type Protected,
  type StatementGroup,
} from "../../policies/generate.ts";
import { withTrusted } from "../../policies/trusted.ts";
import type { Project } from "../../project/project.ts";
import type { Edit, NewFile } from "../../text/edit.ts";
import type { Finding, Intent, Remedy } from "../../text/finding.ts";
import { CONFIGURATION } from "../configured.ts";
import type { Draft } from "../draft/draft.ts";
import { type Fix, type FixOptions, NOTHING } from "../workspace.ts";
import { type Corrections, configureTenancy } from "./configure.ts";
import { EditSet } from "./edit-set.ts";
import { isEditable } from "./ignore.ts";
import { type PlacingContext, placeStatements, type Statements } from "./place-statements.ts";

/** What an intent asks the generator for; undefined where another command answers it. */
export function requestOf({ verb, subject }: Intent, project: Project): GenerateRequest | undefined {
  if (verb === "protect") return withTrusted(project, { tables: [subject], buckets: [] });
  if (verb === "replace") return { tables: [subject], buckets: [], replace: [subject] };
  if (verb === "protect-bucket") return withTrusted(project, { tables: [], buckets: [subject] });
  if (verb === "protect-channel")
    return withTrusted(project, { tables: [], buckets: [], channels: [subject] });
  return verb === "protect-all" ? everythingOpen(project) : undefined;
}

/** What resolving a fix needs of the workspace. */
export interface FixContext extends PlacingContext {
  readonly projects: readonly Project[];
  /** Hash of the text that the facts of a file came from. */
  hash(path: string): string | undefined;
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
  let protects = NOTHING;
  for (const finding of findings) {
    const project = owners.get(finding.at.path) ?? context.projects[0];
    if (want(finding.remedy, project) || take(finding.remedy, project)) titles.add(finding.remedy!.title);
    else left.push(finding);
  }
  for (const [project, all] of wanted) {
    const request = onlyOnce(all);
    const { groups, files: made, edits: inCode, undecided } = generatePolicies(project, request);
    protects = both(protects, written(request, undecided));
    for (const file of made) files.set(file.path, file);
    edits.add(inCode);
    statements.set(project, [...(statements.get(project) ?? []), ...groups.map(asRemedy)]);
  }
  for (const [project, remedies] of statements)
    if (remedies.length) placeStatements(project, remedies, clock, context, { edits, files });
  if (!edits.all().length && !files.size) return undefined;
  if (wanted.size) answer(corrections, context, edits, files);
  return { title: titleOf(titles), ...changesOf(edits, files, context), protects, left };

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

type Collected = Required<Omit<GenerateRequest, "closed" | "idle">>;

/** Several findings may go by the rows of one table. */
const onlyOnce = (request: Collected): Collected => ({
  tables: [...new Set(request.tables)],
  buckets: [...new Set(request.buckets)],
  channels: [...new Set(request.channels)],
  replace: [...new Set(request.replace)],
});

/** What of a request policies were written for. */
function written(
  { tables, buckets, channels = [] }: GenerateRequest,
  undecided: Generated["undecided"],
): Protected {
  const left = new Set(undecided.map(({ subject }) => subject));
  const decided = (all: readonly string[]) => all.filter((each) => !left.has(each));
  return { tables: decided(tables), buckets: decided(buckets), channels: decided(channels) };
}

const both = (a: Protected, b: Protected): Protected => ({
  tables: [...a.tables, ...b.tables],
  buckets: [...a.buckets, ...b.buckets],
  channels: [...a.channels, ...b.channels],
});

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
  return {
    title: "Write policies",
    down: down.join("\n"),
    ...changesOf(edits, files, context),
    protects: made.map(({ request, undecided }) => written(request, undecided)).reduce(both, NOTHING),
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
  return {
    title: draft.title,
    ...changesOf(edits, files, context),
    protects: NOTHING,
    drafted: true,
    left: [],
  };
}

const asRemedy = (group: StatementGroup): Statements => ({ kind: "statements", ...group });

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

const titleOf = (titles: ReadonlySet<string>): string =>
  titles.size === 1 ? [...titles][0]! : `Apply ${titles.size} fixes`;

function changesOf(
  edits: EditSet,
  files: ReadonlyMap<string, NewFile>,
  { hash }: FixContext,
): Pick<Fix, "edits" | "files" | "madeFrom"> {
  const all = edits.all();
  const madeFrom: Record<string, string> = {};
  for (const { path } of all) {
    const known = hash(path);
    if (known !== undefined) madeFrom[path] = known;
  }
  return { edits: all, files: [...files.values()], madeFrom };
}
