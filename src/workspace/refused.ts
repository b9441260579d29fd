import type { Failure, Migrated } from "../database/embedded/outcome.ts";
import type { Project } from "../project/project.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import { causeOf, isMissing } from "./cause.ts";

/**
 * Why PostgreSQL refused what a fix made, undefined where it did not. What it refused of the project's own before that is
 * said where something is missing now: that may be why, or is known to be.
 */
export function sayRefused(
  project: Project,
  { failures }: Pick<Migrated, "failures">,
  isMade: (place: Place) => boolean,
): string | undefined {
  const made = failures.find(({ place }) => isMade(place));
  if (!made) return undefined;
  const refused = `PostgreSQL refuses the generated SQL: ${made.message}`;
  const own = failures.slice(0, failures.indexOf(made));
  const [first, ...others] = own;
  if (!first || !isMissing(made)) return `${refused}.`;
  const cause = causeOf(project, made, own);
  if (cause)
    return `${refused}, for a migration of your own failed before it, at ${told(project, cause)}. Mend that first; ${LISTED}`;
  const which = others.length
    ? `${own.length} statements of your own failed before it, the first`
    : "a statement of your own failed before it,";
  return `${refused}. That may be because ${which} at ${told(project, first)}; ${LISTED}`;
}

const LISTED =
  'where other files set the database up before, list all of them in order as "migrations" in rowguard.config.json.';

function told(project: Project, { place: { path, span }, message }: Failure): string {
  const { line } = positionAt(findLineStarts(project.text(path) ?? ""), span.start);
  return `${path}:${line}: ${message}`;
}
