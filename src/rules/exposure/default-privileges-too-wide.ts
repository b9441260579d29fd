import type { DefaultPrivilege } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { listOf } from "../../project/words.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

const ROWS = new Set(["select", "insert", "update", "delete", "all"]);

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "ALTER DEFAULT PRIVILEGES gives clients every table that is yet to be made.",
  why: "Every future table in the schema is open to these roles from its first moment, before anyone has written a policy for it.",
  *check(project) {
    for (const privileges of groupByPlace(project).values()) {
      const first = privileges[0]!;
      const roles = [...new Set(privileges.map((each) => each.role))];
      const schema = first.schema ?? "every schema";
      yield {
        at: first.made,
        subject: `default privileges ${schema}`,
        message: `Every future table of ${schema} is granted to ${listOf(roles)} by default.`,
        remedy: {
          kind: "statements",
          title: `Revoke the default privileges from ${listOf(roles)}`,
          statements: [revoke(first, roles, project)],
        },
      };
    }
  },
});

function groupByPlace(project: Project): Map<string, DefaultPrivilege[]> {
  const groups = new Map<string, DefaultPrivilege[]>();
  for (const each of project.catalog.defaultPrivileges) {
    if (each.platform || each.on !== "table" || !ROWS.has(each.privilege) || !isClient(project, each.role))
      continue;
    if (isPlatformDefault(project, each)) continue;
    const key = `${each.made.path}:${each.made.span.start}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

const isClient = (project: Project, role: string): boolean =>
  role === "public" || project.settings.clientRoles.includes(role);

/** What the platform does by default anyway, repeated by a dump of the whole schema. */
const isPlatformDefault = (project: Project, each: DefaultPrivilege): boolean =>
  project.catalog.defaultPrivileges.some(
    (other) => other.platform && other.schema === each.schema && other.role === each.role,
  ) ||
  (project.platform.clientsUseApi &&
    each.schema !== undefined &&
    project.platform.exposedSchemas.includes(each.schema));

/** The migration role is whoever runs the statement: naming it would only tie the SQL to one server. */
function revoke(first: DefaultPrivilege, roles: readonly string[], { platform }: Project): string {
  const forRole =
    first.forRole && first.forRole !== platform.migrationRole
      ? ` for role ${quoteIdentifier(first.forRole)}`
      : "";
  const inSchema = first.schema ? ` in schema ${quoteIdentifier(first.schema)}` : "";
  return `alter default privileges${forRole}${inSchema} revoke all on tables from ${roles.map(quoteRole).join(", ")};`;
}

const quoteRole = (role: string): string => (role === "public" ? "public" : quoteIdentifier(role));
