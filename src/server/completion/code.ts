import { CompletionItemKind } from "vscode-languageserver";
import type { Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { bucketsOf } from "../../project/storage.ts";
import type { Snapshot } from "../folder.ts";
import { ownTables } from "./names.ts";
import type { Proposal } from "./proposal.ts";
import type { Found } from "./rules.ts";

/** Inside strings of subscriptions and queries: `table: "`, `filter: "`, `.from("`, `storage.from("`, `.rpc("`. */
export function completeCode(
  snapshot: Snapshot,
  path: string,
  text: string,
  offset: number,
): Found | undefined {
  const project = snapshot.projectOf(path);
  const begun =
    /(\btable\s*:|\bfilter\s*:|storage\s*\.from\(|(?<!Array|Buffer|Iterator|Readable)\.from\(|\.rpc\()\s*["'`]([\w$]*)$/.exec(
      text.slice(Math.max(0, offset - 200), offset),
    );
  if (!project || !begun) return undefined;
  const [, place, word] = begun;
  const hole = { start: offset - word!.length, end: offset };
  return { proposals: proposalsFor(project, place!.replace(/\s/g, ""), text, offset), hole };
}

function proposalsFor(project: Project, place: string, text: string, offset: number): Proposal[] {
  if (place === "storage.from(")
    return [...bucketsOf(project).keys()].map((label) => of(label, CompletionItemKind.Folder, "bucket"));
  if (place === ".rpc(") return functionNames(project);
  const exposed = ownTables(project).filter(({ schema }) => project.settings.exposedSchemas.includes(schema));
  if (place !== "filter:") return exposed.map(({ name }) => of(name, CompletionItemKind.Struct, "table"));
  const table = subscribedTable(exposed, text, offset);
  return [...(table?.columns.values() ?? [])].map(({ name, type }) => ({
    ...of(name, CompletionItemKind.Field, type.name),
    text: `${name}=eq.`,
  }));
}

function functionNames({ catalog, settings }: Project): Proposal[] {
  const names = [...catalog.functions.values()]
    .flat()
    .filter((func) => !func.platform && settings.exposedSchemas.includes(func.schema))
    .filter(({ returns }) => returns?.name !== "trigger")
    .map(({ name }) => name);
  return [...new Set(names)].map((label) => of(label, CompletionItemKind.Function, "function"));
}

/** The table that the object around the cursor names. */
function subscribedTable(tables: readonly Table[], text: string, offset: number): Table | undefined {
  const start = text.lastIndexOf("{", offset - 1);
  const end = text.indexOf("}", offset);
  const around = text.slice(Math.max(0, start), end < 0 ? offset + 200 : end);
  const name = /\btable\s*:\s*["'`]([\w$]+)["'`]/.exec(around)?.[1];
  return tables.find((table) => table.name === name);
}

const of = (label: string, kind: CompletionItemKind, detail: string): Proposal => ({ label, kind, detail });
