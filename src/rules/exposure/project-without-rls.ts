import type { Table } from "../../catalog/catalog.ts";
import { placeOfDatabase } from "../../project/place.ts";
import { isTenantData, keepsTenantsInCode } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary:
    "Nothing is protected by row-level security, and tenants are kept apart by application code alone.",
  why: "One forgotten `where` in the application shows every tenant's rows. Row-level security makes the database refuse them instead.",
  *check(project) {
    if (!keepsTenantsInCode(project) || project.settings.requireRowSecurity) return;
    const tables = [...project.catalog.tables.values()].filter((table) => isTenantData(project, table));
    const at = placeOfDatabase(project) ?? tables[0]?.made;
    if (!at || !tables.length) return;
    yield {
      at,
      subject: project.folder || "project",
      message: describe(tables),
      remedy: {
        kind: "intent",
        title: "Generate policies for every table",
        intent: { verb: "protect-all", subject: "project", command: "rowguard generate" },
      },
    };
  },
});

const describe = (tables: readonly Table[]): string =>
  tables.length === 1
    ? `${nameOf(tables[0]!)}, the one table with tenants' or users' rows, has no row-level security: only application code keeps them apart.`
    : `None of the ${tables.length} tables with tenants' or users' rows has row-level security: only application code keeps them apart.`;
