import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  type Position,
} from "vscode-languageserver";
import { qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { quoteIdentifier } from "../text/quote.ts";
import { linesOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** A rule as completion offers it. */
export interface RuleWord {
  readonly id: string;
  readonly summary: string;
}

/** Names where they are wanted: in policies, in subscriptions, after a suppression, and the skeleton of a policy. */
export function completionsAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  rules: readonly RuleWord[],
): CompletionItem[] {
  const text = snapshot.text(path);
  const project = snapshot.projectOf(path);
  if (text === undefined || !project) return [];
  const offset = linesOf(path, text).offset(position);
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  if (/rowguard-ignore(-file)?\s+[\w\-, ]*$/.test(line)) return rules.map(ruleItem);
  if (path.endsWith("rowguard.config.json")) return /"[\w-]*$/.test(line) ? rules.map(ruleItem) : [];
  if (path.endsWith(".sql")) return sqlItems(project, text, offset);
  return codeItems(project, text, offset, line);
}

const ruleItem = ({ id, summary }: RuleWord): CompletionItem => ({
  label: id,
  kind: CompletionItemKind.EnumMember,
  detail: summary,
});

/** The statement up to the cursor, from the last semicolon: enough to know what is wanted in a policy. */
function sqlItems(project: Project, text: string, offset: number): CompletionItem[] {
  const statement = text.slice(text.lastIndexOf(";", offset - 1) + 1, offset);
  const target = /\bon\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)/i.exec(statement)?.[1];
  if (!/\bpolicy\b/i.test(statement))
    return /^\s*(--[^\n]*\n\s*)*\w*$/.test(statement) ? skeletons(project) : tableItems(project);
  if (/\bon\s+[\w".]*$/i.test(statement)) return tableItems(project);
  if (/\bto\s+[\w", ]*$/i.test(statement) && !/\b(using|check)\b/i.test(statement)) return roleItems(project);
  const table = target ? findTable(project, target) : undefined;
  return [...(table ? columnItems(table) : []), ...functionItems(project), ...tableItems(project)];
}

function findTable(project: Project, written: string): Table | undefined {
  const parts = written
    .split(".")
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()));
  const schemas = parts.length > 1 ? [parts[0]!] : project.catalog.searchPath;
  for (const schema of schemas) {
    const table = project.catalog.tables.get(qualify(schema, parts.at(-1)!));
    if (table) return table;
  }
  return undefined;
}

/** CREATE POLICY for every table, the unprotected and policy-less first. */
function skeletons(project: Project): CompletionItem[] {
  const role = project.platform.signedInRole ?? project.settings.clientRoles[0] ?? "public";
  return ownTables(project).map((table) => ({
    label: `create policy on ${nameFor(table)}`,
    kind: CompletionItemKind.Snippet,
    insertTextFormat: InsertTextFormat.Snippet,
    sortText: `${table.policies.size ? 1 : 0}${table.name}`,
    insertText: `create policy "\${1:name}" on ${nameFor(table).replaceAll("$", "\\$")}\n  for \${2|select,insert,update,delete,all|} to ${role}\n  using (\${3:${ownerHint(table)}});`,
  }));
}

/** The first column that looks like it names whose the row is; empty where none does. */
const ownerHint = (table: Table): string =>
  [...table.columns.keys()].find((name) =>
    /^(user|owner|author|org|organization|tenant|team|account)_?id$/i.test(name),
  ) ?? "";

const tableItems = (project: Project): CompletionItem[] =>
  ownTables(project).map((table) => ({
    label: nameFor(table),
    kind: CompletionItemKind.Struct,
    detail: "table",
  }));

const columnItems = (table: Table): CompletionItem[] =>
  [...table.columns.values()].map((column) => ({
    label: quoteIdentifier(column.name),
    kind: CompletionItemKind.Field,
    detail: column.type.name,
    sortText: `0${column.name}`,
  }));

const roleItems = (project: Project): CompletionItem[] =>
  [...new Set([...project.settings.clientRoles, ...project.catalog.roles.keys(), "public"])].map((role) => ({
    label: role === "public" ? role : quoteIdentifier(role),
    kind: CompletionItemKind.EnumMember,
    detail: "role",
  }));

const functionItems = (project: Project): CompletionItem[] => [
  ...project.platform.callerFunctions.map((name) => ({
    label: `(select ${name}())`,
    kind: CompletionItemKind.Function,
    detail: "the caller, asked once",
  })),
  ...[...project.catalog.functions.values()].flat().flatMap((func) =>
    func.platform
      ? []
      : [
          {
            label: `${quoteIdentifier(func.schema)}.${quoteIdentifier(func.name)}`,
            kind: CompletionItemKind.Function,
            detail: "function",
          },
        ],
  ),
];

/** `table: "` and `filter: "` of a subscription, `.from("`. */
function codeItems(project: Project, text: string, offset: number, line: string): CompletionItem[] {
  if (/(\btable\s*:\s*|\.from\()["'`][\w]*$/.test(line))
    return ownTables(project).map((table) => ({
      label: table.name,
      kind: CompletionItemKind.Struct,
      detail: "table",
    }));
  if (!/\bfilter\s*:\s*["'`][\w]*$/.test(line)) return [];
  const around = text.slice(Math.max(0, offset - 300), offset + 200);
  const name = [...around.matchAll(/\btable\s*:\s*["'`](\w+)["'`]/g)].at(-1)?.[1];
  const table = ownTables(project).find((each) => each.name === name);
  return table
    ? [...table.columns.keys()].map((column) => ({
        label: column,
        insertText: `${column}=eq.`,
        kind: CompletionItemKind.Field,
      }))
    : [];
}

const ownTables = (project: Project): Table[] =>
  [...project.catalog.tables.values()].filter((table) => !table.platform && !table.implicit);

const nameFor = (table: Table): string =>
  table.schema === "public"
    ? quoteIdentifier(table.name)
    : `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
