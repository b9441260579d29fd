import { qualify, type Table } from "../catalog/catalog.ts";
import type { Related } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { type Project, placeInModel } from "./project.ts";
import { nameOf } from "./words.ts";

/** Where the database is named: the datasource's name in `schema.prisma`. */
export function placeOfDatabase(project: Project): Place | undefined {
  for (const source of project.prisma)
    for (const datasource of source.datasources) return { path: source.path, span: datasource.nameSpan };
  return undefined;
}

/**
 * Where a finding about the state of a table stands: on the model where Prisma declares it, else on the statement
 * that made the state what it is, else on the one that made the table.
 */
export function placeOfTableState(project: Project, table: Table, state?: Place): Place | undefined {
  const model = project.modelOfTable.get(qualify(table.schema, table.name));
  if (model) return placeInModel(project, model, model.model.nameSpan);
  if (table.implicit && !isWritten(project, table.made)) return placeOfDatabase(project);
  return state ?? table.rowSecurityPlace ?? table.made;
}

/** The CREATE TABLE, where the finding stands elsewhere. */
export function relatedCreation(project: Project, table: Table, at: Place): readonly Related[] {
  if (!isWritten(project, table.made) || isSame(table.made, at) || table.made.path === at.path) return [];
  return [{ place: table.made, message: `${nameOf(table)} is created here.` }];
}

const isWritten = (project: Project, place: Place): boolean => project.text(place.path) !== undefined;

export const isSame = (a: Place, b: Place): boolean =>
  a.path === b.path && a.span.start === b.span.start && a.span.end === b.span.end;
