import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import { type Func, type Policy, qualify, type Table, type View } from "../catalog/catalog.ts";
import { accessOf } from "../project/access/access.ts";
import { accessInWords, policyInWords } from "../project/access-words.ts";
import { judgedAccessOf } from "../project/judged-access.ts";
import type { Occurrence } from "../project/occurrences.ts";
import type { Project } from "../project/project.ts";
import { describeRowAccess, ROW_COMMANDS } from "../project/row-access.ts";
import { knownKind, knownPath, SCOPE_SENTENCES, scopeReasons, tenancyRoles } from "../project/scope-words.ts";
import { bucketsOf, storagePolicies } from "../project/storage.ts";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Finding } from "../text/finding.ts";
import { quoteIdentifier, quoteLiteral } from "../text/quote.ts";
import type { Client } from "./client.ts";
import { rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";
import { occurrenceAtPosition } from "./navigation.ts";

/** Who may do what with the table at a position, or what a policy says, in words and SQL. */
export function hoverAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  client: Client,
): Hover | undefined {
  const here = occurrenceAtPosition(snapshot, path, position);
  const text = here && describe(here, snapshot, path, client);
  if (!here || !text) return undefined;
  return { contents: { kind: MarkupKind.Markdown, value: text }, range: rangeOf(here, snapshot.text) };
}

function describe(
  { entity }: Occurrence,
  snapshot: Snapshot,
  path: string,
  client: Client,
): string | undefined {
  const project = snapshot.projectOf(path);
  if (!project) return undefined;
  if (entity.kind === "table") {
    const table = project.catalog.tables.get(entity.key);
    const view = project.catalog.views.get(entity.key);
    return table
      ? describeTable(project, table, snapshot.report.findings, client)
      : view && describeView(view);
  }
  if (entity.kind === "policy") {
    const slash = entity.key.indexOf("/");
    const table = project.catalog.tables.get(entity.key.slice(0, slash));
    const policy = table?.policies.get(entity.key.slice(slash + 1));
    return table && policy && describePolicy(project, table, policy);
  }
  if (entity.kind === "function")
    return project.catalog.functions.get(entity.key)?.map(describeFunction).join("\n\n");
  return describeBucket(project, entity.key);
}

function describeTable(project: Project, table: Table, findings: readonly Finding[], client: Client): string {
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
    tenancyOf(project, table, client),
    accessTable(project, table),
    accessList(project, table),
    mine.map(({ message, rule }) => `- ${markdown(message)} (${code(rule)})`).join("\n"),
    policiesAsSql(table),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Whose rows these are, the way to that, why, and what else could be so. */
function tenancyOf(project: Project, table: Table, { commands }: Client): string {
  const key = qualify(table.schema, table.name);
  const scope = project.tenancy.scopes.get(key);
  if (!scope) return "";
  const path = knownPath(scope);
  const access = accessOf(project, table);
  const because = scopeReasons(scope).join("; ");
  const reasons = [...(because ? [`Because ${because}.`] : []), ...tenancyRoles(key, project.tenancy)];
  return [
    `**${markdown(SCOPE_SENTENCES[knownKind(scope)])}**${path && ` By ${code(path)}.`}`,
    reasons.map((each) => `- ${markdown(each)}`).join("\n"),
    access ? `${access.declaration ? "Declared" : "That calls for"}: ${markdown(access.text)}.` : "",
    commands ? `[Set whose rows these are](command:${CLIENT_COMMANDS.setScope}?${argument(key)})` : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** An argument of a command in a link; parentheses would end the link. */
const argument = (text: string): string =>
  encodeURIComponent(JSON.stringify([text])).replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));

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
          markdown(describeRowAccess(judgedAccessOf(project, table, role, command))),
        ),
      ]),
    ),
  ].join("\n");
}

/** More policies than these are read in their file. */
const MOST = 8;

