import type { Grant, Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { RawFinding } from "../../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

const PAST_POLICIES = new Set(["truncate", "trigger", "references"]);

export default defineRule({
  on: "project",
  severity: "error",
  summary:
    "A client role was granted TRUNCATE, TRIGGER or REFERENCES, which row-level security does not govern.",
  why: "TRUNCATE empties the table whatever the policies say, a trigger runs code on every row, and a foreign key tells which rows exist. An API does not hand these commands out; a role that sends SQL has them.",
  *check(project) {
    const severity = project.platform.clientsUseApi ? "warning" : "error";
    let swept = false;
    for (const table of project.catalog.tables.values()) {
      if (isConcealed(project, table)) continue;
      for (const [role, grants] of byRole(project, table, "explicit"))
        yield { ...report(table, role, grants), severity };
      if (swept || project.platform.clientsUseApi) continue;
      const [first] = byRole(project, table, "all");
      if (!first) continue;
      swept = true;
      yield { ...reportAll(first[0], first[1]), severity: "warning" };
    }
  },
});

function byRole(project: Project, table: Table, origin: Grant["origin"]): Map<string, Grant[]> {
  const groups = new Map<string, Grant[]>();
  for (const grant of table.grants) {
    if (grant.origin !== origin || !PAST_POLICIES.has(grant.privilege)) continue;
    if (!project.settings.clientRoles.includes(grant.role) && grant.role !== "public") continue;
    groups.set(grant.role, [...(groups.get(grant.role) ?? []), grant]);
  }
  return groups;
}

function report(table: Table, role: string, grants: readonly Grant[]): RawFinding {
  const privileges = grants.map((grant) => grant.privilege);
  return {
    at: grants[0]!.made,
    subject: `${table.schema}.${table.name}`,
    message: `${role} was granted ${listOf(privileges)} on ${nameOf(table)}, which no policy governs.`,
    remedy: {
      kind: "statements",
      title: `Revoke ${listOf(privileges)} from ${role}`,
      statements: [
        `revoke ${privileges.join(", ")} on ${quoteQualified(table.schema, table.name)} from ${role === "public" ? role : quoteIdentifier(role)};`,
      ],
    },
  };
}

const reportAll = (role: string, grants: readonly Grant[]): RawFinding => ({
  at: grants[0]!.made,
  subject: `grants to ${role}`,
  message: `GRANT ALL gives ${role} TRUNCATE, TRIGGER and REFERENCES as well, which no policy governs: name the commands it needs.`,
});
