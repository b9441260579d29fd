import { placeOfTableState } from "../../project/place.ts";
import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "The application's own role owns a protected table that is not forced.",
  why: "A table's owner steps around its policies unless FORCE ROW LEVEL SECURITY is set, so the application sees every tenant's rows. A separate role for the application that owns nothing is the sturdier cure.",
  *check(table, project) {
    const role = project.settings.applicationRole;
    if (!role || !table.rowSecurity || table.forced || table.uncertain || isConcealed(project, table)) return;
    const options = project.catalog.roles.get(role)?.options;
    if (options?.bypassRls || options?.superuser) return;
    if ((table.owner ?? project.platform.migrationRole) !== role) return;
    const at = placeOfTableState(project, table);
    if (!at) return;
    yield {
      at,
      subject: `${table.schema}.${table.name}`,
      message: `${role} owns ${nameOf(table)} and steps around its policies: row-level security is not forced.`,
      remedy: {
        kind: "statements",
        title: `Force row-level security on ${nameOf(table)}`,
        statements: [`alter table ${quoteQualified(table.schema, table.name)} force row level security;`],
      },
    };
  },
});
