import { isBypass } from "../../catalog/access.ts";
import { qualify, type Table } from "../../catalog/catalog.ts";
import { type Cycle, findCycle, looksIntoTables } from "../../project/policy-edges.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { ROW_COMMANDS } from "../../project/row-access.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A policy asks the table whose rows it is about, directly or through others.",
  why: "To read that table PostgreSQL must work out its policies, which read it again: every query fails with 42P17, infinite recursion. A SECURITY DEFINER function whose owner steps around policies reads it without asking them.",
  *check(table, project) {
    if (!table.rowSecurity || table.uncertain || isConcealed(project, table)) return;
    const cycle = firstCycle(project, table);
    // Each of its tables is on the cycle: the first by name tells of it.
    if (!cycle || cycle.some(({ to }) => keyOf(to) < keyOf(table))) return;
    const [first] = cycle;
    const related = cycle
      .slice(1)
      .map(({ by }) => ({ place: by.nameSpan, message: `"${by.name}" on ${by.table} is here.` }));
    yield {
      at: { path: first!.clause.place.path, span: first!.at.span },
      subject: `${table.schema}.${table.name}/${first!.by.name}`,
      message: `${describe(table, cycle)}: PostgreSQL refuses every such query with "infinite recursion".`,
      related,
    };
  },
});

const keyOf = (table: Table): string => qualify(table.schema, table.name);

/** "a" on tasks reads members, whose "b" reads tasks. */
function describe(table: Table, cycle: Cycle): string {
  const [first, ...rest] = cycle;
  const self = keyOf(first!.to) === keyOf(table);
  const begin = `"${first!.by.name}" on ${nameOf(table)} reads ${self ? `${nameOf(table)} itself` : nameOf(first!.to)}`;
  return [begin, ...rest.map(({ by, to }) => `whose "${by.name}" reads ${nameOf(to)}`)].join(", ");
}

function firstCycle(project: Project, table: Table): Cycle | undefined {
  if (!looksIntoTables(project, table)) return undefined;
  const named = [...table.policies.values()].flatMap(({ roles }) => roles);
  const roles = new Set([...project.settings.clientRoles, ...named]);
  for (const role of roles) {
    if (isBypass(project.catalog, role) || project.platform.bypassRoles.includes(role)) continue;
    for (const command of ROW_COMMANDS) {
      const cycle = findCycle(project, table, command, role);
      if (cycle) return cycle;
    }
  }
  return undefined;
}
