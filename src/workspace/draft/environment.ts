import { applicationOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { isProvided } from "../../project/provided-variables.ts";
import { isPublicName, isSecretName } from "../../project/secret-names.ts";
import type { Usage } from "../../project/usage.ts";
import type { Edit, NewFile } from "../../text/edit.ts";
import { WorkspaceProblem } from "../workspace.ts";
import { manner, placesOf, readTree } from "./code-tree.ts";
import type { Draft } from "./draft.ts";
import { renderEnvironment, type Variable } from "./environment-module.ts";
import { addImport, importPath } from "./imports.ts";
import { homeOf, zodVersion } from "./project-home.ts";

type Read = Extract<Usage, { kind: "environment" }>;

/**
 * Modules that validate the variables which the application in `folder` uses, one for what browsers may know and one for
 * the server, and the imports of them in place of `process.env`. Throws WorkspaceProblem where there is nothing to validate.
 */
export function draftEnvironment(project: Project, folder: string): Draft {
  const reads = readsOf(project, folder);
  const secret = (name: string) => isPublicName(name) && isSecretName(name);
  const wanted = reads.filter(({ variable }) => !secret(variable.value));
  if (!wanted.length) throw new WorkspaceProblem(`No code ${inside(folder)} reads environment variables.`);
  const modules = modulesOf(project, folder, wanted);
  const left = [...new Set(reads.map(({ variable }) => variable.value))].filter(secret);
  return {
    title: "Validate the environment at start",
    files: modules.map(({ file }) => file),
    edits: editsOf(project, wanted, modules),
    todo: [
      ...(zodVersion(project, folder) === undefined
        ? ["zod is not among the dependencies: npm install zod"]
        : []),
      ...left.map((name) => `${name} is a secret under a public prefix, and is left out`),
    ],
  };
}

const inside = (folder: string): string => (folder ? `in ${folder}` : "here");

/** Reads of a whole variable by its name, in code that runs. */
const readsOf = (project: Project, folder: string): Read[] =>
  (project.usages.get("environment") ?? []).filter(
    (usage): usage is Read =>
      usage.kind === "environment" &&
      usage.role === "runtime" &&
      applicationOf(project, usage.path) === folder &&
      !isProvided(usage.variable.value, usage.path) &&
      prefixOf(project, usage) !== undefined,
  );

const PREFIXES = ["process.env.", "import.meta.env."] as const;

/** How the variable is read; undefined where it comes from elsewhere, as from a destructured object. */
const prefixOf = (project: Project, { path, span, variable }: Read): (typeof PREFIXES)[number] | undefined =>
  PREFIXES.find((prefix) => project.text(path)?.slice(span.start, span.end) === `${prefix}${variable.value}`);

interface Module {
  readonly file: NewFile;
  readonly exported: string;
  readonly names: ReadonlySet<string>;
}

function modulesOf(project: Project, folder: string, reads: readonly Read[]): Module[] {
  const variables = variablesOf(project, reads, folder);
  const sides = [
    { side: "public", exported: "publicEnv", variables: variables.filter(({ name }) => isPublicName(name)) },
    { side: "server", exported: "env", variables: variables.filter(({ name }) => !isPublicName(name)) },
  ].filter((each) => each.variables.length);
  const home = homeOf(project, folder);
  return sides.map(({ side, exported, variables: own }) => {
    const path = `${home}${sides.length > 1 ? `env/${side}` : "env"}.ts`;
    if (project.text(path) !== undefined)
      throw new WorkspaceProblem(`${path} exists already; it is left as it is.`);
    const text = renderEnvironment(exported, own, side === "public", zodVersion(project, folder) ?? 4);
    return { file: { path, text }, exported, names: new Set(own.map(({ name }) => name)) };
  });
}

/** A variable that some code takes for granted is required; one that always has a fallback is not. */
function variablesOf(project: Project, reads: readonly Read[], folder: string): Variable[] {
  const found = new Map<string, Variable>();
  for (const read of reads) {
    const { value: name } = read.variable;
    const required = read.asserted || found.get(name)?.required === true;
    found.set(name, { name, required, read: `${prefixOf(project, read)!}${name}` });
  }
  for (const name of connectionsOf(project))
    if (applicationOf(project, project.prisma[0]!.path) === folder && !found.has(name))
      found.set(name, { name, required: true, read: `process.env.${name}` });
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What Prisma's client connects with: it reads the variable itself. */
const connectionsOf = ({ prisma }: Project): string[] =>
  prisma.flatMap(({ datasources }) =>
    datasources.flatMap(({ values }) =>
      typeof values.url === "object" && "env" in values.url ? [values.url.env] : [],
    ),
  );

function editsOf(project: Project, reads: readonly Read[], modules: readonly Module[]): Edit[] {
  return [...new Set(reads.map(({ path }) => path))].flatMap((path) => {
    const text = project.text(path);
    const own = reads.filter((each) => each.path === path);
    return text === undefined ? [] : fileEdits(project, path, text, own, modules);
  });
}

/** One file: the reads it takes for granted become properties of the module, which is imported. */
function fileEdits(
  project: Project,
  path: string,
  text: string,
  reads: readonly Read[],
  modules: readonly Module[],
): Edit[] {
  const tree = readTree(path, text);
  const edits: Edit[] = [];
  const used = new Set<Module>();
  for (const { span, variable, asserted } of reads) {
    const module = modules.find(({ names }) => names.has(variable.value));
    if (!module || !asserted || placesOf(tree, module.exported).length) continue;
    const end = text[span.end] === "!" ? span.end + 1 : span.end;
    edits.push({ path, span: { start: span.start, end }, text: `${module.exported}.${variable.value}` });
    used.add(module);
  }
  if (!used.size) return [];
  const { quote, end } = manner(tree);
  const statements = [...used].map(
    ({ exported, file }) =>
      `import { ${exported} } from ${quote}${importPath(project, tree, path, file.path)}${quote}${end}`,
  );
  return [addImport(tree, statements.join(text.includes("\r\n") ? "\r\n" : "\n")), ...edits];
}
