import { CompletionItemKind } from "vscode-languageserver";
import type { Column, Table } from "../../catalog/catalog.ts";
import { qualify } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { Proposal } from "./proposal.ts";

/** Tables that the sources make. */
export const ownTables = (project: Project): Table[] =>
  [...project.catalog.tables.values()].filter((table) => !table.platform && !table.implicit);

/** As SQL names it. */
export const sqlNameOf = ({ schema, name }: Table): string =>
  schema === "public" ? quoteIdentifier(name) : quoteQualified(schema, name);

export const tableProposals = (project: Project): Proposal[] =>
  ownTables(project).map((table) => ({
    label: sqlNameOf(table),
    kind: CompletionItemKind.Struct,
    detail: "table",
  }));

export const columnProposal = ({ name, type }: Column, before = ""): Proposal => ({
  label: `${before}${quoteIdentifier(name)}`,
  kind: CompletionItemKind.Field,
  detail: type.name,
  rank: 1,
});

/** Those that clients come in as stand first. */
export const roleProposals = ({ settings, catalog }: Project): Proposal[] => {
  const role = (name: string, rank: number): Proposal => ({
    label: name,
    kind: CompletionItemKind.EnumMember,
    detail: "role",
    rank,
  });
  const others = [...catalog.roles.keys()].filter((name) => !settings.clientRoles.includes(name));
  return [
    ...settings.clientRoles.map((name) => role(quoteIdentifier(name), 1)),
    ...others.map((name) => role(quoteIdentifier(name), 2)),
    role("public", 2),
  ];
};

/** Calls that name the caller, where their schema is written already; asked once, in a sub-select where there is none yet. */
export const callerProposals = ({ platform }: Project, inSelect: boolean): Proposal[] =>
  platform.callerFunctions.map((name) => ({
    label: `${name}()`,
    kind: CompletionItemKind.Function,
    detail: "the caller, asked once",
    ...(inSelect ? {} : { text: `(select ${name}())` }),
  }));

/** Calls that name the caller, asked once a statement and not for every row; then the functions that the sources make. */
export function functionProposals({ platform, catalog }: Project): Proposal[] {
  const caller = platform.callerFunctions.map((name) => ({
    label: `(select ${name}())`,
    kind: CompletionItemKind.Function,
    detail: "the caller, asked once",
    rank: 2,
  }));
  const own = [...catalog.functions.values()]
    .flat()
    .filter((func) => !func.platform && func.returns?.name !== "trigger");
  const names = new Set(own.map(({ schema, name }) => quoteQualified(schema, name)));
  return [
    ...caller,
    ...[...names].map((label) => ({ label, kind: CompletionItemKind.Function, detail: "function", rank: 3 })),
  ];
}

/** The table that a name as written means. */
export function findTable({ catalog }: Project, written: string): Table | undefined {
  const parts = [...written.matchAll(/"((?:[^"]|"")*)"|([\w$]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!.toLowerCase(),
  );
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const schemas = parts.length > 1 ? [parts[0]!] : catalog.searchPath;
  return schemas.flatMap((schema) => catalog.tables.get(qualify(schema, name)) ?? [])[0];
}
