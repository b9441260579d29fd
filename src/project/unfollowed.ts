import type { Catalog } from "../catalog/catalog.ts";
import type { Project } from "./project.ts";

/**
 * True where SQL built at run time, which reading cannot follow, may make such objects: what is known of its text
 * matches `what`, or nothing is known of it. Objects of that kind cannot be called unknown then.
 */
export const unfollowed = (project: Project, what: RegExp): boolean =>
  project.catalog.unresolved.some((unresolved) => {
    const text = unresolved.sketch ?? sourceOfCall(project, unresolved);
    return text === undefined || what.test(text);
  });

/** The body of the function that a migration calls, and that builds SQL. */
function sourceOfCall(project: Project, { place }: Catalog["unresolved"][number]): string | undefined {
  const written = project.text(place.path)?.slice(place.span.start, place.span.end) ?? "";
  const name = /^([\w.]+)\s*\(/.exec(written)?.[1];
  if (name === undefined) return undefined;
  const keys = name.includes(".") ? [name] : project.catalog.searchPath.map((schema) => `${schema}.${name}`);
  const overloads = keys.flatMap((key) => project.catalog.functions.get(key) ?? []);
  return overloads.length ? overloads.map(({ source }) => source ?? "").join("\n") : undefined;
}
