import type { Client } from "../database/client.ts";
import type { Execution } from "../database/executed/execute.ts";
import type { Project } from "../project/project.ts";
import { printable } from "../report/printable.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, type Terminal } from "./terminal.ts";

/** Loads the embedded database while the workspace is read: neither waits for the other. */
export async function warmEngine(): Promise<void> {
  const { Engine } = await import("../database/embedded/engine.ts");
  Engine.warm();
}

/** Runs a project's history on the embedded PostgreSQL, and tells what it refused. Throws CannotRun where the engine cannot. */
export async function execute(
  project: Project,
  terminal: Terminal,
  { cache }: Pick<WorkspaceFlags, "cache">,
  also?: (database: Client) => Promise<void>,
): Promise<Execution> {
  const { executeProject } = await import("../database/executed/execute.ts");
  const { engineCache } = await import("../database/embedded/packed.ts");
  const { QueryError } = await import("../database/client.ts");
  try {
    const execution = await executeProject(project, also, cache ? { folder: engineCache() } : {});
    terminal.complain(describeRun(project, execution));
    return execution;
  } catch (error) {
    throw error instanceof QueryError ? new CannotRun(error.message) : error;
  }
}

/** Failures with their places, notes, and the tables that may not be what is meant; a line each. */
export function describeRun(
  project: Project,
  { failures, notes, doubtful }: Pick<Execution, "failures" | "notes" | "doubtful">,
): string {
  const lines = [
    ...failures.map(
      ({ place, message, stops }) => `${where(project, place)}: ${message}.${stops ? ` ${stops}` : ""}`,
    ),
    ...notes.map(({ place, message }) => `${where(project, place)}: ${message}`),
  ];
  if (doubtful.size)
    lines.push(
      `What is said of ${[...doubtful].join(", ")} may not be what is meant: a statement about it failed.`,
    );
  return lines.map((line) => `${printable(line)}\n`).join("");
}

function where(project: Project, { path, span }: Execution["failures"][number]["place"]): string {
  const { line, column } = positionAt(findLineStarts(project.text(path) ?? ""), span.start);
  return `${path}:${line}:${column}`;
}
