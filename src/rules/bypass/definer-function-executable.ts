import type { Func, Table, View } from "../../catalog/catalog.ts";
import { mayCall } from "../../project/callable.ts";
import { bodyQueries, isTriggerFunction, onlyReads, signatureSql } from "../../project/function-words.ts";
import { wayToOthers } from "../../project/other-tenants.ts";
import type { Project } from "../../project/project.ts";
import { schemaReachable } from "../../project/reach.ts";
import {
  isView,
  ownerOf,
  readsPastPolicies,
  relationNamed,
  relationsOfBody,
  seesEveryRow,
} from "../../project/relations.ts";
import { findClaimCallOfBody } from "../../project/session.ts";
import { asksSecret, givesStrangers } from "../../project/strangers.ts";
import { usesOfFunction } from "../../project/used-functions.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { visitQuery } from "../../source/sql/walk.ts";
import type { Remedy, Severity } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "function",
  severity: "error",
  summary: "Clients can call a function that works past policies.",
  why: "A SECURITY DEFINER function has its owner's rights: policies do not apply to what it reads and writes, and EXECUTE is everybody's until it is revoked. What the function checks itself is all there is.",
  *check(func, project) {
    if (func.platform || !func.securityDefiner || func.uncertain || isTriggerFunction(func)) return;
    const callers = callersOf(project, func);
    const written = callers.length ? writtenTables(project, func) : NONE;
    const tables = callers.length ? passedTables(project, func, written, callers) : [];
    const table = tables.find((each) => written.has(each)) ?? tables[0];
    if (!table) return;
    const gap = gapOf(project, func, tables, callers);
    const bound = gap === undefined;
    yield {
      at: func.made,
      subject: `${func.schema}.${func.name}()`,
      severity: bound ? "info" : severityOf(project, func, callers),
      message: `${listOf(callers)} can call ${nameOf(func)}, which ${written.has(table) ? "writes" : "reads"} ${nameOf(table)} as its owner, past its policies${gap ?? ""}.`,
      ...remedyOf(project, func, bound),
    };
  },
});

/** What it does not ask; undefined where it binds what it reaches to its caller. */
function gapOf(
  project: Project,
  func: Func,
  tables: readonly Table[],
  callers: readonly string[],
): string | undefined {
  if (onlyReads(func) && bodyQueries(func).some(asksSecret)) return undefined;
  if (!findClaimCallOfBody(project, func)) return ", whoever asks";
  if (givesStrangers(project, func, tables, callers)) return ", and ties no row to who asks";
  const way = wayToOthers(project, func, tables);
  const by = way && project.catalog.tables.get(way.by);
  if (!by) return undefined;
  return way.keyColumn === undefined
    ? `, and asks whether the caller is in ${nameOf(by)}, never whether what it reaches is of the same tenant`
    : `, and asks for a row of ${nameOf(by)}, never whether what it reaches has the same ${way.keyColumn}`;
}

const callersOf = (project: Project, func: Func): readonly string[] =>
  schemaReachable(project, func.schema)
    ? project.settings.clientRoles.filter((role) => mayCall(project, func, role))
    : [];

/** Protected tables that the body names, whose policies do not apply to its owner and hide rows from its callers. */
const passedTables = (
  project: Project,
  func: Func,
  written: ReadonlySet<Table | View>,
  callers: readonly string[],
): readonly Table[] =>
  relationsOfBody(project, func).filter(
    (relation): relation is Table =>
      !isView(relation) &&
      relation.rowSecurity &&
      (relation.platform
        ? relation.schema === "auth"
        : readsPastPolicies(project, relation, ownerOf(project, func))) &&
      (written.has(relation) || callers.some((role) => !seesEveryRow(project, relation, role))),
  );

/** A yes or no about rows tells little; anonymous visitors can be anybody. */
function severityOf(project: Project, func: Func, callers: readonly string[]): Severity {
  const { anonymousRole } = project.platform;
  if (onlyReads(func) && func.returns?.name === "bool") return "warning";
  return anonymousRole !== undefined && !callers.includes(anonymousRole) ? "warning" : "error";
}

const NONE: ReadonlySet<Table | View> = new Set();

function writtenTables({ catalog }: Project, func: Func): ReadonlySet<Table | View> {
  const found = new Set<Table | View>();
  for (const query of bodyQueries(func))
    visitQuery(query, {
      query: ({ into }) => {
        const relation = into && relationNamed(catalog, into, func.searchPath);
        if (relation) found.add(relation);
      },
    });
  return found;
}

/** Policies and code that call it need EXECUTE: there only its author knows what it should ask for. */
function remedyOf(project: Project, func: Func, bound: boolean): { remedy?: Remedy } {
  const called = (project.usages.get("supabase-rpc") ?? []).some(
    (usage) => usage.kind === "supabase-rpc" && usage.function?.value === func.name,
  );
  if (bound || called || usesOfFunction(project, func).length) return {};
  const roles = ["public", ...project.settings.clientRoles];
  return {
    remedy: {
      kind: "statements",
      title: `Revoke ${nameOf(func)} from ${listOf(roles)}`,
      statements: [`revoke execute on function ${signatureSql(func)} from ${roles.join(", ")};`],
    },
  };
}
