import { placeOfTableState, relatedCreation } from "../../project/place.ts";
import { isConcealed, isTenantData, projectProtects, reachOf } from "../../project/reach.ts";
import { protectTable } from "../../project/remedies.ts";
import { describeReach, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A table that clients can reach has no row-level security.",
  why: "Without row-level security, a grant on the table is a grant on every tenant's rows. On Supabase, tables of an exposed schema are granted to anonymous and signed-in visitors unless something revoked it.",
  *check(table, project) {
    if (table.rowSecurity || table.uncertain || table.kind === "foreign" || isConcealed(project, table))
      return;
    if (table.policies.size || table.inherits.length || table.copiedFrom) return;
    const at = placeOfTableState(project, table);
    if (!at) return;
    const reach = reachOf(project, table);
    const subject = `${table.schema}.${table.name}`;
    const common = { at, subject, related: relatedCreation(project, table, at), remedy: protectTable(table) };
    if (reach.length) {
      yield {
        ...common,
        message: `${nameOf(table)} has no row-level security: ${describeReach(reach, project)}.`,
      };
    } else if (
      isTenantData(project, table) &&
      (projectProtects(project) || project.settings.requireRowSecurity)
    ) {
      yield {
        ...common,
        severity: "warning",
        message: `${nameOf(table)} holds rows of ${scopeWord(project, subject)} and has no row-level security, unlike other tables of this project.`,
      };
    } else if (project.settings.requireRowSecurity) {
      yield {
        ...common,
        severity: "warning",
        message: `${nameOf(table)} has no row-level security, which the configuration demands.`,
      };
    }
  },
});

const scopeWord = (project: Parameters<typeof isTenantData>[0], key: string): string =>
  project.tenancy.scopes.get(key)?.kind === "user" ? "single users" : "several tenants";
