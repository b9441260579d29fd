import { folderOf } from "./application.ts";
import type { Project } from "./project.ts";

/** The dependency of an application, its own or the workspace's. */
export const dependencyOf = (project: Project, folder: string, name: string) =>
  project.packages
    .filter(({ path }) => folderOf(path) === folder || folderOf(path) === "")
    .flatMap(({ dependencies }) => dependencies.filter((each) => each.name === name))[0];
