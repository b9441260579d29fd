import type { Func, Table } from "../../catalog/catalog.ts";
import { itemsIn } from "../../catalog/meaning/rows.ts";
import { bodyQueries } from "../../project/function-words.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed, reachOf } from "../../project/reach.ts";
import { isView, ownerOf, readsPastPolicies, relationNamed } from "../../project/relations.ts";
import { findClaimCallOfBody } from "../../project/session.ts";
import { nameOf } from "../../project/words.ts";
import { columnsOf, queryParts, visitQuery } from "../../source/sql/walk.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "info",
  summary: "A trigger copies what its owner may see into rows of its caller.",
  why: "A SECURITY DEFINER trigger function reads past policies. Where the row that a client writes says which other row to look up, and what is found goes into the client's row, he may read any row by writing its key.",
  *check(table, project) {
    if (isConcealed(project, table) || !reachOf(project, table).some(({ writes }) => writes)) return;
    for (const trigger of table.triggers) {
      if (trigger.timing !== "before") continue;
      for (const func of project.catalog.functions.get(trigger.function) ?? []) {
        const source = handsOut(project, table, func);
        if (!source) continue;
        yield {
          at: func.made,
          subject: `${func.schema}.${func.name}()`,
          message: `${nameOf(func)} copies from rows of ${nameOf(source)}, which policies hide, into the row that a client writes to ${nameOf(table)}: nothing asks whether he may see them.`,
          related: [{ place: trigger.made, message: `The trigger ${trigger.name} runs it.` }],
        };
      }
    }
  },
});

/** The protected table that the function looks up by a value of the new row, to put what it finds into that row. */
function handsOut(project: Project, table: Table, func: Func): Table | undefined {
  if (func.platform || !func.securityDefiner || findClaimCallOfBody(project, func)) return undefined;
  if (!/\bnew\s*\.\s*"?\w+"?\s*:?=(?!=)|\binto\s+(strict\s+)?new\s*\./i.test(func.source ?? ""))
    return undefined;
  for (const query of bodyQueries(func)) {
    const found = lookedUp(project, table, func, query);
    if (found) return found;
  }
  return undefined;
}

function lookedUp(
  project: Project,
  table: Table,
  func: Func,
  query: ReturnType<typeof bodyQueries>[number],
): Table | undefined {
  let found: Table | undefined;
  visitQuery(query, {
    query: (each) => {
      if (found || each.command !== "select" || !each.where) return;
      const byNew = queryParts(each).some((part) => columnsOf(part).some(({ path }) => path[0] === "new"));
      const hands = each.targets.some(({ expr }) => columnsOf(expr).some(({ path }) => path[0] !== "new"));
      if (!byNew || !hands) return;
      for (const item of each.from.flatMap(itemsIn)) {
        const relation = item.kind === "table" && relationNamed(project.catalog, item.name, func.searchPath);
        if (!relation || isView(relation) || relation === table || !relation.rowSecurity) continue;
        if (readsPastPolicies(project, relation, ownerOf(project, func))) found ??= relation;
      }
    },
  });
  return found;
}
