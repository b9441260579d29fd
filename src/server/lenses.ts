import type { CodeLens, Range } from "vscode-languageserver";
import { qualify, type Table } from "../catalog/catalog.ts";
import { type Project, placeInModel } from "../project/project.ts";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Place } from "../text/span.ts";
import type { Client } from "./client.ts";
import { rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** What a lens speaks of: a table by its key, or one of its policies. */
interface LensData {
  readonly uri: string;
  /** The folder of the database that the table is in. */
  readonly database: string;
  readonly table: string;
  readonly policy?: string;
}

/** A file may have thousands of lenses; of more than these, each says what it says once it is seen. */
const AT_ONCE = 100;

/** "RLS on, 4 policies, 1 finding" above models, CREATE TABLE and CREATE POLICY. */
export function codeLenses(snapshot: Snapshot, path: string, client: Client): CodeLens[] {
  const lenses = snapshot.report.projects.flatMap((project) => lensesOfProject(project, snapshot, path));
  if (client.resolvesLenses && lenses.length > AT_ONCE) return lenses;
  const count = countFindings(snapshot);
  return lenses.map((lens) => withWords(lens, snapshot, count, client));
}

/** What a lens says that is seen now; nothing where it speaks of what is gone. */
export function resolveLens(lens: CodeLens, snapshot: Snapshot, client: Client): CodeLens {
  return withWords(lens, snapshot, countFindings(snapshot), client);
}

/** The document that a lens stands in; a lens of somebody else's stands in none. */
export const documentOf = ({ data }: CodeLens): string => {
  const { uri } = (data ?? {}) as Partial<LensData>;
  return typeof uri === "string" ? uri : "";
};

function withWords(
  { range, data }: CodeLens,
  { report }: Snapshot,
  count: (subject: string) => number,
  { commands }: Client,
): CodeLens {
  const { database, table: key, policy } = data as LensData;
  const table = report.projects.find(({ folder }) => folder === database)?.catalog.tables.get(key);
  const title = table ? wordsOf(table, key, policy, count) : "";
  // A lens without a command is still read.
  return {
    range,
    command: commands
      ? { title, command: CLIENT_COMMANDS.showTable, arguments: [key] }
      : { title, command: "" },
  };
}

function wordsOf(
  table: Table,
  key: string,
  name: string | undefined,
  count: (subject: string) => number,
): string {
  if (name === undefined) return describeTable(table, count(key));
  const state = table.policies.get(name)?.refused ? "refused by PostgreSQL" : describeState(table);
  return `${state}${words(count(`${key}/${name}`))}`;
}

function lensesOfProject(project: Project, snapshot: Snapshot, path: string): CodeLens[] {
  const lenses: CodeLens[] = [];
  const uri = snapshot.uris.uri(path);
  const add = (place: Place, table: string, policy?: string) => {
    if (place.path !== path) return;
    const data: LensData = { uri, database: project.folder, table, ...(policy !== undefined && { policy }) };
    lenses.push({ range: firstLine(rangeOf(place, snapshot.text)), data });
  };
  for (const table of project.catalog.tables.values()) {
    if (table.platform) continue;
    const key = qualify(table.schema, table.name);
    const model = project.modelOfTable.get(key);
    if (model) add(placeInModel(project, model, model.model.nameSpan), key);
    if (table.made.path !== model?.path) add(table.made, key);
    for (const policy of table.policies.values())
      if (policy.made.path === path) add(policy.nameSpan, key, policy.name);
  }
  return lenses;
}

/** A lens stands above one line. */
const firstLine = ({ start, end }: Range): Range => ({ start, end: end.line === start.line ? end : start });

const describeState = (table: Table): string =>
  table.uncertain
    ? "RLS known only when run"
    : table.rowSecurity
      ? table.forced
        ? "RLS on, forced"
        : "RLS on"
      : "RLS off";

function describeTable(table: Table, findings: number): string {
  const policies = [...table.policies.values()].filter((policy) => !policy.refused).length;
  const refused = table.policies.size - policies;
  const policyWords = `${policies} ${policies === 1 ? "policy" : "policies"}${refused ? ` (${refused} refused)` : ""}`;
  return `${describeState(table)}, ${policyWords}${words(findings)}`;
}

const words = (findings: number): string =>
  findings ? `, ${findings} ${findings === 1 ? "finding" : "findings"}` : "";

/** Findings by subject; a table's count includes those of its policies. */
function countFindings(snapshot: Snapshot): (subject: string) => number {
  const counts = new Map<string, number>();
  const add = (subject: string) => counts.set(subject, (counts.get(subject) ?? 0) + 1);
  for (const { subject } of snapshot.report.findings) {
    add(subject);
    const slash = subject.indexOf("/");
    if (slash > 0) add(subject.slice(0, slash));
  }
  return (subject) => counts.get(subject) ?? 0;
}
