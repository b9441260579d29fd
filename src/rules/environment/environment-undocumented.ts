import { applicationOf, folderOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { isProvided } from "../../project/provided-variables.ts";
import type { EnvironmentFile } from "../../source/manifest/manifest.ts";
import type { Edit } from "../../text/edit.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  reads: ["usages", "environment", "models", "packages"],
  severity: "info",
  summary: "A variable in use is missing from the example environment file.",
  why: "`.env.example` is how the next person, or the next deployment, learns what must be set. What it leaves out is found by failing.",
  *check(project) {
    const examples = project.environment.filter(({ example }) => example);
    if (!examples.length) return;
    for (const [name, places] of usedVariables(project)) {
      const wanting = places.filter(({ path }) => !isDocumented(project, examples, name, path));
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

/** Where variables are read, by name: in code that people run, and by the Prisma schema. */
function usedVariables(project: Project): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const add = (name: string, place: Place) => {
    if (isProvided(name, place.path)) return;
    found.set(name, [...(found.get(name) ?? []), place]);
  };
  for (const usage of project.usages.get("environment") ?? [])
    if (usage.kind === "environment" && usage.role !== "test" && usage.role !== "generated")
      add(usage.variable.value, { path: usage.variable.path, span: usage.variable.span });
  for (const { path, datasources } of project.prisma)
    for (const { values, valueSpans } of datasources)
      for (const [key, value] of Object.entries(values))
        if (typeof value === "object" && "env" in value && valueSpans[key])
          add(value.env, { path, span: valueSpans[key] });
  return found;
}

/** Example files of the application and of the folders above it speak for it; a commented line counts. */
function isDocumented(
  project: Project,
  examples: readonly EnvironmentFile[],
  name: string,
  path: string,
): boolean {
  const application = applicationOf(project, path);
  return examples.some((example) => {
    const folder = folderOf(example.path);
    const speaks = isAbove(folder, path) || isAbove(application, example.path);
    return (
      speaks && (example.variables.some((each) => each.name === name) || isCommented(project, example, name))
    );
  });
}

const isAbove = (folder: string, path: string): boolean => folder === "" || path.startsWith(`${folder}/`);

const isCommented = (project: Project, { path }: EnvironmentFile, name: string): boolean =>
  (project.text(path) ?? "")
    .split("\n")
    .some((line) => line.replace(/^[#\s]*(export\s+)?/, "").startsWith(`${name}=`));

/** The example file nearest above the file that reads the variable. */
const exampleFor = (examples: readonly EnvironmentFile[], path: string): EnvironmentFile | undefined =>
  examples
    .filter((example) => isAbove(folderOf(example.path), path))
    .sort((a, b) => folderOf(b.path).length - folderOf(a.path).length)[0];

function addLine(project: Project, example: EnvironmentFile, name: string): Edit {
  const text = project.text(example.path) ?? "";
  const end = text.length || (example.variables.at(-1)?.valueSpan.end ?? 0);
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lead = end > 0 && !text.endsWith("\n") ? newline : "";
  return { path: example.path, span: { start: end, end }, text: `${lead}${name}=${newline}` };
}
