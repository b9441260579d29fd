import { type Catalog, qualify } from "../catalog/catalog.ts";
import type { QualifiedName } from "../source/sql/expression.ts";
import type { Statement } from "../source/sql/statement.ts";
import type { Place, Span } from "../text/span.ts";
import { noteNamesIn } from "./named-in-sql.ts";
import { findRelation } from "./names.ts";
import { type HistoryFile, type Project, placeInModel } from "./project.ts";
import { bucketsOf } from "./storage.ts";
import type { NamedAt, Usage } from "./usage.ts";

/** Something that sources name: what "go to definition" leads to. */
export interface Entity {
  readonly kind: "table" | "policy" | "bucket" | "function";
  /** `public.tasks`, `public.tasks/own tasks`, `avatars`, `public.is_admin`. */
  readonly key: string;
}

/** One place where a source names an entity. A definition makes it; everything else refers to it. */
export interface Occurrence extends Place {
  readonly entity: Entity;
  readonly definition: boolean;
}

/**
 * Every place that names a table, policy, bucket or function, in all sources of a project. One pass over
 * facts; sources that did not change keep their list from one project to the next.
 */
export function findOccurrences(project: Project): readonly Occurrence[] {
  return [
    ...project.history.flatMap((file) => (file.kind === "model" ? [] : occurrencesOfFile(project, file))),
    ...occurrencesOfModels(project),
    ...definitionsOfBuckets(project),
    ...project.code.flatMap((file) => file.usages.flatMap((usage) => occurrencesOfUsage(project, usage))),
  ];
}

