import type { Func } from "../../catalog/catalog.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { giveOption } from "../../project/function-edits.ts";
import { bodyCalls, bodyRelations, signatureSql } from "../../project/function-words.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed, schemaReachable } from "../../project/reach.ts";
import { usesOfFunction } from "../../project/used-functions.ts";
import { nameOf } from "../../project/words.ts";
import type { Remedy, Severity } from "../../text/finding.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "function",
  severity: "warning",
  summary: "A function looks names up along a search path that its caller sets.",
  why: "Whoever can put an object into an earlier schema, or a temporary table, has the function use that instead. A SECURITY DEFINER function then does it with its owner's rights.",
  *check(func, project) {
    if (func.platform || func.uncertain || !/^(sql|plpgsql)$/.test(func.language) || isBound(func)) return;
    const qualified = isQualified(project, func);
    const path = func.settings.search_path;
    const severity = path ? severityOfPath(func, path) : severityWithout(project, func);
    if (!severity || (qualified && (path || project.platform.clientsUseApi))) return;
    yield {
      at: func.made,
      subject: `${func.schema}.${func.name}()`,
      severity,
      message: path
        ? `${nameOf(func)} runs as its owner and looks tables up in its caller's temporary schema before ${path.join(", ")}.`
        : `${nameOf(func)}${func.securityDefiner ? " runs as its owner and" : ""} looks names up along its caller's search path.`,
      remedy: pinPath(project, func, qualified),
    };
  },
});

/** The body of a BEGIN ATOMIC function was looked up when it was made. */
const isBound = (func: Func): boolean => func.source === undefined && func.body.complete;

/** With a path that stays, only temporary tables come before it: of account where the function runs as its owner. */
function severityOfPath(func: Func, path: readonly string[]): Severity | undefined {
  const schemas = path.filter((schema) => schema !== "");
  if (!func.securityDefiner || !schemas.length || schemas.at(-1) === "pg_temp") return undefined;
  return bodyRelations(func).some((name) => name.schema === undefined) ? "warning" : undefined;
}

function severityWithout(project: Project, func: Func): Severity | undefined {
  if (func.securityDefiner) return "error";
  const helps = usesOfFunction(project, func).some(
    ({ policy, table }) => !policy.refused && !isConcealed(project, table),
  );
  if (helps) return "warning";
  return schemaReachable(project, func.schema) && project.settings.clientRoles.length ? "info" : undefined;
}

/** Whether every relation and every function of the project's own is named with its schema. */
function isQualified(project: Project, func: Func): boolean {
  if (!func.body.complete || bodyRelations(func).some((name) => name.schema === undefined)) return false;
  return bodyCalls(func).every(
    (call) => call.name.length > 1 || !project.catalog.functions.has(functionOf(project, call)),
  );
}

/** An empty path where every name has its schema; else the one it was written for, temporary tables last. */
function pinPath(project: Project, func: Func, qualified: boolean): Remedy {
  const schemas = func.searchPath.filter((schema) => schema !== "" && schema !== "pg_temp");
  const path = qualified ? "''" : [...schemas, "pg_temp"].map(quoteIdentifier).join(", ");
  const inPlace = func.settings.search_path
    ? undefined
    : giveOption(project, func, `set search_path = ${path}`);
  return {
    kind: "statements",
    title: `Pin the search path of ${nameOf(func)}`,
    statements: [`alter function ${signatureSql(func)} set search_path = ${path};`],
    ...(inPlace ? { inPlace } : {}),
  };
}
