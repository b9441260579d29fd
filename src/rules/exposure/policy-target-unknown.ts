import { type CatalogEvent, qualify } from "../../catalog/catalog.ts";
import { tablesMadeElsewhere } from "../../project/made-elsewhere.ts";
import { isSame } from "../../project/place.ts";
import type { Project } from "../../project/project.ts";
import { restate } from "../../project/restate.ts";
import type { RawFinding } from "../../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A policy, ALTER TABLE or GRANT names a table that does not exist under that exact name.",
  why: 'PostgreSQL folds unquoted names to lower case, and Prisma\'s tables keep their capitals: `users` is not `"User"`. The statement fails, or, behind IF EXISTS, does nothing in silence, and the table stays as open as it was.',
  *check(project) {
    yield* madeElsewhere(project);
    const missing = new Map<string, Unknown[]>();
    for (const event of project.catalog.events) {
      if (event.kind !== "target-unknown") continue;
      if (!event.near && (!project.manages.tables || event.ifExists)) continue;
      if (isMadeGood(event, project)) continue;
      if (!event.near && (mayBePast(event, project) || isMadeUnseen(event, project))) continue;
      const key = `${event.schema}.${event.name}`;
      if (event.near) yield misspelt(project, event, event.near);
      else missing.set(key, [...(missing.get(key) ?? []), event]);
    }
    for (const events of missing.values()) yield nowhere(events, project);
  },
});

/** Each statement is restated by itself. */
function misspelt(project: Project, event: Unknown, near: string): RawFinding {
  const { schema, name, nameAt, ifExists } = event;
  const silently = ifExists ? " Behind IF EXISTS, the statement does nothing and says nothing." : "";
  const place = { path: nameAt.path, span: nameAt.span, text: near };
  const remedy = restate(project, event.place, [place], `Name ${near} instead`);
  return {
    at: nameAt,
    subject: `${schema}.${name}`,
    message: `There is no table ${schema}.${name}. The table is called ${near}.${silently}`,
    ...(remedy ? { remedy } : {}),
  };
}

/** A table that nothing makes, or only what runs later, is one defect, however many statements are about it. */
function nowhere([first, ...others]: readonly Unknown[], { catalog }: Project): RawFinding {
  const { schema, name, nameAt } = first!;
  const later = catalog.tables.get(qualify(schema, name));
  const why = later
    ? " yet when this runs. Move it behind the statement that makes the table."
    : ": nothing makes it. Correct the name, or add the migration that makes it.";
  return {
    at: nameAt,
    subject: `${schema}.${name}`,
    message: `There is no table ${schema}.${name}${why}`,
    related: [
      ...(later ? [{ place: later.made, message: "The table is made here." }] : []),
      ...others.slice(0, 50).map((each) => ({ place: each.nameAt, message: "It is named here as well." })),
    ],
  };
}

/** One word for a history that begins in the middle, in place of one for each of its tables. */
function* madeElsewhere({ catalog }: Project): Iterable<RawFinding> {
  const [first, ...others] = tablesMadeElsewhere(catalog);
  if (!first) return;
  yield {
    at: first.nameAt,
    severity: "info",
    subject: "history",
    message: `No migration makes ${first.schema}.${first.name} and ${others.length} other tables that they alter: put a dump of the schema before them, or what hangs on those tables is not judged.`,
  };
}

type Unknown = Extract<CatalogEvent, { kind: "target-unknown" }>;

/**
 * A script outside the migrations may have run long ago, on a table that has another name today; and where scripts are
 * all there is, on one that was made by hand.
 */
const mayBePast = ({ statement, place }: Unknown, { history, modelOfTable }: Project): boolean =>
  (statement !== "create policy" || (!modelOfTable.size && history.every(isScript))) &&
  history.some((file) => isScript(file) && file.source.path === place.path);

/** Of the platform's own tables only those are known that policies meet. */
const isMadeUnseen = ({ schema }: Unknown, { platform }: Project): boolean =>
  platform.ownSchemas.includes(schema);

const isScript = ({ kind }: Project["history"][number]): boolean => kind === "adhoc";

/** A later statement did to the table that was meant what this one could not. */
function isMadeGood({ statement, near, place }: Unknown, project: Project): boolean {
  const meant = [...project.catalog.tables.values()].find(
    ({ schema, name }) => quoteIdentifier(name) === near || quoteQualified(schema, name) === near,
  );
  if (!meant) return false;
  if (statement.startsWith("alter table")) return meant.rowSecurity;
  const lost = project.catalog.refused.find((policy) => isSame(policy.made, place));
  return statement === "create policy" && lost !== undefined && meant.policies.has(lost.name);
}
