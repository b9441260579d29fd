import { clientRolesReaching, isBypass, mayDo } from "../../catalog/access.ts";
import type { Func, Table, View } from "../../catalog/catalog.ts";
import { functionOf } from "../../project/caller-parts.ts";
import type { Project } from "../../project/project.ts";
import {
  isInvokerView,
  isView,
  readsPastPolicies,
  relationsOfBody,
  seesEveryRow,
} from "../../project/relations.ts";
import { findClaimCallOfBody, findClaimCallOfQuery } from "../../project/session.ts";
import { showsStrangers } from "../../project/strangers.ts";
import { ownersReading } from "../../project/view-reading.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { visitQuery } from "../../source/sql/walk.ts";
import { quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "view",
  severity: "error",
  summary: "A view that clients can read shows rows past the policies of its tables.",
  why: "A view reads its tables with its owner's rights unless it says `security_invoker = true`: the policies that apply are the owner's, and an owner has none.",
  *check(view, project) {
    if (view.platform || view.materialized || view.uncertain) return;
    const readers = readersOf(project, view);
    if (!readers.length) return;
    // What a security_invoker view shows through another view is for that one to answer, where clients reach it.
    const passed = ownersReading(
      project,
      view,
      (each) => isInvokerView(view) && readersOf(project, each).length > 0,
    );
    const hidden = passed.filter((each) => readers.some((role) => !seesEveryRow(project, each, role)));
    const names = findClaimCallOfQuery(project, view.query) !== undefined;
    if (names && !showsStrangers(project, view, hidden, readers)) return;
    const [table] = hidden;
    const func = table ? undefined : findDefinerRead(project, view, readers);
    if (!table && !func) return;
    const name = quoteQualified(view.schema, view.name);
    yield {
      at: view.made,
      subject: `${view.schema}.${view.name}`,
      message: table
        ? `The view ${nameOf(view)} shows ${listOf(readers)} rows of ${nameOf(table)} past its policies.`
        : `The view ${nameOf(view)} calls ${nameOf(func!)}, which shows ${listOf(readers)} rows past policies.`,
      ...(table && !isInvokerView(view)
        ? {
            remedy: {
              kind: "statements" as const,
              title: `Let ${nameOf(view)} read with its caller's rights`,
              statements: [`alter view ${name} set (security_invoker = true);`],
            },
          }
        : {}),
    };
  },
});

/** Client roles that may select from the view, and the application's own where policies hold it. */
function readersOf(project: Project, view: View): readonly string[] {
  const { catalog, platform, settings } = project;
  const { applicationRole: own } = settings;
  const clientRoles =
    own === undefined || isBypass(catalog, own) || settings.clientRoles.includes(own)
      ? settings.clientRoles
      : [...settings.clientRoles, own];
  return clientRolesReaching(catalog, view, platform, { ...settings, clientRoles })
    .filter(({ privileges }) => mayDo(privileges, "select"))
    .map(({ role }) => role);
}

/** A SECURITY DEFINER function that the view calls, which reads protected rows whoever asks. */
function findDefinerRead(project: Project, view: View, readers: readonly string[]): Func | undefined {
  const called: Func[] = [];
  visitQuery(view.query, {
    expr: (expr) =>
      void (
        expr.kind === "call" &&
        called.push(...(project.catalog.functions.get(functionOf(project, expr)) ?? []))
      ),
  });
  return called.find(
    (func) =>
      !func.platform &&
      func.securityDefiner &&
      !findClaimCallOfBody(project, func) &&
      relationsOfBody(project, func).some((each) => isPassed(project, each, readers)),
  );
}

const isPassed = (project: Project, relation: Table | View, readers: readonly string[]): boolean =>
  !isView(relation) &&
  relation.rowSecurity &&
  readsPastPolicies(project, relation, project.platform.migrationRole) &&
  readers.some((role) => !seesEveryRow(project, relation, role));
