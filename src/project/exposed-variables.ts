import type { Place } from "../text/span.ts";
import { isWritten } from "./names.ts";
import type { Project } from "./project.ts";
import { isPublicName, isSecretName } from "./secret-names.ts";
import type { Usage } from "./usage.ts";

/** Where one variable with a secret stands and is read. */
export interface ExposedPlaces {
  readonly declared: Place[];
  readonly inClient: Place[];
  readonly elsewhere: Place[];
}

/** Secrets under a public prefix, and secrets that client components read, by the variable's name. */
export function exposedVariables(project: Project): Map<string, ExposedPlaces> {
  const found = new Map<string, ExposedPlaces>();
  const at = (name: string): ExposedPlaces => {
    const places = found.get(name) ?? { declared: [], inClient: [], elsewhere: [] };
    found.set(name, places);
    return places;
  };
  const bySecret = secretsByValue(project);
  const isSecret = (name: string): boolean => isSecretName(name) || bySecret.has(name);
  for (const { path, variables } of project.environment)
    for (const { name, nameSpan } of variables)
      if (isPublicName(name) && isSecret(name)) at(name).declared.push({ path, span: nameSpan });
  for (const usage of project.usages.get("environment") ?? []) {
    if (usage.kind !== "environment" || usage.role === "generated" || usage.role === "test") continue;
    const { value, path, span } = usage.variable;
    if (!isSecret(value) || !isWritten(project, usage.variable)) continue;
    const inClient = isPublicName(value) ? usage.clientComponent : isClientModule(project, usage.path);
    if (inClient || isBundled(project, usage)) at(value).inClient.push({ path, span });
    else if (isPublicName(value)) at(value).elsewhere.push({ path, span });
  }
  return found;
}

/**
 * True where the file itself says that it is a client component. What such a file imports may or may not reach browsers:
 * a bundler drops what is not used.
 */
export const isClientModule = (project: Project, path: string): boolean =>
  /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*["']use client["']/.test(project.text(path)?.slice(0, 2000) ?? "");

/** `import.meta.env` is filled in by the bundler, in what browsers load. */
const isBundled = (project: Project, { path, span }: Usage): boolean =>
  project.text(path)?.startsWith("import.meta", span.start) ?? false;

/** Names of public variables that some file gives a real secret. */
function secretsByValue(project: Project): Set<string> {
  const names = new Set<string>();
  for (const { variables } of project.environment)
    for (const { name, secret } of variables)
      if (secret?.demo === false && isPublicName(name)) names.add(name);
  return names;
}

/** True where nothing has a variable of this name: another one may be renamed to it. */
export const isUnused = (project: Project, name: string): boolean =>
  !project.environment.some(({ variables }) => variables.some((each) => each.name === name)) &&
  !(project.usages.get("environment") ?? []).some(
    (usage) => usage.kind === "environment" && usage.variable.value === name,
  );