/** What stands at an offset: the shortest occurrence that covers it. */
export function occurrenceAt(
  all: readonly Occurrence[],
  path: string,
  offset: number,
): Occurrence | undefined {
  const here = all.filter(
    (each) => each.path === path && each.span.start <= offset && offset <= each.span.end,
  );
  return here.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

export const isSameEntity = (a: Entity, b: Entity): boolean => a.kind === b.kind && a.key === b.key;

/** Names resolve against the catalog of the moment; a file's list holds while file, tables and functions are the same. */
const remembered = new WeakMap<
  HistoryFile["source"],
  { readonly catalog: Pick<Catalog, "tables" | "functions">; readonly found: Occurrence[] }
>();

function occurrencesOfFile(project: Project, file: HistoryFile): Occurrence[] {
  const known = remembered.get(file.source);
  const { catalog } = project;
  if (known && known.catalog.tables === catalog.tables && known.catalog.functions === catalog.functions)
    return known.found;
  const found: Occurrence[] = [];
  const { path, statements } = file.source;
  const note = (entity: Entity | undefined, span: Span, definition = false) => {
    if (entity) found.push({ path, span, entity, definition });
  };
  for (const statement of statements) noteStatement(statement, catalog, note);
  remembered.set(file.source, { catalog, found });
  return found;
}

type Note = (entity: Entity | undefined, span: Span, definition?: boolean) => void;

function noteStatement(statement: Statement, catalog: Catalog, note: Note): void {
  noteNamesIn(statement, catalog, note);
  const table = (name: QualifiedName, definition = false) =>
    note(tableEntity(catalog, name), name.span, definition);
  switch (statement.kind) {
    case "create-table":
      table(statement.name, true);
      for (const { references } of statement.constraints) if (references) table(references.table);
      if (statement.partitionOf) table(statement.partitionOf);
      return;
    case "create-table-as":
    case "create-view":
      table(statement.name, true);
      return;
    case "alter-table":
      table(statement.name);
      for (const action of statement.actions)
        if (action.do === "add-constraint" && action.constraint.references)
          table(action.constraint.references.table);
      return;
    case "create-index":
      table(statement.table);
      return;
    case "create-trigger":
      table(statement.table);
      note(functionEntity(catalog, statement.function), statement.function.span);
      return;
    case "insert":
    case "update":
    case "delete":
      table(statement.table);
      return;
    case "create-policy":
    case "alter-policy":
      table(statement.table);
      note(
        policyEntity(catalog, statement.table, statement.name),
        statement.nameSpan,
        statement.kind === "create-policy",
      );
      return;
    case "grant":
      if (statement.on === "table") for (const { name } of statement.objects) table(name);
      return;
    case "create-publication":
    case "alter-publication":
      for (const name of statement.tables) table(name);
      return;
    case "create-function":
      note(functionEntity(catalog, statement.name), statement.name.span, true);
      return;
    case "drop":
      for (const { name, part, partSpan } of statement.objects) {
        if (statement.objectKind === "table" || statement.objectKind === "policy") table(name);
        if (statement.objectKind === "policy" && part !== undefined && partSpan)
          note(policyEntity(catalog, name, part), partSpan);
      }
      return;
    case "do":
    case "create-schema":
      for (const inner of statement.statements) noteStatement(inner, catalog, note);
      return;
    default:
      return;
  }
}

function tableEntity(catalog: Catalog, name: QualifiedName): Entity {
  return { kind: "table", key: qualify(name.schema ?? schemaOf(catalog, name), name.name) };
}

const functionEntity = (catalog: Catalog, name: QualifiedName): Entity => ({
  kind: "function",
  key: qualify(name.schema ?? schemaOf(catalog, name), name.name),
});

const policyEntity = (catalog: Catalog, table: QualifiedName, name: string): Entity => ({
  kind: "policy",
  key: `${tableEntity(catalog, table).key}/${name}`,
});

/** The first schema of the search path that has the name; else the first that could take it. */
const schemaOf = (catalog: Catalog, name: QualifiedName): string =>
  catalog.searchPath.find((schema) => {
    const key = qualify(schema, name.name);
    return catalog.tables.has(key) || catalog.views.has(key) || catalog.functions.has(key);
  }) ??
  catalog.searchPath.find((schema) => catalog.schemas.has(schema)) ??
  "public";

function occurrencesOfModels(project: Project): Occurrence[] {
  return [...project.models.values()].flatMap((each) => [
    {
      ...placeInModel(project, each, each.model.nameSpan),
      entity: { kind: "table", key: each.table },
      definition: true,
    } as const,
    ...each.model.fields.flatMap((field): Occurrence[] => {
      const target = project.models.get(field.type);
      return target
        ? [
            {
              ...placeInModel(project, each, field.typeSpan),
              entity: { kind: "table", key: target.table },
              definition: false,
            },
          ]
        : [];
    }),
  ]);
}

const definitionsOfBuckets = (project: Project): Occurrence[] =>
  [...bucketsOf(project).values()].map(({ id, place }) => ({
    ...place,
    entity: { kind: "bucket", key: id },
    definition: true,
  }));

function occurrencesOfUsage(project: Project, usage: Usage): Occurrence[] {
  switch (usage.kind) {
    case "prisma-call":
      return named(usage.model, modelTable(project, usage.model.value));
    case "supabase-query":
      return relation(project, usage.schema, usage.table);
    case "realtime-subscription":
      return relation(project, usage.schema?.value, usage.table);
    case "storage":
      return usage.bucket ? occurrence(usage.bucket, { kind: "bucket", key: usage.bucket.value }) : [];
    case "supabase-rpc":
      return usage.function
        ? occurrence(usage.function, {
            kind: "function",
            key: qualify(usage.schema ?? "public", usage.function.value),
          })
        : [];
    default:
      return [];
  }
}

/** `prisma.organizationMember` is the model OrganizationMember. */
function modelTable(project: Project, property: string): string | undefined {
  for (const [name, model] of project.models)
    if (name.charAt(0).toLowerCase() + name.slice(1) === property) return model.table;
  return undefined;
}

function relation(project: Project, schema: string | undefined, name: NamedAt | undefined): Occurrence[] {
  if (!name) return [];
  // A misspelt name leads where it was meant to.
  const { found, near } = findRelation(project, schema, name.value);
  const meant = found ?? near;
  return meant ? named(name, qualify(meant.schema, meant.name)) : [];
}

const named = (name: NamedAt, key: string | undefined): Occurrence[] =>
  key === undefined ? [] : occurrence(name, { kind: "table", key });

const occurrence = (name: NamedAt, entity: Entity): Occurrence[] => [
  { path: name.path, span: name.span, entity, definition: false },
];
