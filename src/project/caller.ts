import type { Caller } from "../catalog/truth.ts";
import type { Project } from "./project.ts";

/** The caller as the project's platform and settings name him, for evaluating policies. */
export function callerOf(project: Project, who: Caller["who"]): Caller {
  return {
    who,
    functions: project.platform.callerFunctions,
    anonymousConstants: project.platform.anonymousConstants,
    searchPath: project.catalog.searchPath,
  };
}
