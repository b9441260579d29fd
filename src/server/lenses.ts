import type { CodeLens, Range } from "vscode-languageserver";
import { qualify, type Table } from "../catalog/catalog.ts";
import { type Project, placeInModel } from "../project/project.ts";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Place } from "../text/span.ts";
import type { Client } from "./client.ts";
import { rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** "RLS on, 4 policies, 1 finding" above models, CREATE TABLE and CREATE POLICY. */
export function codeLenses(snapshot: Snapshot, path: string, { commands }: Client): CodeLens[] {
  const count = countFindings(snapshot);
  const lenses = snapshot.report.projects.flatMap((project) =>
    lensesOfProject(project, snapshot, path, count),
  );
  // A lens without a command is still read.
  return commands ? lenses : lenses.map(withoutCommand);
}

const withoutCommand = ({ range, command }: CodeLens): CodeLens => ({
  range,
  command: { title: command!.title, command: "" },
});

function lensesOfProject(
  project: Project,
  snapshot: Snapshot,
  path: string,
  count: (subject: string) => number,
): CodeLens[] {
  const lenses: CodeLens[] = [];
  const add = (place: Place, title: string, key: string) => {
    if (place.path === path)
      lenses.push({
        range: firstLine(rangeOf(place, snapshot.text)),
        command: { title, command: CLIENT_COMMANDS.showTable, arguments: [key] },
      });
  };
  for (const table of project.catalog.tables.values()) {
    if (table.platform) continue;
    const key = qualify(table.schema, table.name);
    const model = project.modelOfTable.get(key);
    if (model) add(placeInModel(project, model, model.model.nameSpan), describeTable(table, count(key)), key);
    if (table.made.path !== model?.path) add(table.made, describeTable(table, count(key)), key);
    for (const policy of table.policies.values()) {
      const findings = count(`${key}/${policy.name}`);
      if (policy.made.path === path)
        add(
          policy.nameSpan,
          `${policy.refused ? "refused by PostgreSQL" : describeState(table)}${words(findings)}`,
          key,
        );
    }
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
