import type { Term } from "../../catalog/meaning/formula.ts";
import { type ColumnTerm, equalitiesIn, plainClausesOf } from "../../project/atoms.ts";
import { identityOf, isUserIdentity } from "../../project/identity.ts";
import { placeIn } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy names one tenant or user by a literal id.",
  why: "The id was right in one database on one day. Every other tenant gets nothing, or everybody gets that tenant's rows; the next environment has other ids.",
  *check({ policy, table }, project) {
    for (const { written, formula } of plainClausesOf(project, table, policy))
      for (const {
        part,
        sides: [column, value],
      } of equalitiesIn(formula)) {
        if (column.kind !== "column" || value.kind !== "constant" || !isId(project, column)) continue;
        if (isNobodys(value)) continue;
        yield {
          at: placeIn(written, part.at),
          subject: `${table.schema}.${table.name}/${policy.name}`,
          message: `"${policy.name}" on ${nameOf(table)} compares ${column.column} with the literal ${textOf(value)}, and not with the caller's.`,
        };
        return;
      }
  },
});

/** Zero, the nil UUID and an empty text are nobody's ids: they stand for a caller who is not there. */
const isNobodys = ({ value }: Extract<Term, { kind: "constant" }>): boolean => /^[0{}\s-]*$/.test(value);

/** Ids as they are written; for comparing, their hyphens were left out. */
const textOf = ({ value, sort }: Extract<Term, { kind: "constant" }>): string =>
  sort === "uuid" ? value.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : value;

/** A column that holds ids of tenants or users. */
function isId(project: Project, column: ColumnTerm): boolean {
  if (column.domain) return false;
  const identity = identityOf(project, column);
  if (identity && (isUserIdentity(identity) || identity.of === project.tenancy.tenant?.table)) return true;
  const scope = column.table === undefined ? undefined : project.tenancy.scopes.get(column.table);
  return scope?.kind === "tenant" && scope.path.length === 0 && scope.column === column.column;
}
