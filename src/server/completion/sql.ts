import { CompletionItemKind } from "vscode-languageserver";
import { qualify, type Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { literal } from "../../text/pattern.ts";
import type { Snapshot } from "../folder.ts";
import {
  callerProposals,
  columnProposal,
  findTable,
  functionProposals,
  ownTables,
  roleProposals,
  sqlNameOf,
  tableProposals,
} from "./names.ts";
import { type Proposal, plain } from "./proposal.ts";
import type { Found } from "./rules.ts";

const NAME = /(?:"[^"]*"|[\w$]+)(?:\.(?:"[^"]*"|[\w$]+))?/.source;

/** Whole policies where a statement begins; inside one what its clause is made of; tables elsewhere. */
export function completeSql(
  snapshot: Snapshot,
  path: string,
  text: string,
  offset: number,
): Found | undefined {
  const project = snapshot.projectOf(path);
  if (!project || isProse(text, offset)) return undefined;
  const statement = statementBefore(text, offset);
  if (isBegunPolicy(statement)) {
    const hole = { start: offset - statement.trimStart().length, end: offset };
    return { proposals: skeletons(project, tableAtHand(snapshot, path, offset, project)), hole };
  }
  const word = /["\w$.]*$/.exec(statement)![0];
  const hole = { start: offset - word.length, end: offset };
  return { proposals: inStatement(project, statement, word), hole };
}

/** Whether a place is inside a comment or a string, where nothing of SQL belongs. A quoted name is neither. */
function isProse(text: string, offset: number): boolean {
  for (const { 0: found, index } of text.slice(0, offset).matchAll(PROSE)) {
    if (index + found.length < offset) continue;
    return found.startsWith("/*")
      ? !/^..[\s\S]*\*\/$/.test(found)
      : found.startsWith("'")
        ? isOpen(found)
        : found.startsWith("-");
  }
  return false;
}

const PROSE = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"[^"\n]*"?/g;

/** The quotes within come in pairs; the one that opens has its own only where the string is at its end. */
const isOpen = (string: string): boolean => string.split("'").length % 2 === 0;

/** What was written of the statement at the cursor: all since the last semicolon, comments left out. */
function statementBefore(text: string, offset: number): string {
  const before = text.slice(0, offset).replace(/--[^\n]*/g, (comment) => " ".repeat(comment.length));
  return before.slice(before.lastIndexOf(";") + 1);
}

/** Nothing yet, or the beginning of `create policy`. */
const isBegunPolicy = (statement: string): boolean =>
  "create policy ".startsWith(statement.trimStart().toLowerCase().replace(/\s+/g, " "));

function inStatement(project: Project, statement: string, word: string): Proposal[] {
  // Editors ask at every blank: tables are offered where one is to follow, or where a word is begun.
  if (!/^\s*(create|alter|drop)\s+policy\b/i.test(statement))
    return word || BEFORE_TABLE.test(statement) ? tableProposals(project) : [];
  if (/\bon\s+["\w$.]*$/i.test(statement)) return tableProposals(project);
  const inClause = /\b(using|check)\s*\(/i.test(statement);
  if (!inClause) return /\bto\s+["\w$, ]*$/i.test(statement) ? roleProposals(project) : [];
  const qualifier = word.includes(".") ? word.slice(0, word.lastIndexOf(".")) : undefined;
  if (qualifier !== undefined) return ofQualifier(project, statement, qualifier);
  if (/\b(from|join)\s+["\w$]*$/i.test(statement)) return tableProposals(project);
  const target = new RegExp(`\\bon\\s+(${NAME})`, "i").exec(statement)?.[1];
  const columns = target === undefined ? undefined : findTable(project, target)?.columns.values();
  return [
    ...[...(columns ?? [])].map((column) => columnProposal(column)),
    ...functionProposals(project),
    ...tableProposals(project),
  ];
}

const BEFORE_TABLE = /\b(from|join|into|update|table|only|on|references|truncate|exists)\s+$/i;

/** `members.` and, after `from members m`, `m.`: the columns; `app.`, `auth.`: what is in the schema. */
function ofQualifier(project: Project, statement: string, qualifier: string): Proposal[] {
  const named = new RegExp(`(?:from|join)\\s+(${NAME})\\s+(?:as\\s+)?${literal(qualifier)}\\b`, "i");
  const table = findTable(project, named.exec(statement)?.[1] ?? qualifier);
  if (table) return [...table.columns.values()].map((column) => columnProposal(column, `${qualifier}.`));
  const callers = callerProposals(project, /\(\s*select\s+["\w$.]*$/i.test(statement));
  return [...callers, ...functionProposals(project), ...tableProposals(project)].filter(({ label }) =>
    label.startsWith(`${qualifier}.`),
  );
}

/** The last table that was named above the cursor. */
function tableAtHand(snapshot: Snapshot, path: string, offset: number, project: Project): Table | undefined {
  const above = snapshot
    .occurrences()
    .filter((each) => each.path === path && each.entity.kind === "table" && each.span.end <= offset)
    .sort((a, b) => b.span.end - a.span.end);
  return above
    .map(({ entity }) => project.catalog.tables.get(entity.key))
    .find((table) => table && !table.platform);
}

/** Policies for every command on the table at hand; one for every other table, those without any first. */
function skeletons(project: Project, atHand: Table | undefined): Proposal[] {
  const others = ownTables(project).filter((table) => table !== atHand);
  return [
    ...(atHand ? COMMANDS.map((command, i) => skeleton(project, atHand, command, i)) : []),
    ...others.map((table) => skeleton(project, table, "all", table.policies.size ? 7 : 6)),
  ];
}

const COMMANDS = ["select", "insert", "update", "delete", "all"] as const;
type Command = (typeof COMMANDS)[number];

function skeleton(project: Project, table: Table, command: Command, rank: number): Proposal {
  const { platform, settings } = project;
  const role = platform.signedInRole ?? settings.clientRoles[0] ?? "public";
  const name = `${table.name}_${command}`;
  const on = sqlNameOf(table);
  const rows = predicateFor(project, table);
  const write = (policy: string, first: string, second: string) =>
    [
      `create policy ${policy} on ${on}`,
      `  for ${command} to ${role}`,
      ...(command === "insert" ? [] : [`  using (${first})`]),
      ...(command === "select" || command === "delete" ? [] : [`  with check (${second})`]),
    ].join("\n");
  return {
    label: `create policy on ${on} for ${command}`,
    kind: CompletionItemKind.Snippet,
    detail: table.policies.size
      ? `${qualify(table.schema, table.name)} has ${table.policies.size === 1 ? "1 policy" : `${table.policies.size} policies`}`
      : "no policy yet",
    text: `${write(`"${name}"`, rows, rows)};`,
    snippet: `${write(`"\${1:${plain(name)}}"`, `\${2:${plain(rows)}}`, `\${${command === "insert" ? 2 : 3}:${plain(rows)}}`)};`,
    rank,
  };
}

/** Rows of the caller, by the column that names whose a row is; no row where none does, until the user says which. */
function predicateFor({ platform }: Project, table: Table): string {
  const column = [...table.columns.keys()].find((name) =>
    /^(user|owner|author|profile|created_by)(_?id)?$/i.test(name),
  );
  const [caller] = platform.callerId;
  return column && caller
    ? `${columnProposal(table.columns.get(column)!).label} = (select ${caller}())`
    : "false";
}
