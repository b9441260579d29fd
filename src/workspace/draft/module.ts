import { posix } from "node:path";
import { applicationOf, folderOf } from "../../project/application.ts";
import { delegateOf, unknownModelCalls } from "../../project/delegates.ts";
import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import { readPrisma } from "../../source/prisma/read.ts";
import type { PrismaModel } from "../../source/prisma/schema.ts";
import { applyEdits } from "../../text/edit.ts";
import { WorkspaceProblem } from "../workspace.ts";
import { findCaller } from "./caller.ts";
import { pluralOf } from "./conventions.ts";
import type { Draft } from "./draft.ts";
import { importPath } from "./imports.ts";
import { draftModel } from "./model.ts";
import { renderActions, renderQueries, renderSchema, type Subject } from "./module-text.ts";
import { type ApplicationClient, clientOf, styleOf } from "./project-client.ts";
import { homeOf, zodVersion } from "./project-home.ts";

/**
 * The module that belongs with a model: zod schemas of what comes in, queries that are bound to whose the rows are, and
 * server actions where the framework has them and code shows how it knows who asks. A model that the schema has not is
 * drafted with it. Throws WorkspaceProblem where there is no client to ask, or where a file would be written over.
 */
export async function draftModule(project: Project, name: string): Promise<Draft> {
  const drafted = project.models.has(name) ? undefined : await draftModel(project, name);
  const model = modelAfter(project, name, drafted);
  const client = clientOf(project);
  if (!client)
    throw new WorkspaceProblem(
      "No module exports a Prisma client that queries could import: export one first.",
    );
  const folder = applicationOf(project, client.path);
  const zod = zodVersion(project, folder);
  const owners = ownersOf(project, model);
  const paths = pathsFor(project, folder, name, client);
  const subject: Subject = { project, model, client, owners, zod };
  const caller = zod === undefined ? undefined : findCaller(project, folder, owners, paths.actions);
  const acts = isNext(project, folder) && caller !== undefined;
  const style = styleOf(project, client);
  // Beside one another files are imported as such, else by the alias that the project uses.
  const at = (from: string) => (to: string) =>
    posix.dirname(from) === posix.dirname(to)
      ? specifierFor(client.sample.text, from, to)
      : importPath(project, client.sample, from, to);
  const files = [
    ...(zod === undefined ? [] : [{ path: paths.schema, text: renderSchema(subject, paths) }]),
    { path: paths.queries, text: renderQueries(subject, paths, at(paths.queries)) },
    ...(acts
      ? [{ path: paths.actions, text: renderActions(subject, paths, caller, at(paths.actions)) }]
      : []),
  ].map(({ path, text }) => ({ path, text: style(text) }));
  for (const { path } of files)
    if (project.text(path) !== undefined)
      throw new WorkspaceProblem(`${path} exists already; it is left as it is.`);
  return {
    title: drafted
      ? `Draft the model ${name} with its schemas, queries and actions`
      : `Write the queries of ${name}`,
    edits: drafted?.edits ?? [],
    files: [...(drafted?.files ?? []), ...files],
    ...(drafted?.statements && { statements: drafted.statements }),
    todo: [...(drafted?.todo ?? []), ...leftOf(project, folder, subject, caller !== undefined)],
  };
}

/** What was left out, and why. */
function leftOf(
  project: Project,
  folder: string,
  { model, owners, zod }: Subject,
  knowsCaller: boolean,
): string[] {
  if (!owners.length)
    return [`no field of ${model.name} says whose a row is: whoever calls its queries must ask that first`];
  if (zod === undefined)
    return [
      "zod is not among the dependencies: what comes in is typed, and not checked when it runs; npm install zod",
    ];
  return isNext(project, folder) && !knowsCaller
    ? [
        "no server action shows how the application knows who asks: actions that call the queries are yours to write",
      ]
    : [];
}

function modelAfter(project: Project, name: string, drafted: Draft | undefined): PrismaModel {
  if (!drafted) return project.models.get(name)!.model;
  for (const { path } of project.prisma) {
    const edits = drafted.edits.filter((edit) => edit.path === path);
    const after = readPrisma({ path, text: applyEdits(project.text(path) ?? "", edits) });
    const model = after.models.find((each) => each.name === name);
    if (model) return model;
  }
  throw new WorkspaceProblem(`There is no model ${name}.`);
}

/**
 * The fields that say whose a row is: those that refer to the tenant, and to the user where code asks for rows by it or
 * nothing else says so.
 */
function ownersOf(project: Project, model: PrismaModel): string[] {
  const { tenant, user } = project.tenancy;
  const nameOf = (key: string | undefined) => key && project.modelOfTable.get(key)?.model.name;
  const to = (target: string | undefined) =>
    model.fields.flatMap(({ type, relation }) =>
      target !== undefined && type === target && relation?.fields.length === 1 ? relation.fields : [],
    );
  const tenants = to(nameOf(tenant?.table));
  const users = to(nameOf(user?.table));
  const asked = new Set(
    callsOf(project, model.name).flatMap(({ fields }) =>
      fields.filter((each) => each.in === "where").map((each) => each.name),
    ),
  );
  const personal = users.filter((name) => asked.has(name));
  return [...tenants, ...(personal.length ? personal : tenants.length ? [] : users.slice(0, 1))];
}

function callsOf(project: Project, name: string) {
  const delegate = delegateOf(name);
  const unknown = unknownModelCalls(project).get(delegate) ?? [];
  const known = (project.usages.get("prisma-call") ?? []).filter(
    (usage): usage is (typeof unknown)[number] =>
      usage.kind === "prisma-call" && usage.model.value === delegate && usage.role === "runtime",
  );
  return [...unknown, ...known];
}

export interface ModulePaths {
  readonly schema: string;
  readonly queries: string;
  readonly actions: string;
}

/** In the folders that the project keeps its queries and actions in; else in one of the model's own. */
function pathsFor(project: Project, folder: string, model: string, { path }: ApplicationClient): ModulePaths {
  const home = homeOf(project, folder);
  const extension = posix.extname(path).replace("x", "");
  const name = pluralOf(model.replace(/([a-z\d])([A-Z])/g, "$1-$2").toLowerCase());
  const has = (inner: string) => project.code.some((file) => file.path.startsWith(`${home}${inner}/`));
  if (!has("queries") && !has("actions"))
    return {
      schema: `${home}${name}/schema${extension}`,
      queries: `${home}${name}/queries${extension}`,
      actions: `${home}${name}/actions${extension}`,
    };
  const schemas = ["schemas", "validations", "validators", "schema"].find(has) ?? "schemas";
  return {
    schema: `${home}${schemas}/${name}${extension}`,
    queries: `${home}queries/${name}${extension}`,
    actions: `${home}actions/${name}${extension}`,
  };
}

const isNext = (project: Project, folder: string): boolean =>
  project.packages.some(
    ({ path, dependencies }) =>
      (folderOf(path) === folder || folderOf(path) === "") &&
      dependencies.some(({ name }) => name === "next"),
  );
