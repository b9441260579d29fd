import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from "vscode-languageserver";
import { qualify } from "../catalog/catalog.ts";
import { placeOfTableState } from "../project/place.ts";
import { placeInModel } from "../project/project.ts";
import type { Place } from "../text/span.ts";
import { locationOf, rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** Tables and policies that a document makes, in the order in which they stand. */
export function documentSymbols(snapshot: Snapshot, path: string): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  for (const project of snapshot.report.projects) {
    for (const [key, table] of project.catalog.tables) {
      if (table.made.path === path)
        symbols.push(symbolOf(snapshot, key, "table", SymbolKind.Struct, table.made));
      for (const policy of table.policies.values())
        if (policy.made.path === path)
          symbols.push(
            symbolOf(snapshot, policy.name, `policy on ${key}`, SymbolKind.Key, policy.made, policy.nameSpan),
          );
    }
    for (const [key, view] of project.catalog.views)
      if (view.made.path === path)
        symbols.push(symbolOf(snapshot, key, "view", SymbolKind.Interface, view.made));
    for (const model of project.models.values())
      if (model.path === path)
        symbols.push(
          symbolOf(
            snapshot,
            model.model.name,
            model.table,
            SymbolKind.Struct,
            placeInModel(project, model, model.model.span),
            placeInModel(project, model, model.model.nameSpan),
          ),
        );
  }
  return symbols.sort((a, b) => a.range.start.line - b.range.start.line);
}

/** A name that was given elsewhere, by ALTER POLICY ... RENAME, is none to select here: protocol and editors want it within. */
function symbolOf(
  { text }: Snapshot,
  name: string,
  detail: string,
  kind: SymbolKind,
  place: Place,
  named: Place = place,
): DocumentSymbol {
  const range = rangeOf(place, text);
  const { span } = named;
  const within = named.path === place.path && span.start >= place.span.start && span.end <= place.span.end;
  const selectionRange = within ? rangeOf(named, text) : range;
  return { name: name || "(no name)", detail, kind, range, selectionRange };
}

const MOST = 500;

/** Tables and policies of the whole workspace whose name has the letters of the query in order. */
export function workspaceSymbols(snapshot: Snapshot, query: string): WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  for (const project of snapshot.report.projects)
    for (const table of project.catalog.tables.values()) {
      // What nobody wrote, such as the table of Prisma's own history, is nowhere to go to.
      const at = table.platform || table.implicit ? undefined : placeOfTableState(project, table, table.made);
      const key = qualify(table.schema, table.name);
      if (at && matches(key, query))
        found.push({
          name: key,
          kind: SymbolKind.Struct,
          containerName: "table",
          location: locationOf(at, snapshot.uris, snapshot.text),
        });
      for (const policy of table.policies.values())
        if (!policy.platform && matches(policy.name, query))
          found.push({
            name: policy.name,
            kind: SymbolKind.Key,
            containerName: `policy on ${key}`,
            location: locationOf(policy.nameSpan, snapshot.uris, snapshot.text),
          });
      if (found.length >= MOST) return found;
    }
  return found;
}

function matches(name: string, query: string): boolean {
  const letters = name.toLowerCase();
  let at = 0;
  for (const letter of query.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
