import type { Migrated } from "../database/embedded/outcome.ts";
import type { Project } from "../project/project.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";

/**
 * Why PostgreSQL refused what a fix made, undefined where it did not. What it refused of the project's own before that is
 * said where something is missing now: that is why.
 */
export function sayRefused(
  project: Project,
  { failures }: Pick<Migrated, "failures">,
  isMade: (place: Place) => boolean,
): string | undefined {
  const made = failures.find(({ place }) => isMade(place));
  if (!made) return undefined;
  const refused = `PostgreSQL refuses the generated SQL: ${made.message}`;
  const [first, ...others] = failures.filter(({ place }) => !isMade(place));
  if (!first || !MISSING.has(made.code)) return `${refused}.`;
  const more = others.length ? ` (and ${others.length} more)` : "";
  return (
    `${refused}, for a migration of your own failed before it, at ${where(project, first.place)}: ${first.message}${more}. ` +
    'Mend that first; where other files set the database up before, list all of them in order as "migrations" in rowguard.config.json.'
  );
}

/** Schemas, tables, columns, functions and other objects that are not there. */
const MISSING: ReadonlySet<string> = new Set(["3F000", "42P01", "42703", "42883", "42704"]);

function where(project: Project, { path, span }: Place): string {
  const { line } = positionAt(findLineStarts(project.text(path) ?? ""), span.start);
  return `${path}:${line}`;
}
