import type { Table } from "../../catalog/catalog.ts";
import { implies } from "../../catalog/meaning/decide.ts";
import { type Formula, isNull, type Term, termsIn, visit } from "../../catalog/meaning/formula.ts";
import { dropArm } from "../../project/arm-edits.ts";
import { identityOf } from "../../project/identity.ts";
import { judge, openFor, placeIn, scopeOf } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "Rows without a tenant are everybody's.",
  why: "`tenant_id is null or …` gives every tenant the rows that belong to none: one insert that forgets the column, and its row is public. Where shared rows are meant, a column that says so is clearer.",
  *check({ policy, table }, project) {
    for (const judged of judge(project, table, policy))
      for (const { formula, at } of judged.arms) {
        const column = tenantColumn(project, table, formula);
        if (!column || implies(formula, isNull(column)) !== "yes") continue;
        const commands = openFor(project, judged, formula, "stranger");
        if (!commands.length) continue;
        const remedy = judged.arms.length > 1 && dropArm(policy, judged.written, at);
        yield {
          at: placeIn(judged.written, at),
          subject: `${table.schema}.${table.name}/${policy.name}`,
          message: `"${policy.name}" lets every tenant ${listOf(commands)} the rows of ${nameOf(table)} that have no ${column.kind === "column" ? column.column : "tenant"}.`,
          ...(remedy ? { remedy } : {}),
        };
        return;
      }
  },
});

/** The tenant's column of the row, where the condition names it. */
function tenantColumn(project: Project, table: Table, formula: Formula): Term | undefined {
  const scope = scopeOf(project, table);
  let found: Term | undefined;
  visit(formula, (part) => {
    for (const term of termsIn(part)) {
      if (term.kind !== "column" || term.row !== 0 || !term.nullable) continue;
      const own = scope?.kind === "tenant" && !scope.path.length && scope.column === term.column;
      const tenant = project.tenancy.tenant?.table;
      if (own || (tenant !== undefined && identityOf(project, term)?.of === tenant)) found ??= term;
    }
    return !found && part.kind !== "about";
  });
  return found;
}
