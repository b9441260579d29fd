import type { Report } from "../lint/report.ts";
import type { Project } from "../project/project.ts";
import { printable } from "../report/printable.ts";
import { CannotRun, type Terminal } from "./terminal.ts";

/** Says why a report is not the whole of what was asked for. */
export function complainIncomplete(report: Report, terminal: Terminal): void {
  if (!report.incomplete) return;
  for (const sentence of reasonsFor(report)) terminal.complain(`rowguard: ${printable(sentence)}\n`);
}

function reasonsFor({ failures = [], root, sources }: Report): string[] {
  if (!sources.some(({ read }) => read)) {
    const none = `There is nothing to check in ${root}: no schema.prisma, no migrations and no other SQL`;
    return [
      sources.length
        ? `${none} of PostgreSQL was found; \`rowguard check --verbose\` says what was left alone, and why.`
        : `${none} was found.`,
    ];
  }
  if (!failures.length)
    return [
      "The configuration has mistakes, which the findings name; what could not be used counts as not written.",
    ];
  return failures.map(
    ({ rule, message }) =>
      `The rule ${rule} failed by a mistake of its own (${message}); the other rules ran. Please report it.`,
  );
}

/** Throws CannotRun where no source of a workspace makes a table: silence would read as if all were well. */
export function requireTables(projects: readonly Project[], root: string): void {
  if (projects.some(({ tablesFrom }) => tablesFrom !== "nothing")) return;
  throw new CannotRun(
    `No schema.prisma, no migrations and no other SQL that makes tables was found in ${root}.`,
  );
}
