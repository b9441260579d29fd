import { clientRolesReaching, mayDo } from "../../catalog/access.ts";
import { isInvokerView } from "../../project/relations.ts";
import { findClaimCallOfQuery } from "../../project/session.ts";
import { ownersReading } from "../../project/view-reading.ts";
import { nameOf } from "../../project/words.ts";
import { quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "view",
  severity: "info",
  summary: "A view keeps tenants apart by its own WHERE, without a security barrier.",
  why: "The planner may run a condition of the caller's before the view's own: a cheap function that raises a notice then sees every tenant's rows. With `security_invoker` the tables' policies hold, and they are always a barrier.",
  *check(view, project) {
    if (project.platform.clientsUseApi || view.platform || view.materialized || view.uncertain) return;
    if (isInvokerView(view) || /^(true|on|1|yes)$/i.test(view.options.security_barrier ?? "")) return;
    const isRead = clientRolesReaching(project.catalog, view, project.platform, project.settings).some(
      ({ privileges }) => mayDo(privileges, "select"),
    );
    if (!isRead || !findClaimCallOfQuery(project, view.query)) return;
    const [table] = ownersReading(project, view, () => false);
    if (!table) return;
    yield {
      at: view.made,
      subject: `${view.schema}.${view.name}`,
      message: `The view ${nameOf(view)} shows rows of ${nameOf(table)} past its policies and sorts them out itself, without a security barrier.`,
      remedy: {
        kind: "statements",
        title: `Let ${nameOf(view)} read with its caller's rights`,
        statements: [`alter view ${quoteQualified(view.schema, view.name)} set (security_invoker = true);`],
      },
    };
  },
});
