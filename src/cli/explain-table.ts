import pc from "picocolors";
import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import type { Report } from "../lint/report.ts";

import { accessInWords } from "../project/access-words.ts";
import { judgedAccessOf } from "../project/judged-access.ts";
import { type Project, placeOfTable } from "../project/project.ts";
import { describeRowAccess, ROW_COMMANDS, type RowCommand } from "../project/row-access.ts";
import { knownKind, SCOPE_SENTENCES, scopeReasons, tenancyRoles } from "../project/scope-words.ts";
import type { Step } from "../project/tenancy.ts";
import { createLocator } from "../report/place.ts";
import { printable } from "../report/printable.ts";
import { type Ink, inkOf } from "../report/text.ts";
import { widthOf, wrap } from "../report/width.ts";
import type { Place } from "../text/span.ts";
import type { Terminal } from "./terminal.ts";

export interface FoundTable {
  readonly project: Project;
  readonly table: Table;
}

/** Tables by `schema.name`, by name in any schema, or by the name of their model; several where several databases have one. */
export function findTables(projects: readonly Project[], name: string): FoundTable[] {
  const tablesOf = (project: Project) =>
    [...project.catalog.tables.values()].map((table) => ({ project, table }));
  const all = projects.flatMap(tablesOf);
  const matches: ((found: FoundTable) => boolean)[] = [
    ({ table }) => keyOf(table) === name,
    ({ table }) => table.name === name,
    ({ project, table }) => project.modelOfTable.get(keyOf(table))?.model.name === name,
  ];
  for (const match of matches) {
    const found = all.filter(match);
    if (found.length) return found;
  }
  return [];
}

/** Every name that `findTables` takes, for saying which one was meant. */
export const tableNames = (projects: readonly Project[]): string[] => [
  ...new Set(
    projects.flatMap(({ catalog, models }) => [
      ...[...catalog.tables.values()].flatMap((table) => [keyOf(table), table.name]),
      ...models.keys(),
    ]),
  ),
];

const keyOf = ({ schema, name }: Table): string => qualify(schema, name);

interface Page {
  readonly ink: Ink;
  readonly columns: number;
  /** `path:line:column` as seen from the current folder. */
  readonly where: (place: Place) => string;
}

/** A table for people: whose rows it holds, its switch and policies, who may do what, and what is wrong. */
export function renderTable(found: FoundTable, report: Report, prefix: string, terminal: Terminal): string {
  const ink = pc.createColors(terminal.colour);
  const locator = createLocator(report);
  const where = (place: Place) => {
    const { line, column } = locator.range(place).start;
    return ink.cyan(printable(`${prefix}${place.path}:${line}:${column}`));
  };
  const page: Page = { ink, where, columns: Math.min(terminal.width, 110) };
  return [
    ...renderHead(found, page),
    ...section("Whose rows", renderScope(found, page), page),
    ...section("Policies", renderPolicies(found.table, page), page),
    ...section("Who may do what", renderAccess(found, page), page),
    ...section("In words", renderWords(found, page), page),
    ...section("Findings", renderFindings(found, report, page), page),
  ].join("\n");
}

const section = (title: string, lines: readonly string[], { ink }: Page): string[] =>
  lines.length ? [ink.bold(title), ...lines.map((line) => `  ${line}`), ""] : [];

function renderHead({ project, table }: FoundTable, { ink, where }: Page): string[] {
  const model = project.modelOfTable.get(keyOf(table));
  const place = placeOfTable(project, keyOf(table));
  const state = table.rowSecurity
    ? ink.green(`row-level security is on${table.forced ? " and forced" : ""}`)
    : ink.red("row-level security is off");
  const since = table.rowSecurityPlace ? `, since ${where(table.rowSecurityPlace)}` : "";
  const lines = [
    ink.bold(printable(keyOf(table))) + (model ? ink.dim(`  model ${printable(model.model.name)}`) : ""),
    place ? where(place) : "",
    `${state}${since}`,
    table.uncertain ? ink.yellow("A statement built at run time may have changed that.") : "",
  ];
  return [...lines.filter(Boolean), ""];
}

