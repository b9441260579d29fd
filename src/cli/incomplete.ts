import type { Report, SourceNote } from "../lint/report.ts";
import type { Project } from "../project/project.ts";
import { printable } from "../report/printable.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Folder } from "./folders.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

/** Says why a report is not the whole of what was asked for; `prefix` stands before its paths. */
export function complainIncomplete(report: Report, prefix: string, terminal: Terminal): void {
  if (!report.incomplete) return;
  const { failures = [], misconfigured, root, sources } = report;
  complain(
    [
      ...withoutFiles(sources, prefix),
      ...(sources.some(({ read }) => read) ? [] : [nothingIn(root, sources)]),
      ...failures.map(
        ({ rule, message }) =>
          `The rule ${rule} failed by a mistake of its own (${message}); the other rules ran. Please report it.`,
      ),
      ...(misconfigured ? [mistakes("the findings name")] : []),
    ],
    terminal,
  );
}

/** Says what an answer without a report is without. Gives the exit code of an answer that would have ended with `code`. */
export async function complainMissed(
  workspace: Workspace,
  { prefix }: Folder,
  terminal: Terminal,
): Promise<(code: number) => number> {
  const { problems } = await workspace.configuration();
  const sentences = [
    ...withoutFiles(await workspace.sources(), prefix),
    ...(problems.length ? [mistakes("`rowguard check` names")] : []),
  ];
  complain(sentences, terminal);
  return (code) => (sentences.length && code !== INTERRUPTED ? EXIT.failed : code);
}

function complain(sentences: readonly string[], terminal: Terminal): void {
  for (const sentence of sentences) terminal.complain(`rowguard: ${printable(sentence)}\n`);
}

const mistakes = (named: string): string =>
  `The configuration has mistakes, which ${named}; what could not be used counts as not written.`;

/** More of them are counted. */
const SHOWN = 3;

/** At most one sentence. */
function withoutFiles(sources: readonly SourceNote[], prefix: string): string[] {
  const unread = sources.filter(({ failed }) => failed);
  if (!unread.length) return [];
  const named = unread.slice(0, SHOWN).map(({ path, why }) => `${prefix}${path} (${why})`);
  const rest = unread.length - named.length;
  const more = rest ? ` and ${rest} more, which \`rowguard check --verbose\` lists` : "";
  return [
    `This is without what could not be read: ${named.join(", ")}${more}; ` +
      'what the database does not need can be named under "exclude" in rowguard.config.json.',
  ];
}

function nothingIn(root: string, sources: readonly SourceNote[]): string {
  const none = `There is nothing to check in ${root}: no schema.prisma, no migrations and no other SQL`;
  return sources.length
    ? `${none} of PostgreSQL was found; \`rowguard check --verbose\` says what was left alone, and why.`
    : `${none} was found.`;
}

/** Throws CannotRun where no source of a workspace makes a table: silence would read as if all were well. */
export function requireTables(projects: readonly Project[], root: string): void {
  if (projects.some(({ tablesFrom }) => tablesFrom !== "nothing")) return;
  throw new CannotRun(
    `No schema.prisma, no migrations and no other SQL that makes tables was found in ${root}.`,
  );
}
