import { type ExposedPlaces, exposedVariables, isUnused } from "../../project/exposed-variables.ts";
import type { Project } from "../../project/project.ts";
import { isPublicName, isSecretName, privateName } from "../../project/secret-names.ts";
import type { Usage } from "../../project/usage.ts";
import type { EnvironmentFile, EnvironmentVariable } from "../../source/manifest/manifest.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

type Read = Extract<Usage, { kind: "environment" }>;

export default defineRule({
  on: "project",
  reads: ["usages", "environment"],
  severity: "error",
  summary: "A service key or another secret reaches browsers or the repository.",
  why: "The service key steps around every policy. Whatever a client component holds, and whatever a bundler's public prefix names, is in the JavaScript that every visitor loads; whatever is committed is in the history for good.",
  *check(project) {
    for (const [name, places] of exposedVariables(project)) yield exposedVariable(project, name, places);
    for (const usage of project.usages.get("secret") ?? [])
      if (usage.kind === "secret" && !usage.demo && usage.role !== "test" && usage.role !== "generated")
        yield {
          at: { path: usage.path, span: usage.span },
          subject: `code ${usage.path}`,
          message: usage.clientComponent
            ? `This ${usage.what} is in a client component: every visitor can read it.`
            : `This ${usage.what} is in the source code: whoever can read the repository has it.`,
        };
    for (const file of project.environment)
      for (const variable of file.variables) if (isCommitted(file, variable)) yield committed(file, variable);
    yield* importedKeys(project);
  },
});

function exposedVariable(project: Project, name: string, places: ExposedPlaces): RawFinding {
  const { declared, inClient, elsewhere } = places;
  const [at, ...others] = [...inClient, ...declared, ...elsewhere];
  const remedy =
    inClient.length || !isUnused(project, privateName(name))
      ? undefined
      : ({
          kind: "edit",
          title: `Rename it to ${privateName(name)}`,
          edits: [...declared, ...elsewhere].map(({ path, span }) => ({
            path,
            span,
            text: privateName(name),
          })),
        } as const);
  const reason = inClient.length
    ? `${name} is a secret, and a client component reads it: it belongs in a server module`
    : `${name} is a secret, and its prefix puts it into what browsers load`;
  return {
    at: at!,
    subject: `environment ${name}`,
    message: `${reason}.`,
    related: others.slice(0, 20).map((place) => ({ place, message: `${name} stands here as well.` })),
    ...(remedy ? { remedy } : {}),
  };
}

/** Example files are there to be committed; of others, git knows. */
const isCommitted = ({ tracked, example }: EnvironmentFile, { secret, name }: EnvironmentVariable): boolean =>
  secret?.demo === false && !isPublicName(name) && (tracked ?? example);

const committed = (
  { path }: EnvironmentFile,
  { name, valueSpan, secret }: EnvironmentVariable,
): RawFinding => ({
  at: { path, span: valueSpan },
  subject: `environment ${name}`,
  message: `${name} in ${path} is a ${secret!.what}, and the file is committed: whoever can read the repository has it.`,
});

/** Clients that a client component makes with a key that another module reads. */
function* importedKeys(project: Project): Iterable<RawFinding> {
  for (const usage of project.usages.get("supabase-client") ?? []) {
    if (usage.kind !== "supabase-client" || usage.client !== "service" || !usage.clientComponent) continue;
    if (usage.role === "test" || usage.role === "generated" || readsKeyItself(project, usage.path)) continue;
    yield {
      at: { path: usage.path, span: usage.span },
      subject: `code ${usage.path}`,
      message:
        "This client component makes a Supabase client with the service key: it belongs in a server module.",
    };
  }
}

/** The key stands in the same file, where it is reported. */
const readsKeyItself = (project: Project, path: string): boolean =>
  [...(project.usages.get("environment") ?? []), ...(project.usages.get("secret") ?? [])].some(
    (usage) => usage.path === path && (usage.kind === "secret" ? !usage.demo : isSecret(usage)),
  );

const isSecret = (usage: Usage): boolean =>
  usage.kind === "environment" && isSecretName((usage satisfies Read).variable.value);
