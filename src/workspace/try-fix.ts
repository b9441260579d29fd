import type { Policy } from "../catalog/catalog.ts";
import type { EmbeddedDatabase, Progress } from "../database/embedded/open.ts";
import type { Leak, ProofLimits } from "../isolation/prove.ts";
import type { Protected } from "../policies/generate.ts";
import type { Project } from "../project/project.ts";
import { channelsCalled } from "../project/topics.ts";
import { applyEdits } from "../text/edit.ts";
import type { Finding } from "../text/finding.ts";
import { quoteLiteral } from "../text/quote.ts";
import type { Place } from "../text/span.ts";
import { sayRefused } from "./refused.ts";
import type { Fix, ReportOptions, Workspace } from "./workspace.ts";

/** What of a fix is tried. */
export type TriedFix = Pick<Fix, "edits" | "files" | "protects" | "drafted">;

export interface TrialOptions extends ProofLimits {
  /** What it is doing, as the rest of a sentence that begins with "Rowguard". */
  readonly onProgress?: (what: string) => void;
}

/** What trying a fix showed. */
export interface Trial {
  /** The sentence that says what is wrong with it; undefined where nothing is. */
  readonly problem?: string;
  /** Nothing was tried: it was cancelled, or could not begin. */
  readonly untried?: true;
  /** Tables whose access could not be tried, and why. */
  readonly unproven: readonly { readonly subject: string; readonly why: string }[];
  /** How many statements were tried as somebody. */
  readonly tried: number;
  /** What the linter finds outside the fix's files now that policies are there: for the user to mend. */
  readonly remarks?: readonly string[];
}

/**
 * Tries a fix before anyone sees it: with its new files in place, the whole history runs on the embedded PostgreSQL,
 * everybody of two tenants tries every command on the tables it protects, and the linter looks at the result. The
 * workspace is afterwards as it was. Rejects with the signal's reason where that is aborted.
 */
export async function tryFix(workspace: Workspace, fix: TriedFix, limits: TrialOptions = {}): Promise<Trial> {
  const { signal } = limits;
  const options = signal ? { signal } : {};
  const { findings, text } = await workspace.report(options);
  const before = new Set(findings.map(nameOf));
  const texts = textsAfter(fix, text);
  for (const [path, text] of texts) workspace.setText(path, text);
  try {
    const trial = await runAsEverybody(workspace, fix, limits);
    if (trial.problem !== undefined) return trial;
    const { problem, remarks } = await reportedBy(workspace, fix, before, options);
    return {
      ...trial,
      remarks: [...(trial.remarks ?? []), ...remarks],
      ...(problem !== undefined && { problem }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    for (const path of texts.keys()) workspace.setText(path, undefined);
  }
}

/** New files, and files with the fix's edits. */
function textsAfter({ files, edits }: TriedFix, textOf: (path: string) => string | undefined) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const own = edits.filter((edit) => edit.path === path);
    texts.set(path, applyEdits(textOf(path) ?? "", own));
  }
  return texts;
}

/** Says of a place whether the fix made it: anywhere in a new file, or from an edit on to the end of its file. */
function madeBy({ files, edits }: TriedFix): (place: Place | undefined) => boolean {
  const from = new Map<string, number>(files.map(({ path }) => [path, 0]));
  for (const { path, span } of edits) from.set(path, Math.min(span.start, from.get(path) ?? span.start));
  return (place) =>
    place !== undefined && place.span.start >= (from.get(place.path) ?? Number.POSITIVE_INFINITY);
}

async function runAsEverybody(workspace: Workspace, fix: TriedFix, limits: TrialOptions): Promise<Trial> {
  const { EmbeddedDatabase } = await import("../database/embedded/open.ts");
  const paths = new Set([...fix.files, ...fix.edits].map(({ path }) => path));
  const isMade = madeBy(fix);
  const trials: Trial[] = [];
  for (const project of await workspace.projects()) {
    if (!project.history.some(({ source }) => paths.has(source.path))) continue;
    limits.signal?.throwIfAborted();
    const database = new EmbeddedDatabase(project, {
      tell: (at) => {
        if (at.state !== "ready") limits.onProgress?.(sayProgress(at));
      },
    });
    const stop = () => void database.cancel();
    limits.signal?.addEventListener("abort", stop, { once: true });
    try {
      const trial = await tryProject(database, project, isMade, fix.protects, limits);
      if (trial.problem !== undefined) return trial;
      trials.push(trial);
    } finally {
      limits.signal?.removeEventListener("abort", stop);
      await database.close();
    }
  }
  limits.signal?.throwIfAborted();
  return {
    unproven: trials.flatMap(({ unproven }) => unproven),
    tried: trials.reduce((sum, each) => sum + each.tried, 0),
    remarks: trials.flatMap(({ remarks = [] }) => remarks),
  };
}