function renderScope({ project, table }: FoundTable, { columns }: Page): string[] {
  const scope = project.tenancy.scopes.get(keyOf(table));
  if (!scope) return [];
  const path = scope.path.length ? [`Path: ${scope.path.map(stepText).join(", then ")}`] : [];
  const column = scope.column ? [`Column: ${scope.column}${scope.nullable ? " (may be null)" : ""}`] : [];
  const owner = scope.ownerColumn ? [`Owner: ${scope.ownerColumn}`] : [];
  const roles = tenancyRoles(keyOf(table), project.tenancy);
  const lines = [
    SCOPE_SENTENCES[knownKind(scope)],
    ...path,
    ...column,
    ...owner,
    ...scopeReasons(scope),
    ...roles,
  ];
  return lines.flatMap((line) => wrap(printable(line), columns - 2));
}

const stepText = ({ table, column, to, toColumn, by }: Step): string =>
  `${table}.${column} = ${to}.${toColumn} (${by})`;

function renderPolicies(table: Table, page: Page): string[] {
  return [...table.policies.values()].flatMap((policy) => renderPolicy(policy, page));
}

function renderPolicy(policy: Policy, { ink, where, columns }: Page): string[] {
  const kind = policy.permissive ? "" : "restrictive ";
  const clause = (word: string, text: string | undefined) =>
    text === undefined ? [] : wrap(printable(`${word} (${text.replace(/\s+/g, " ").trim()})`), columns - 4);
  return [
    `${ink.bold(printable(policy.name))}  ${kind}${policy.command} to ${policy.roles.map(printable).join(", ")}`,
    ...[
      ...(policy.refused ? [ink.red(`PostgreSQL refuses it: ${printable(policy.refused.message)}`)] : []),
      ...clause("using", policy.using?.text),
      ...clause("with check", policy.check?.text),
      where(policy.nameSpan),
    ].map((line) => `  ${line}`),
  ];
}

/** A line for each client role and what its commands reach, in columns; commands that reach the same share a line. */
function renderAccess({ project, table }: FoundTable, { ink }: Page): string[] {
  const rows = project.settings.clientRoles.flatMap((role) => {
    const commands = new Map<string, RowCommand[]>();
    for (const command of ROW_COMMANDS) {
      const text = accessText(project, table, role, command, ink);
      commands.set(text, [...(commands.get(text) ?? []), command]);
    }
    return [...commands].map(([text, list], i) => ({
      role: i ? "" : printable(role),
      list: list.join(", "),
      text,
    }));
  });
  const roles = Math.max(0, ...rows.map(({ role }) => widthOf(role)));
  const lists = Math.max(0, ...rows.map(({ list }) => list.length));
  return rows.map(({ role, list, text }) => {
    const gap = " ".repeat(roles - widthOf(role));
    return `${role}${gap}  ${list.padEnd(lists)}  ${text}`;
  });
}

/** Who gets which rows through which policy, and what was not understood of them. */
function renderWords({ project, table }: FoundTable, { ink, columns }: Page): string[] {
  return accessInWords(project, table).flatMap(({ sentences, unread }) => [
    ...sentences.flatMap((sentence) => wrap(printable(sentence), columns - 2)),
    ...unread.flatMap((what) =>
      wrap(`Not understood: ${printable(what)}.`, columns - 2).map((line) => ink.yellow(line)),
    ),
  ]);
}

function accessText(project: Project, table: Table, role: string, command: RowCommand, ink: Ink): string {
  const access = judgedAccessOf(project, table, role, command);
  const text = printable(describeRowAccess(access));
  return access.rows === "every" ? ink.red(text) : text;
}

function renderFindings({ table }: FoundTable, report: Report, { ink, where, columns }: Page): string[] {
  const key = keyOf(table);
  const mine = report.findings.filter(({ subject }) => subject === key || subject.startsWith(`${key}/`));
  return mine.flatMap(({ severity, message, rule, at }) => [
    inkOf(severity, ink)(severity),
    ...wrap(printable(message), columns - 4).map((line) => `  ${line}`),
    `  ${where(at)}  ${ink.dim(rule)}`,
  ]);
}
