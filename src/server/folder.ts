import type { Report } from "../lint/report.ts";
import { findOccurrences, type Occurrence } from "../project/occurrences.ts";
import type { Project } from "../project/project.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Uris, urisOf } from "./convert.ts";
import type { Executed } from "./executed.ts";
import { rehearse } from "./rehearse.ts";

/** One workspace folder as the server keeps it: its workspace, and the newest report, made once for any number of askers. */
export interface Folder {
  readonly uri: string;
  readonly name: string;
  readonly uris: Uris;
  readonly workspace: Workspace;
  /**
   * The report for the texts as they are now. Askers at the same moment share one; whoever waits when a text changes
   * gets the next.
   */
  current(): Promise<Snapshot>;
  /** An open editor's text stands above the disk; undefined gives the disk back. */
  setText(path: string, document: { readonly version: number; getText(): string } | undefined): void;
  /** The texts of open editors, by path. */
  texts(): Readonly<Record<string, string>>;
  filesChanged(paths: readonly string[]): void;
  /** Says that something else that reports depend on changed. */
  touch(): void;
  /** False where something changed since the snapshot was asked for. */
  isCurrent(snapshot: Snapshot): boolean;
}

/** Everything that is answered from: one report, and what is derived from it when somebody asks. */
export interface Snapshot {
  readonly generation: number;
  readonly report: Report;
  readonly uris: Uris;
  occurrences(): readonly Occurrence[];
  text(path: string): string | undefined;
  /** The version of an open document that the report was made from; null for a file on disk. */
  version(path: string): number | null;
  /** Whether a version has the text of this report's: a document that was just opened has the disk's. */
  hasTextOf(path: string, version: number | null): boolean;
  /** The project that a file belongs to; the first where that is not known. */
  projectOf(path: string): Project | undefined;
}

export function createFolder(
  uri: string,
  name: string,
  workspace: Workspace,
  executed: Executed,
  onDone = () => {},
): Folder {
  const uris = urisOf(uri);
  const versions = new Map<string, number>();
  const texts = new Map<string, () => string>();
  /** Versions that documents were opened with, where the text was the disk's. */
  const opened = new Map<string, number>();
  let latest: Snapshot | undefined;
  let generation = 0;
  let rehearsed = false;
  let running:
    | { readonly generation: number; readonly abort: AbortController; readonly snapshot: Promise<Snapshot> }
    | undefined;

  async function compute(abort: AbortController): Promise<Snapshot> {
    const of = generation;
    const made = { versions: new Map(versions), opened: new Map(opened) };
    const { settle, place } = executed;
    const [open] = texts.keys();
    if (!rehearsed && open !== undefined) {
      const { projects } = await workspace.report({ signal: abort.signal });
      rehearsed = true;
      await rehearse(workspace, {
        open,
        projects,
        texts,
        goesOn: () => of === generation,
        signal: abort.signal,
      });
    }
    const report = place(await workspace.report({ signal: abort.signal, settle }).finally(onDone));
    latest = snapshotOf(of, report, uris, made);
    return latest;
  }

  function start(): Promise<Snapshot> {
    if (running?.generation === generation) return running.snapshot;
    running?.abort.abort();
    const abort = new AbortController();
    const snapshot = compute(abort);
    running = { generation, abort, snapshot };
    return snapshot;
  }

  async function current(): Promise<Snapshot> {
    for (;;) {
      const of = generation;
      try {
        const snapshot = await start();
        if (of === generation) return snapshot;
      } catch (error) {
        // What failed because a text changed meanwhile is answered by the next run.
        if (of !== generation) continue;
        running = undefined;
        throw error;
      }
    }
  }

  const touch = () => {
    generation++;
  };

  return {
    uri,
    name,
    uris,
    workspace,
    current,
    setText(path, document) {
      if (!document || versions.has(path)) opened.delete(path);
      else if (latest?.text(path) === document.getText()) opened.set(path, document.version);
      if (document) versions.set(path, document.version);
      else versions.delete(path);
      if (document) texts.set(path, () => document.getText());
      else texts.delete(path);
      workspace.setText(path, document?.getText());
      touch();
    },
    texts: () => Object.fromEntries([...texts].map(([path, text]) => [path, text()])),
    filesChanged(paths) {
      workspace.filesChanged(paths);
      touch();
    },
    touch,
    isCurrent: (snapshot) => snapshot.generation === generation,
  };
}

function snapshotOf(
  generation: number,
  report: Report,
  uris: Uris,
  made: Readonly<Record<"versions" | "opened", ReadonlyMap<string, number>>>,
): Snapshot {
  let occurrences: readonly Occurrence[] | undefined;
  const versionOf = (path: string) => made.versions.get(path) ?? null;
  return {
    generation,
    report,
    uris,
    text: report.text,
    version: versionOf,
    hasTextOf: (path, version) =>
      version === versionOf(path) || (version === null && made.opened.get(path) === versionOf(path)),
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
