import { clientRolesReaching, isBypass, mayDo } from "../../catalog/access.ts";
import type { Func, Table, View } from "../../catalog/catalog.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { rowsOfOthers } from "../../project/other-tenants.ts";
import type { Project } from "../../project/project.ts";
import {
  isInvokerView,
  isView,
  readsPastPolicies,
  relationsOfBody,
  seesEveryRow,
} from "../../project/relations.ts";
import { findClaimCallOfBody } from "../../project/session.ts";
import { showsNothing, showsStrangers } from "../../project/strangers.ts";
import { type ViewLeak, writtenPast } from "../../project/view-leaks.ts";
import { namesCaller, ownersReading } from "../../project/view-reading.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Privilege } from "../../source/sql/statement.ts";
import { visitQuery } from "../../source/sql/walk.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import { quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "view",
  severity: "error",
  summary: "A view that clients can reach shows or writes rows past the policies of its tables.",
  why: "A view reads and writes its tables with its owner's rights unless it says `security_invoker = true`: the policies that apply are the owner's, and an owner has none. PostgreSQL makes a simple view writable by itself, and holds new rows to the view's own WHERE only under WITH CHECK OPTION; the row that INSERT ... ON CONFLICT DO UPDATE finds it holds to nothing.",
  *check(view, project) {
    if (view.platform || view.materialized || view.uncertain) return;
    const said = sayRead(project, view) ?? sayWritten(project, view);
    if (said) yield { at: view.made, subject: `${view.schema}.${view.name}`, ...said };
  },
});

type Said = Pick<RawFinding, "message" | "remedy">;

function sayRead(project: Project, view: View): Said | undefined {
  const readers = rolesWith(project, view, ["select"]);
  if (!readers.length) return undefined;
  // What a security_invoker view shows through another view is for that one to answer, where clients reach it.
  const passed = ownersReading(
    project,
    view,
    (each) => isInvokerView(view) && rolesWith(project, each, ["select"]).length > 0,
  );
  const hidden = passed.filter((each) => readers.some((role) => !seesEveryRow(project, each, role)));
  if (namesCaller(project, view) && !showsStrangers(project, view, hidden, readers))
    return sayShownToMembers(project, view, hidden, readers);
  const [table] = hidden;
  if (table) {
    if (showsNothing(project, view)) return undefined;
    const message = `The view ${nameOf(view)} shows ${listOf(readers)} rows of ${nameOf(table)} past its policies.`;
    return { message, ...remedyOf(view) };
  }
  const func = findDefinerRead(project, view, readers);
  return (
    func && {
      message: `The view ${nameOf(view)} calls ${nameOf(func)}, which shows ${listOf(readers)} rows past policies.`,
    }
  );
}

/** It asks whether its reader is a member, and not of which tenant. */
function sayShownToMembers(
  project: Project,
  view: View,
  hidden: readonly Table[],
  readers: readonly string[],
): Said | undefined {
  const signedIn = readers.filter((role) => role !== project.platform.anonymousRole);
  const shown = signedIn.length ? rowsOfOthers(project, view, hidden) : undefined;
  const members = shown && project.catalog.tables.get(shown.by);
  return (
    members && {
      message: `The view ${nameOf(view)} shows ${listOf(signedIn)} rows of ${nameOf(shown.table)} past its policies: it asks whether they are in ${nameOf(members)}, never whether the row is of the same tenant.`,
      ...remedyOf(view),
    }
  );
}

/** What is written through a security_invoker view is for the one below to answer. */
function sayWritten(project: Project, view: View): Said | undefined {
  if (isInvokerView(view)) return undefined;
  const leaks = writtenPast(project, view, rolesWith(project, view, ["insert", "update", "delete"]));
  const worst = WORST_FIRST.flatMap((kind) => {
    const same = leaks.filter((leak) => leak.kind === kind);
    return same.length ? [same] : [];
  })[0];
  return worst && { message: messageOf(view, worst), ...remedyOf(view) };
}

const WORST_FIRST = ["found", "given", "taken"] as const;

function messageOf(view: View, leaks: readonly ViewLeak[]): string {
  const { kind, table, own } = leaks[0]!;
  const begin = `The view ${nameOf(view)} lets ${listOf(leaks.map(({ role }) => role))}`;
  const commands = listOf([...new Set(leaks.flatMap((leak) => leak.commands))]);
  if (kind === "found") return `${begin} ${commands} rows of ${nameOf(table)} past its policies.`;
  if (kind === "given")
    return `${begin} ${commands} rows of ${nameOf(table)} with any ${own}, past its policies: no WITH CHECK OPTION holds them to the view.`;
  return `${begin} change any row of ${nameOf(table)} past its policies: INSERT ... ON CONFLICT DO UPDATE finds it by its key, whatever the view shows.`;
}

const remedyOf = (view: View): { readonly remedy?: Remedy } =>
  isInvokerView(view)
    ? {}
    : {
        remedy: {
          kind: "statements",
          title: `Let ${nameOf(view)} read with its caller's rights`,
          statements: [`alter view ${quoteQualified(view.schema, view.name)} set (security_invoker = true);`],
        },
      };

/** Client roles that may do one of these with the view, and the application's own where policies hold it. */
function rolesWith(project: Project, view: View, commands: readonly Privilege[]): readonly string[] {
  const { catalog, platform, settings } = project;
  const { applicationRole: own } = settings;
  const clientRoles =
    own === undefined || isBypass(catalog, own) || settings.clientRoles.includes(own)
      ? settings.clientRoles
      : [...settings.clientRoles, own];
  return clientRolesReaching(catalog, view, platform, { ...settings, clientRoles })
    .filter(({ privileges }) => commands.some((command) => mayDo(privileges, command)))
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
