import type { PublicationStatement } from "../../source/sql/statement.ts";
import { findRelation, reportUnknown } from "./names.ts";
import { madeBy, markChanged, type State, type Step } from "./state.ts";

type Of<Kind extends PublicationStatement["kind"]> = Extract<PublicationStatement, { kind: Kind }>;

export function createPublication(step: Step, statement: Of<"create-publication">): void {
  const { name, allTables } = statement;
  if (step.state.shelves.publications.has(name)) return;
  const tables = new Map(tableKeys(step, statement, "create publication").map((key) => [key, step.place]));
  step.state.put("publications", name, {
    ...madeBy(step),
    name,
    allTables,
    schemas: schemasOf(step.state, statement.schemas),
    tables,
  });
}

export function alterPublication(step: Step, statement: Of<"alter-publication">): void {
  const publication = step.state.edit("publications", statement.name);
  if (!publication) return;
  const keys = tableKeys(step, statement, "alter publication");
  const schemas = schemasOf(step.state, statement.schemas);
  const kept = statement.action === "set" ? new Map() : step.state.own(publication.tables);
  for (const key of keys)
    if (statement.action === "drop") kept.delete(key);
    else if (!kept.has(key)) kept.set(key, step.place);
  publication.tables = kept;
  const others = publication.schemas.filter((schema) => !schemas.includes(schema));
  if (statement.action === "drop") publication.schemas = others;
  else publication.schemas = statement.action === "set" ? schemas : [...others, ...schemas];
  markChanged(step, publication);
}

function tableKeys(step: Step, { tables }: PublicationStatement, statement: string): string[] {
  return tables.flatMap((name) => {
    const found = findRelation(step.state, name);
    if (!found) reportUnknown(step, statement, name, false);
    return found?.kind === "table" ? [found.key] : [];
  });
}

const schemasOf = (state: State, names: readonly string[]): string[] =>
  names.map((name) => (name === "current_schema" ? (state.session.searchPath[0] ?? "public") : name));

/** Takes a table that is gone, or goes by another key, out of every publication. */
export function moveInPublications(state: State, key: string, to: string | undefined): void {
  for (const [name, { tables }] of state.shelves.publications) {
    const place = tables.get(key);
    if (!place) continue;
    const publication = state.edit("publications", name)!;
    const moved = state.own(publication.tables);
    moved.delete(key);
    if (to !== undefined) moved.set(to, place);
    publication.tables = moved;
  }
}
