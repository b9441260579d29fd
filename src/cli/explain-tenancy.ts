import pc from "picocolors";
import { accessOf } from "../project/access/access.ts";
import { openedByPolicies } from "../project/access-words.ts";
import type { Project } from "../project/project.ts";
import { knownKind, scopePath, scopeReasons } from "../project/scope-words.ts";
import { stringify } from "../report/json.ts";
import { printable } from "../report/printable.ts";
import type { Terminal } from "./terminal.ts";

/** Whose rows every table holds, and how that is known: for people. */
export function renderTenancy(projects: readonly Project[], terminal: Terminal): string {
  const ink = pc.createColors(terminal.colour);
  // Code beside the databases may be a project without one: it has nothing to say.
  const withTables = projects.filter(({ tenancy }) => tenancy.scopes.size);
  const shown = withTables.length ? withTables : projects;
  const blocks = shown.map((project) => {
    const { tenant, user, candidates, memberships, style } = project.tenancy;
    const widest = Math.max(0, ...[...project.tenancy.scopes.keys()].map((key) => key.length));
    const others = candidates.filter(({ table }) => table !== tenant?.table);
    return [
      ...(project.folder || shown.length > 1 ? [ink.bold(printable(project.folder || "."))] : []),
      `Tenants      ${tenant ? `${printable(tenant.table)}: ${tenant.reasons.join("; ")}` : "no table holds tenants"}`,
      ...others.map(({ table, reasons }) =>
        ink.dim(`  or         ${printable(table)}: ${reasons.join("; ")}`),
      ),
      `Users        ${user ? `${printable(user.table)}: ${user.reasons.join("; ")}` : "no table holds users"}`,
      ...memberships.map((each) => {
        const roles = each.roles.length ? `, as ${each.roles.join(", ")}` : "";
        return `Membership   ${printable(`${each.table}: ${each.userColumn} belongs to ${each.tenantColumn}${roles}`)}`;
      }),
      `Known by     ${style.kind}: ${style.reasons.join("; ")}`,
      "",
      ...rowsOf(project).map(({ table, scope, path, access }) =>
        printable(
          `${table.padEnd(widest)}  ${scope.padEnd(7)}  ${[asked(project, table) ?? path, access || asPoliciesSay(project, table)].filter(Boolean).join("; ")}`,
        ),
      ),
    ].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

/** What only the user knows. */
const asked = ({ tenancy }: Project, table: string): string | undefined => tenancy.scopes.get(table)!.asked;

/** Where nothing says whose the rows are, policies that are there say who reaches them: that is no guess. */
function asPoliciesSay(project: Project, table: string): string {
  const opened = openedByPolicies(project, project.catalog.tables.get(table)!);
  return opened && `its policies: ${opened}`;
}

/** The same for programs. */
export function renderTenancyJson(projects: readonly Project[], incomplete: readonly string[]): string {
  const databases = projects.map((project) => {
    const { tenant, user, candidates, memberships, style, scopes } = project.tenancy;
    const tables = rowsOf(project).map((row) => ({ ...row, reasons: scopeReasons(scopes.get(row.table)!) }));
    const { folder } = project;
    return { folder, tenant: tenant ?? null, user: user ?? null, candidates, memberships, style, tables };
  });
  return stringify({ version: 1, kind: "tenancy", databases, incomplete });
}

const rowsOf = (project: Project) =>
  [...project.tenancy.scopes].map(([table, scope]) => ({
    table,
    scope: knownKind(scope),
    path: scopePath(scope),
    access: accessOf(project, project.catalog.tables.get(table)!)?.text ?? "",
  }));
