import type { Project } from "./project.ts";

/**
 * True where SQL built at run time, which reading cannot follow, may make such objects: its text matches `what`, or
 * holds no SQL at all (`execute statement`). Whatever such objects are, they cannot be called unknown.
 */
export function unfollowed(project: Project, what: RegExp): boolean {
  return project.catalog.unresolved.some(({ place }) => {
    const text = project.text(place.path)?.slice(place.span.start, place.span.end);
    return text === undefined || !text.includes("'") || what.test(text);
  });
}
