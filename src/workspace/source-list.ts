import { remember } from "../catalog/remember.ts";
import type { SourceNote } from "../lint/report.ts";
import type { HistoryFile, Project } from "../project/project.ts";
import type { CodeFile } from "../project/usage.ts";
import type { FactStore } from "./facts/fact-store.ts";
import { asReason, type Surveyed } from "./surveyor.ts";

/** What was read, in the order it counts, then what was not and why: what the layout leaves alone need not be readable. */
export function listSources(
  projects: readonly Project[],
  surveyed: Surveyed,
  left: readonly SourceNote[],
  store: FactStore,
): SourceNote[] {
  const read = projects.flatMap((project) => [...readOf(project)]);
  const decided = new Set(surveyed.notes.map(({ path }) => path));
  const unread = surveyed.files.flatMap(({ path }) => {
    const facts = store.get("sql", path) ?? store.get("outside-sql", path);
    const problem = decided.has(path) ? undefined : store.known.problem(path);
    const unread = problem ?? (facts?.left === undefined ? undefined : { why: facts.left });
    return unread ? [{ path, what: "file", read: false, ...unread, why: asReason(unread.why) }] : [];
  });
  const listed = new Set([...read, ...unread].map(({ path }) => path));
  const rest = [...left, ...surveyed.notes].filter(({ path }) => !listed.has(path));
  return [...read, ...unread, ...rest];
}

/** What of `listSources` could not be read: this costs nothing where all was. */
export function listUnread(
  { files, notes }: Pick<Surveyed, "files" | "notes">,
  left: readonly SourceNote[],
  store: FactStore,
): SourceNote[] {
  const failed = new Map(
    [...store.known.problemPaths()].flatMap((path) => {
      const problem = store.known.problem(path);
      return problem?.failed ? [[path, problem] as const] : [];
    }),
  );
  const decided = [...left, ...notes].filter((note) => note.failed);
  if (!failed.size) return decided;
  for (const { path } of notes) failed.delete(path);
  const own = files.flatMap(({ path }) => {
    const problem = failed.get(path);
    return problem ? [{ path, what: "file", read: false, ...problem, why: asReason(problem.why) }] : [];
  });
  return [...own, ...decided];
}

function* readOf({ prisma, history, code }: Project): Generator<SourceNote> {
  for (const { path } of prisma) yield { path, what: "Prisma schema", read: true };
  const files = new Map<string, HistoryFile[]>();
  for (const file of history)
    if (file.kind !== "model") remember(files, file.source.path, (): HistoryFile[] => []).push(file);
  let place = 0;
  for (const pieces of files.values()) yield noteOfHistory(pieces, ++place);
  for (const file of code) if (file.usages.length) yield remember(ofCode, file, () => noteOfCode(file));
}

/** Notes of what did not change since the last report. */
const ofCode = new WeakMap<CodeFile, SourceNote>();
const ofHistory = new WeakMap<HistoryFile, { readonly place: number; readonly note: SourceNote }>();

const noteOfCode = ({ path }: CodeFile): SourceNote => ({ path, what: "code", read: true });

/** `pieces` are those of one file. */
function noteOfHistory(pieces: readonly HistoryFile[], place: number): SourceNote {
  const file = pieces[0]!;
  const before = ofHistory.get(file);
  if (before?.place === place) return before.note;
  const why = `${ordinal(place)} of the history${notesOf(pieces)}`;
  const note = { path: file.source.path, what: KINDS[file.kind], read: true, why };
  ofHistory.set(file, { place, note });
  return note;
}

const KINDS: Readonly<Record<HistoryFile["kind"], string>> = {
  prisma: "Prisma migration",
  supabase: "Supabase migration",
  other: "migration",
  schema: "declarative schema",
  adhoc: "SQL outside the migrations",
  database: "database",
  model: "model",
};

function notesOf(pieces: readonly HistoryFile[]): string {
  const count = (of: "errors" | "notes") => pieces.reduce((sum, { source }) => sum + source[of].length, 0);
  const [errors, notes] = [count("errors"), count("notes")];
  const parts = [errors && `${errors} not understood`, notes && `${notes} passed over`];
  return parts
    .filter(Boolean)
    .map((part) => `, ${part}`)
    .join("");
}

function ordinal(n: number): string {
  const last = n % 100;
  const ending = last > 10 && last < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