const sayProgress = ({ state, done, total }: Progress): string =>
  state === "running migrations"
    ? `runs the migrations${total ? ` (${done ?? 0} of ${total})` : ""}`
    : "starts an embedded PostgreSQL";

/** What PostgreSQL says of the new files, and then of everybody's statements. */
async function tryProject(
  database: EmbeddedDatabase,
  project: Project,
  isMade: (place: Place | undefined) => boolean,
  protects: Protected,
  { onProgress, ...limits }: TrialOptions,
): Promise<Trial> {
  const refused = sayRefused(project, await database.ready(), isMade);
  if (refused !== undefined) return { problem: refused, unproven: [], tried: 0 };
  const { tables, buckets, channels } = ofProject(project, protects);
  if (!tables.length && !buckets.length && !channels.length) return { unproven: [], tried: 0 };
  limits.signal?.throwIfAborted();
  onProgress?.("tries every command as members of two tenants");
  const { proveAccess } = await import("../isolation/prove.ts");
  const proof = await proveAccess(database, project, { tables, buckets, channels }, limits);
  const { unproven, tried } = proof;
  const remarks = proof.leaks.filter((each) => isOlder(each, project, isMade)).map(sayOlder);
  const leaks = proof.leaks.filter((each) => !isOlder(each, project, isMade));
  const [first, ...others] = [...proof.differences, ...leaks.map(({ text }) => text)];
  if (first === undefined) return { unproven, tried, remarks };
  const more = others.length ? ` (and ${others.length} more differences)` : "";
  return {
    problem: `tried on an embedded PostgreSQL, access is not what is declared: ${first}${more}.`,
    unproven,
    tried,
  };
}

/** What of a fix is one database's. */
const ofProject = (project: Project, { tables, buckets, channels }: Protected): Protected => ({
  tables: tables.filter((key) => project.catalog.tables.has(key)),
  buckets: buckets.filter((id) => project.catalog.buckets.has(id)),
  channels: channels.filter((topic) => channelsCalled(project, topic).length > 0),
});

/** Objects and messages are in one table for all buckets and channels: a policy that was there before may open any. */
function isOlder(
  { of, subject }: Leak,
  { catalog, platform }: Project,
  isMade: (place: Place | undefined) => boolean,
): boolean {
  const key = of === "bucket" ? platform.storageObjects : platform.realtimeMessages;
  const policies = [...(catalog.tables.get(key ?? "")?.policies.values() ?? [])];
  const others = [...catalog.buckets.keys()].filter((id) => id !== subject).map(quoteLiteral);
  const isOfAnother = ({ using, check }: Policy) =>
    of === "bucket" && others.some((id) => `${using?.text} ${check?.text}`.includes(id));
  return policies.some((each) => each.permissive && !isMade(each.made) && !isOfAnother(each));
}

const sayOlder = ({ text, of }: Leak): string =>
  `${text}: a policy that was there before opens ${of === "bucket" ? "it" : "that topic"}.`;

/**
 * What the linter says now and did not before, less what is only for information. A fault refuses the SQL where the SQL
 * holds it, or where it is an error. For the user to mend, a remark, is what is drafted and so looked at before it is used,
 * what the switch merely wakes in policies that were there before, a table left to him that is now the odd one out, and
 * that the application connects as a role which no policy binds.
 */
async function reportedBy(
  workspace: Workspace,
  fix: TriedFix,
  before: ReadonlySet<string>,
  options: ReportOptions,
): Promise<{ readonly problem?: string; readonly remarks: readonly string[] }> {
  const isMade = madeBy(fix);
  const { findings } = await workspace.report(options);
  const fresh = findings.filter((finding) => finding.severity !== "info" && !before.has(nameOf(finding)));
  const isLeft = ({ rule, subject }: Finding) =>
    rule === "table-without-rls" && !fix.protects.tables.includes(subject);
  const refuses = (finding: Finding) =>
    !fix.drafted &&
    !isOfConnection(finding) &&
    !isLeft(finding) &&
    (isMade(finding.at) || finding.severity === "error");
  const wrong = fresh.find(refuses);
  const remarks = fresh.filter((finding) => !refuses(finding)).map(({ message }) => message);
  if (!wrong) return { remarks };
  const where = isMade(wrong.at) ? "in the generated SQL" : `in ${wrong.at.path} with the generated SQL`;
  return { remarks, problem: `the linter finds something new ${where}: ${wrong.message}` };
}

const isOfConnection = ({ subject }: Finding): boolean => subject === "connection";

const nameOf = ({ rule, subject }: Finding): string => `${rule}\n${subject}`;
