import { type Compute, observerOf } from "./observe.ts";
import type { Project } from "./project.ts";

/**
 * What is made of a project, by a key where there are several: made once for a project however many ask, and kept for
 * the next one as long as nothing that it looked at changed. `compute` may use nothing but the project and the key.
 */
export function derived<T>(compute: Compute<T>): (project: Project, key?: string) => T {
  const known = new WeakMap<Project, Map<string, T>>();
  return (project, key = "") => {
    const observer = observerOf(project);
    if (observer) return observer.derive(compute, key);
    const made = known.get(project) ?? new Map<string, T>();
    known.set(project, made);
    if (!made.has(key)) made.set(key, compute(project, key));
    return made.get(key)!;
  };
}
