import type { Table, View } from "../catalog/catalog.ts";
import type { Project } from "./project.ts";
import { isInvokerView, isView, ownerOf, readsPastPolicies, relationsOfView } from "./relations.ts";
import { rowAccessOf } from "./row-access.ts";
import { findClaimCallOfQuery } from "./session.ts";

/**
 * The protected tables whose rows a view shows past the policies of whoever asks, directly or through other views: its
 * owner steps around them, or policies of the owner's own let rows through. Views that `skip` names are left out.
 */
export const ownersReading = (
  project: Project,
  view: View,
  skip: (view: View) => boolean,
): readonly Table[] => [...readPast(project, view, skip, new Set())];

/** A security_invoker view reads with the rights of whoever asks, also from within one that does not. */
function* readPast(
  project: Project,
  view: View,
  skip: (view: View) => boolean,
  seen: Set<View>,
): Iterable<Table> {
  if (seen.has(view)) return;
  seen.add(view);
  const owner = isInvokerView(view) ? undefined : ownerOf(project, view);
  for (const relation of relationsOfView(project, view)) {
    if (isView(relation)) {
      if (!relation.materialized && !skip(relation)) yield* readPast(project, relation, skip, seen);
    } else if (owner !== undefined && relation.rowSecurity && !relation.uncertain)
      if (showsRows(project, relation, owner)) yield relation;
  }
}

const showsRows = (project: Project, table: Table, role: string): boolean =>
  readsPastPolicies(project, table, role) || rowAccessOf(project, table, role, "select").rows === "some";

/** Whether a view, or one that it reads, names who asks. */
export const namesCaller = (project: Project, view: View, above: readonly View[] = []): boolean =>
  findClaimCallOfQuery(project, view.query) !== undefined ||
  relationsOfView(project, view).some(
    (each) =>
      isView(each) &&
      !each.materialized &&
      !above.includes(each) &&
      namesCaller(project, each, [...above, view]),
  );