function policiesAsSql({ policies }: Table): string {
  const all = [...policies.values()].filter((policy) => !policy.refused);
  if (!all.length) return "";
  const left = all.length > MOST ? [`-- and ${all.length - MOST} more`] : [];
  return fence([...all.slice(0, MOST).map(sqlOf), ...left].join("\n"));
}

/** Who gets which rows through which policy, in plain words, and what was not understood. */
const accessList = (project: Project, table: Table): string =>
  accessInWords(project, table)
    .flatMap(({ sentences, unread }) => [...sentences, ...unread.map((what) => `Not understood: ${what}.`)])
    .map((sentence) => `- ${markdown(sentence)}`)
    .join("\n");

function describePolicy(project: Project, table: Table, policy: Policy): string {
  const kind = policy.permissive ? "permissive" : "restrictive";
  const refused = policy.refused ? `**PostgreSQL refuses it:** ${markdown(policy.refused.message)}` : "";
  const roles = policy.roles.map(code).join(", ");
  return [
    `**Policy** ${code(policy.name)} on ${code(qualify(policy.schema, policy.table))}, ${kind}`,
    refused || `${describeEffect(policy)} ${roles}.`,
    policy.refused ? "" : markdown(policyInWords(project, table, policy)),
    fence(sqlOf(policy)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

const DEEDS = {
  all: "read and write",
  select: "read",
  insert: "insert",
  update: "update",
  delete: "delete",
} as const;

/** Restrictive policies take away what permissive ones give. */
const describeEffect = ({ permissive, command }: Policy): string =>
  permissive
    ? `Lets these roles ${DEEDS[command]} the rows for which its condition holds:`
    : `Keeps these roles from rows for which its condition does not hold, when they ${DEEDS[command]}:`;

function sqlOf(policy: Policy): string {
  const clause = (word: string, text: string | undefined) =>
    text === undefined ? "" : `\n  ${word} (${text.trim()})`;
  const roles = policy.roles.map((role) => (role === "public" ? role : quoteIdentifier(role))).join(", ");
  const kind = policy.permissive ? "" : " as restrictive";
  const on = `${quoteIdentifier(policy.schema)}.${quoteIdentifier(policy.table)}`;
  return `create policy ${quoteIdentifier(policy.name)} on ${on}${kind}\n  for ${policy.command} to ${roles}${clause("using", policy.using?.text)}${clause("with check", policy.check?.text)};`;
}

const describeView = (view: View): string => {
  const kind = view.materialized ? "Materialized view" : "View";
  const invoker = view.options.security_invoker === "true";
  const reads = invoker
    ? "Reads as whoever asks: the policies of its tables apply."
    : "Reads as its owner: the policies of its tables do not apply to whoever asks.";
  return `**${kind}** ${code(qualify(view.schema, view.name))}\n\n${reads}`;
};

const describeFunction = (func: Func): string => {
  const runs = func.securityDefiner
    ? "Runs as its owner (security definer): policies of whoever calls it do not apply inside."
    : "Runs as whoever calls it.";
  const source = func.source === undefined ? "" : `\n\n${fence(func.source.trim())}`;
  return `**Function** ${code(qualify(func.schema, func.name))}, ${func.volatility}\n\n${runs}${source}`;
};

function describeBucket(project: Project, id: string): string | undefined {
  const bucket = bucketsOf(project).get(id);
  if (!bucket) return undefined;
  const state =
    bucket.public === undefined
      ? "Whether it is public is not known."
      : bucket.public
        ? "Public: whoever has a file's address can read it."
        : "Private.";
  const policies = storagePolicies(project).filter((policy) => mentions(policy, id));
  const words = policies.length ? fence(policies.map(sqlOf).join("\n")) : "No policy names it.";
  return `**Bucket** ${code(id)}\n\n${state}\n\n${words}`;
}

const mentions = ({ using, check }: Policy, id: string): boolean =>
  [using, check].some((clause) => clause?.text.includes(quoteLiteral(id)));

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
