import { mistakes, whyIncomplete, withoutFiles } from "../lint/incomplete.ts";
import type { Report } from "../lint/report.ts";
import type { Project } from "../project/project.ts";
import { printable } from "../report/printable.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Folder } from "./folders.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

/** Says why a report is not the whole of what was asked for; `prefix` stands before its paths. */
export function complainIncomplete(report: Report, prefix: string, terminal: Terminal): void {
  complain(whyIncomplete(report, prefix), terminal);
}

/** What an answer without a report is without. */
export interface Missed {
  /** One sentence each. */
  readonly incomplete: readonly string[];
  /** The exit code of an answer that would have ended with `code`. */
  exit(code: number): number;
}

/** A folder, and what an answer about it is without. */
export type Answered = Folder & Pick<Missed, "incomplete">;

/** Of an answer that comes from no file. */
export const NOTHING_MISSED: Missed = { incomplete: [], exit: (code) => code };

/** Finds out what an answer is without, and says it. */
export async function complainMissed(
  workspace: Workspace,
  { prefix }: Folder,
  terminal: Terminal,
): Promise<Missed> {
  const { problems } = await workspace.configuration();
  const sources = await workspace.sources();
  const incomplete = [
    ...withoutFiles(
      sources.filter(({ failed }) => failed),
      prefix,
    ),
    ...(problems.length ? [mistakes("`rowguard check` names")] : []),
  ];
  complain(incomplete, terminal);
  return {
    incomplete,
    exit: (code) => (incomplete.length && code !== INTERRUPTED ? EXIT.failed : code),
  };
}

function complain(sentences: readonly string[], terminal: Terminal): void {
  for (const sentence of sentences) terminal.complain(`rowguard: ${printable(sentence)}\n`);
}

/** One sentence where no source of a workspace makes a table. */
export const withoutTables = (projects: readonly Project[], root: string): string[] =>
  projects.some(({ tablesFrom }) => tablesFrom !== "nothing")
    ? []
    : [`No schema.prisma, no migrations and no other SQL that makes tables was found in ${root}.`];

/** Throws CannotRun where no source of a workspace makes a table: silence would read as if all were well. */
export function requireTables(projects: readonly Project[], root: string): void {
  for (const sentence of withoutTables(projects, root)) throw new CannotRun(sentence);
}
