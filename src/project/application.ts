import type { Project } from "./project.ts";

/**
 * The folder of the application that a file belongs to: that of the nearest package.json above it, "" for the root. An
 * edge function of Supabase is an application of its own.
 */
export function applicationOf(project: Project, path: string): string {
  const edge = /^(?:.*\/)?supabase\/functions\/[^/]+(?=\/)/.exec(path)?.[0];
  if (edge !== undefined) return edge;
  const folders = new Set(project.packages.map((manifest) => folderOf(manifest.path)));
  let folder = folderOf(path);
  while (folder && !folders.has(folder)) folder = folderOf(folder);
  return folder;
}

/** The application, or the program within it: Nx and Nest build each folder of `apps/` by itself, from one package.json. */
export function programOf(project: Project, path: string): string {
  const application = applicationOf(project, path);
  const within = path.slice(application ? application.length + 1 : 0);
  const program = /^(?:[^/]+\/)?apps\/[^/]+(?=\/)/.exec(within)?.[0];
  return [application, program].filter(Boolean).join("/");
}

/** The folder of a path, "" for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

/** Things by the application their file belongs to, or by what `holder` says. */
export function byApplication<T extends { readonly path: string }>(
  project: Project,
  things: Iterable<T>,
  holder = applicationOf,
): Map<string, T[]> {
  const folders = new Map<string, string>();
  const found = new Map<string, T[]>();
  for (const thing of things) {
    const folder = folderOf(thing.path);
    const application = folders.get(folder) ?? holder(project, thing.path);
    folders.set(folder, application);
    const list = found.get(application);
    if (list) list.push(thing);
    else found.set(application, [thing]);
  }
  return found;
}
