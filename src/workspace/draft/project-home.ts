import { dependencyOf } from "../../project/dependencies.ts";
import type { Project } from "../../project/project.ts";

/** `src/lib/`, `lib/`, `src/` or the application's folder: the first that has code. */
export function homeOf(project: Project, folder: string): string {
  const base = folder ? `${folder}/` : "";
  const has = (inner: string) => project.code.some(({ path }) => path.startsWith(`${base}${inner}`));
  return `${base}${["src/lib/", "lib/", "src/"].find(has) ?? ""}`;
}

/** The major version of zod that the application has. */
export function zodVersion(project: Project, folder: string): number | undefined {
  const zod = dependencyOf(project, folder, "zod");
  return zod && Number(/\d+/.exec(zod.version)?.[0] ?? 4);
}
