import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import type { Occurrence } from "../project/occurrences.ts";
import type { Project } from "../project/project.ts";
import { describeRowAccess, ROW_COMMANDS, rowAccessOf } from "../project/row-access.ts";
import type { Finding } from "../text/finding.ts";
import { rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";
import { occurrenceAtPosition } from "./navigation.ts";

/** Who may do what with the table at a position, or what a policy says, in words and SQL. */
export function hoverAt(snapshot: Snapshot, path: string, position: Position): Hover | undefined {
  const here = occurrenceAtPosition(snapshot, path, position);
  const text = here && describe(here, snapshot, path);
  if (!here || !text) return undefined;
  return { contents: { kind: MarkupKind.Markdown, value: text }, range: rangeOf(here, snapshot.text) };
}

function describe({ entity }: Occurrence, snapshot: Snapshot, path: string): string | undefined {
  const project = snapshot.projectOf(path);
  if (!project) return undefined;
  if (entity.kind === "table") {
    const table = project.catalog.tables.get(entity.key);
    return table && describeTable(project, table, snapshot.report.findings);
  }
  if (entity.kind === "policy") {
    const slash = entity.key.indexOf("/");
    const table = project.catalog.tables.get(entity.key.slice(0, slash));
    const policy = table?.policies.get(entity.key.slice(slash + 1));
    return table && policy && describePolicy(table, policy);
  }
  const bucket = entity.kind === "bucket" ? project.catalog.buckets.get(entity.key) : undefined;
  return (
    bucket &&
    `**Bucket** ${code(bucket.id)}: ${bucket.public === undefined ? "public or private is not known" : bucket.public ? "public" : "private"}`
  );
}

function describeTable(project: Project, table: Table, findings: readonly Finding[]): string {
  const key = qualify(table.schema, table.name);
  const state = table.uncertain
    ? "Row-level security is known only when the migrations run."
    : table.rowSecurity
      ? `Row-level security is on${table.forced ? " and forced" : ""}.`
      : "**Row-level security is off.**";
  const mine = findings.filter(({ subject }) => subject === key || subject.startsWith(`${key}/`));
  return [
    `**Table** ${code(key)}`,
    state,
    accessTable(project, table),
    mine.map(({ message, rule }) => `- ${markdown(message)} (${code(rule)})`).join("\n"),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Rows: client roles; columns: commands. */
function accessTable(project: Project, table: Table): string {
  const roles = project.settings.clientRoles;
  if (!roles.length) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["", ...ROW_COMMANDS]),
    line(["---", ...ROW_COMMANDS.map(() => "---")]),
    ...roles.map((role) =>
      line([
        code(role),
        ...ROW_COMMANDS.map((command) =>
          markdown(describeRowAccess(rowAccessOf(project, table, role, command))),
        ),
      ]),
    ),
  ].join("\n");
}

function describePolicy(table: Table, policy: Policy): string {
  const kind = policy.permissive ? "permissive" : "restrictive";
  const clause = (word: string, text: string | undefined) =>
    text === undefined ? "" : `\n  ${word} (${text.trim()})`;
  const refused = policy.refused ? `\n\n**PostgreSQL refuses it:** ${markdown(policy.refused.message)}` : "";
  const sql = `create policy "${policy.name}" on ${qualify(table.schema, table.name)}\n  as ${kind} for ${policy.command} to ${policy.roles.join(", ")}${clause("using", policy.using?.text)}${clause("with check", policy.check?.text)};`;
  return `**Policy** ${code(policy.name)}, ${kind}, for ${policy.command}, to ${policy.roles.map(code).join(", ")}${refused}\n\n${fence(sql)}`;
}

/** Text of a workspace is never markup: every sign that Markdown knows is escaped. */
const markdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, "\\$&").replace(/\r?\n/g, " ");

const code = (text: string): string => `\`${text.replaceAll("`", "'").replace(/\r?\n/g, " ")}\``;

/** A fence longer than any run of backquotes inside. */
function fence(sql: string): string {
  const longest = Math.max(2, ...[...sql.matchAll(/`+/g)].map((run) => run[0].length));
  const mark = "`".repeat(longest + 1);
  return `${mark}sql\n${sql}\n${mark}`;
}
