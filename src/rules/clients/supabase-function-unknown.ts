import { qualify } from "../../catalog/catalog.ts";
import { type Lookup, renameName } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import { findAlike, findNear } from "../../text/near.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["supabase-rpc"],
  severity: "error",
  summary: "A Supabase call names a function that does not exist under that exact name.",
  why: "PostgREST answers a call of an unknown function with 404, and the feature behind it is dead.",
  *check(usage, project) {
    if (usage.kind !== "supabase-rpc" || !usage.function) return;
    if (usage.role !== "runtime") return;
    const called = usage.function;
    const { found, near, unknown } = findFunction(project, usage.schema, called.value);
    if (found !== undefined || !unknown) return;
    const at = { path: called.path, span: called.span };
    const common = { at, subject: `code ${at.path}` };
    if (near === undefined)
      yield {
        ...common,
        message: `The code calls the function "${called.value}", and no function has that name.`,
      };
    else
      yield {
        ...common,
        message: `The code calls the function "${called.value}", and the function is called ${near}.`,
        ...renameName(project, called, near, `Call ${near}`),
      };
  },
});

function findFunction(project: Project, stated: string | undefined, name: string): Lookup<string> {
  const schemas = stated === undefined ? project.settings.exposedSchemas : [stated];
  if (schemas.some((schema) => project.catalog.functions.has(qualify(schema, name))))
    return { found: name, unknown: false };
  const names = namesIn(project, schemas);
  if (names.has(name)) return { found: name, unknown: false };
  const unknown =
    project.manages.functions &&
    project.queried &&
    names.size > 0 &&
    !hasExtension(project, schemas) &&
    !unfollowed(project, /\bfunction\b/i);
  const near = (unknown ? findNear : findAlike)(name, names);
  return { ...(near === undefined ? {} : { near }), unknown: unknown || near !== undefined };
}

/** Extensions bring functions that no source names. */
const hasExtension = (project: Project, schemas: readonly string[]): boolean =>
  [...project.catalog.extensions.values()].some(({ schema }) => schemas.includes(schema));

/** Functions that clients could call in these schemas, trigger functions left out. */
function namesIn(project: Project, schemas: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const overloads of project.catalog.functions.values())
    for (const { schema, name, returns } of overloads)
      if (schemas.includes(schema) && returns?.name !== "trigger") names.add(name);
  for (const { functions } of project.generatedNames)
    for (const schema of schemas)
      for (const key of functions)
        if (key.startsWith(`${schema}.`)) names.add(key.slice(qualify(schema, "").length));
  return names;
}
