import type { Report } from "../lint/report.ts";
import { findOccurrences, type Occurrence } from "../project/occurrences.ts";
import type { Project } from "../project/project.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Uris, urisOf } from "./convert.ts";

/** One workspace folder as the server keeps it: its workspace, and the newest report, made once for any number of askers. */
export interface Folder {
  readonly uri: string;
  readonly name: string;
  readonly uris: Uris;
  readonly workspace: Workspace;
  /** The report for the texts as they are now. Askers at the same moment share one; a text that changes makes the next. */
  current(): Promise<Snapshot>;
  /** Says that a text changed: what is being computed is out of date. */
  touch(): void;
  /** The newest finished snapshot, for answers that may be a moment old. */
  latest(): Snapshot | undefined;
}

/** Everything that is answered from: one report, and what is derived from it when somebody asks. */
export interface Snapshot {
  readonly report: Report;
  readonly uris: Uris;
  occurrences(): readonly Occurrence[];
  text(path: string): string | undefined;
  /** The project that a file belongs to; the first where that is not known. */
  projectOf(path: string): Project | undefined;
}

export function createFolder(uri: string, name: string, workspace: Workspace): Folder {
  const uris = urisOf(uri);
  let generation = 0;
  let running:
    | { readonly generation: number; readonly abort: AbortController; readonly snapshot: Promise<Snapshot> }
    | undefined;
  let latest: Snapshot | undefined;

  async function compute(abort: AbortController, of: number): Promise<Snapshot> {
    const report = await workspace.report({ signal: abort.signal });
    const snapshot = snapshotOf(report, uris);
    if (of === generation) latest = snapshot;
    return snapshot;
  }

  function current(): Promise<Snapshot> {
    if (running?.generation === generation) return running.snapshot;
    running?.abort.abort();
    const abort = new AbortController();
    const of = generation;
    const snapshot = compute(abort, of).catch((error: unknown) => {
      // An aborted run is answered by the one that replaced it.
      if (of !== generation) return current();
      running = undefined;
      throw error;
    });
    running = { generation, abort, snapshot };
    return snapshot;
  }

  return {
    uri,
    name,
    uris,
    workspace,
    current,
    touch: () => {
      generation++;
    },
    latest: () => latest,
  };
}

export function snapshotOf(report: Report, uris: Uris): Snapshot {
  let occurrences: readonly Occurrence[] | undefined;
  return {
    report,
    uris,
    text: report.text,
    occurrences: () => {
      occurrences ??= report.projects.flatMap((project) => [...findOccurrences(project)]);
      return occurrences;
    },
    projectOf: (path) =>
      report.projects.find(
        (project) =>
          project.history.some(({ source }) => source.path === path) ||
          project.prisma.some((source) => source.path === path) ||
          project.code.some((file) => file.path === path),
      ) ?? report.projects[0],
  };
}
