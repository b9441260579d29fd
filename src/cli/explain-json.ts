import { qualify } from "../catalog/catalog.ts";
import type { Report } from "../lint/report.ts";
import { accessOf } from "../project/access/access.ts";
import { accessInWords } from "../project/access-words.ts";
import { judgedAccessOf } from "../project/judged-access.ts";
import { describeRowAccess, ROW_COMMANDS } from "../project/row-access.ts";
import { knownKind, scopePath, scopeReasons, tenancyRoles } from "../project/scope-words.ts";
import { policyOf } from "../report/catalog-json.ts";
import type { ExplainJson } from "../report/explain-shape.ts";
import { findingsJson, stringify } from "../report/json.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { FoundTable } from "./explain-table.ts";

type Tables = Extract<ExplainJson, { kind: "tables" }>["tables"];

/** A rule for programs, with what it reports in a workspace. */
export function renderRuleJson(
  { id, category, rule }: RegisteredRule,
  incomplete: readonly string[],
  report?: Report,
): string {
  const { severity, summary, why } = rule;
  const document: ExplainJson = {
    version: 1,
    kind: "rule",
    rule: { id, category, severity, summary, why },
    ...(report && { findings: findingsJson(report) }),
    incomplete: [...incomplete],
  };
  return stringify(document);
}

/** Tables for programs: what people are told of them, in fields. */
export function renderTablesJson(
  found: readonly FoundTable[],
  report: Report,
  incomplete: readonly string[],
): string {
  const document: ExplainJson = {
    version: 1,
    kind: "tables",
    tables: found.map((each) => tableJson(each, report)),
    incomplete: [...incomplete],
  };
  return stringify(document);
}

function tableJson({ project, table }: FoundTable, report: Report): Tables[number] {
  const key = qualify(table.schema, table.name);
  const words = accessInWords(project, table);
  const mine = report.findings.filter(({ subject }) => subject === key || subject.startsWith(`${key}/`));
  return {
    database: project.folder,
    schema: table.schema,
    name: table.name,
    model: project.modelOfTable.get(key)?.model.name ?? null,
    rowSecurity: table.rowSecurity,
    forced: table.forced,
    uncertain: table.uncertain,
    scope: scopeJson({ project, table }),
    access: accessOf(project, table)?.text ?? null,
    policies: [...table.policies.values()].map(policyOf),
    roles: project.settings.clientRoles.map((role) => ({ role, commands: commandsOf(role) })),
    words: words.flatMap(({ sentences }) => sentences),
    notUnderstood: words.flatMap(({ unread }) => unread),
    findings: findingsJson({ ...report, findings: mine }),
  };

  function commandsOf(role: string): Tables[number]["roles"][number]["commands"] {
    const said = ROW_COMMANDS.map((command) => [
      command,
      describeRowAccess(judgedAccessOf(project, table, role, command)),
    ]);
    return Object.fromEntries(said) as Tables[number]["roles"][number]["commands"];
  }
}

function scopeJson({ project, table }: FoundTable): Tables[number]["scope"] {
  const key = qualify(table.schema, table.name);
  const scope = project.tenancy.scopes.get(key);
  if (!scope) return null;
  const { ownerColumn, nullable } = scope;
  return {
    kind: knownKind(scope),
    path: scopePath(scope),
    owner: ownerColumn ?? null,
    nullable,
    reasons: [...scopeReasons(scope), ...tenancyRoles(key, project.tenancy)],
  };
}
