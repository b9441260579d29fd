import type { Project } from "../../project/project.ts";
import type { SqlSource } from "../../source/sql/statement.ts";
import { quoteDollars, quoteLiteral } from "../../text/quote.ts";
import type { SourceText } from "../../text/source-text.ts";

export type ReadSql = (source: SourceText) => SqlSource;

/**
 * What a statement needs that the platform or whoever runs the server provides, and no migration: absent on the database
 * that Prisma tries its migrations on.
 */
export interface Needs {
  readonly schemas: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly publications: ReadonlySet<string>;
}

/** Finds what a statement needs by what the grammar says are its names. */
export function findNeeds(statement: string, project: Project, readSql: ReadSql): Needs {
  const { platform } = project;
  const needs = { schemas: new Set<string>(), roles: new Set<string>(), publications: new Set<string>() };
  const schemas = new Set(platform.ownSchemas.filter((name) => !ALWAYS.test(name)));
  const roles = rolesFromElsewhere(project);
  for (const node of nodesOf(readSql({ path: "", text: statement }).statements)) {
    for (const name of schemasOf(node)) if (schemas.has(name)) needs.schemas.add(name);
    for (const name of rolesOf(node)) if (roles.has(name)) needs.roles.add(name);
    if (isPublication(node) && node.name === platform.realtimePublication) needs.publications.add(node.name);
  }
  return needs;
}

/** Roles belong to the server: those of clients and of the application, unless a migration makes them. */
function rolesFromElsewhere({ platform, settings, catalog, history }: Project): ReadonlySet<string> {
  const { applicationRole, clientRoles } = settings;
  const all = [...platform.clientRoles, ...platform.bypassRoles, ...clientRoles, applicationRole ?? "public"];
  const files = new Set(history.map(({ source }) => source.path));
  return new Set(
    all.filter((name) => name !== "public" && !files.has(catalog.roles.get(name)?.made.path ?? "")),
  );
}

const ALWAYS = /^(?:public|pg_.*|information_schema)$/;

export const needsNothing = ({ schemas, roles, publications }: Needs): boolean =>
  !schemas.size && !roles.size && !publications.size;

/** Statements that run only where what they need is there. */
export function guard(statements: readonly string[], needs: Needs): string {
  const conditions = [
    ...[...needs.schemas].map((name) => `to_regnamespace(${quoteLiteral(name)}) is not null`),
    ...[...needs.roles].map((name) => `to_regrole(${quoteLiteral(name)}) is not null`),
    ...[...needs.publications].map(
      (name) => `exists (select from pg_publication where pubname = ${quoteLiteral(name)})`,
    ),
  ];
  const body = statements.map((each) => each.replace(/^(?=.)/gm, "    ")).join("\n");
  return `do ${quoteDollars(`\nbegin\n  if ${conditions.join(" and ")} then\n${body}\n  end if;\nend\n`)};`;
}

type Node = Readonly<Record<string, unknown>>;

/** Every object in a tree of plain data. */
function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (typeof value === "object" && value !== null) {
    yield value as Node;
    for (const each of Object.values(value)) yield* nodesOf(each);
  }
}

/** `auth.users` as a table, `auth.uid` as a call, `create schema auth`. */
function schemasOf(node: Node): string[] {
  const { schema, name, kind } = node;
  if (typeof schema === "string") return [schema];
  if (kind === "call" && Array.isArray(name) && name.length > 1) return [String(name[0])];
  const on = node.on === "schema" && Array.isArray(node.objects) ? node.objects : [];
  return on.map((each: { name: { name: string } }) => each.name.name);
}

const ROLE_LISTS = ["roles", "forRoles", "memberOf", "members", "to"] as const;

function rolesOf(node: Node): string[] {
  const named = ROLE_LISTS.flatMap((key) => node[key] ?? []);
  return named.map((each) => (typeof each === "string" ? each : String((each as Node).name)));
}

const isPublication = (node: Node): node is Node & { readonly name: string } =>
  (node.kind === "alter-publication" || node.kind === "create-publication") && typeof node.name === "string";
