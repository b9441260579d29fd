import { applicationOf, folderOf } from "../../project/application.ts";
import { isWritten } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import { isProvided } from "../../project/provided-variables.ts";
import type { EnvironmentFile } from "../../source/manifest/manifest.ts";
import type { Edit } from "../../text/edit.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "info",
  summary: "A variable in use is missing from the example environment file.",
  why: "`.env.example` is how the next person, or the next deployment, learns what must be set. What it leaves out is found by failing.",
  *check(project) {
    const examples = project.environment.filter(({ example }) => example);
    if (!examples.length) return;
    const listed = new Map(examples.map((example) => [example.path, namesIn(project, example)]));
    const validated = validatedVariables(project);
    for (const [name, places] of usedVariables(project)) {
      if (validated.has(name)) continue;
      const wanting = places.filter(({ path }) => !isDocumented(project, listed, name, path));
      const [at, ...others] = wanting;
      const example = at && exampleFor(examples, at.path);
      if (!example) continue;
      yield {
        at,
        subject: `environment ${name}`,
        message: `${name} is used here, and ${example.path} does not list it.`,
        related: others.slice(0, 10).map((place) => ({ place, message: "It is used here as well." })),
        remedy: {
          kind: "edit",
          title: `Add ${name} to ${example.path}`,
          edits: [addLine(project, example, name)],
        },
      };
    }
  },
});

/** Where variables are read, by name: by the application and by the Prisma schema. */
function usedVariables(project: Project): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const add = (name: string, place: Place) => {
    if (isProvided(name, place.path)) return;
    found.set(name, [...(found.get(name) ?? []), place]);
  };
  for (const usage of project.usages.get("environment") ?? [])
    if (usage.kind === "environment" && usage.role === "runtime" && isWritten(project, usage.variable))
      add(usage.variable.value, { path: usage.variable.path, span: usage.variable.span });
  for (const { path, datasources } of project.prisma)
    for (const { values, valueSpans } of datasources)
      for (const [key, value] of Object.entries(values))
        if (typeof value === "object" && "env" in value && valueSpans[key])
          add(value.env, { path, span: valueSpans[key] });
  return found;
}

/** What a schema describes needs no example to be known. */
function validatedVariables(project: Project): Set<string> {
  const names = new Set<string>();
  for (const usage of project.usages.get("environment-schema") ?? [])
    if (usage.kind === "environment-schema") for (const name of usage.variables) names.add(name);
  return names;
}

/** Example files of the application and of the folders above it speak for it. */
function isDocumented(
  project: Project,
  listed: ReadonlyMap<string, ReadonlySet<string>>,
  name: string,
  path: string,
): boolean {
  for (const [example, names] of listed) {
    if (!names.has(name)) continue;
    if (isAbove(folderOf(example), path) || isAbove(applicationOf(project, path), example)) return true;
  }
  return false;
}

const isAbove = (folder: string, path: string): boolean => folder === "" || path.startsWith(`${folder}/`);

/** The variables that a file lists, commented ones too. */
function namesIn(project: Project, { path, variables }: EnvironmentFile): Set<string> {
  const names = new Set(variables.map(({ name }) => name));
  for (const line of (project.text(path) ?? "").split("\n")) {
    const name = /^[#\s]*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    if (name) names.add(name);
  }
  return names;
}

/** The example file nearest above the file that reads the variable, the plainest of them. */
const exampleFor = (examples: readonly EnvironmentFile[], path: string): EnvironmentFile | undefined =>
  examples
    .filter((example) => isAbove(folderOf(example.path), path))
    .sort((a, b) => folderOf(b.path).length - folderOf(a.path).length || a.path.length - b.path.length)[0];

function addLine(project: Project, example: EnvironmentFile, name: string): Edit {
  const text = project.text(example.path) ?? "";
  const end = text.length || (example.variables.at(-1)?.valueSpan.end ?? 0);
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lead = end > 0 && !text.endsWith("\n") ? newline : "";
  return { path: example.path, span: { start: end, end }, text: `${lead}${name}=${newline}` };
}
