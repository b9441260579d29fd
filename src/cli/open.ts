import { findCacheFolder } from "../cache/cache-folder.ts";
import type { Report } from "../lint/report.ts";
import { printable } from "../report/printable.ts";
import { checkFolder } from "../workspace/check.ts";
import type { ReportOptions, Workspace, WorkspaceOptions } from "../workspace/workspace.ts";
import { type Folder, findFile } from "./folders.ts";
import { createProgress } from "./progress.ts";
import type { WorkspaceFlags } from "./shared-options.ts";
import type { Terminal } from "./terminal.ts";
import { tuneForOneRun } from "./tune.ts";

/** Opens a folder, hands the workspace to `work`, and closes it whatever happens. Shows progress meanwhile. */
export async function withWorkspace<T>(
  { root }: Folder,
  flags: WorkspaceFlags,
  terminal: Terminal,
  work: (workspace: Workspace) => Promise<T>,
  more: Pick<WorkspaceOptions, "withoutCode"> = {},
): Promise<T> {
  const { openWorkspace } = await import("../workspace/open.ts");
  return withProgress(terminal, async (onProgress) => {
    const workspace = await openWorkspace(root, {
      ...optionsFor(root, flags, terminal),
      ...more,
      onProgress,
    });
    try {
      return await work(workspace);
    } finally {
      await workspace.close();
    }
  });
}

/** The report of a folder alone, which costs little where nothing changed since the last run. */
export async function reportOn(
  { root }: Folder,
  flags: WorkspaceFlags,
  terminal: Terminal,
  wanted: ReportOptions,
): Promise<Report> {
  return withProgress(terminal, (onProgress) =>
    checkFolder(root, { ...optionsFor(root, flags, terminal), onProgress }, wanted),
  );
}

type OnProgress = NonNullable<WorkspaceOptions["onProgress"]>;

async function withProgress<T>(terminal: Terminal, work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  tuneForOneRun();
  const progress = createProgress(terminal);
  try {
    return await work(progress.update);
  } finally {
    progress.end();
  }
}

const optionsFor = (root: string, flags: WorkspaceFlags, terminal: Terminal): WorkspaceOptions => ({
  once: true,
  onTrouble: (sentence) => terminal.complain(`rowguard: ${printable(sentence)}\n`),
  ...(flags.cache && { cacheFolder: findCacheFolder(root) }),
  ...(flags.baseline && { baselinePath: findFile(flags.baseline, terminal.cwd) }),
  ...(flags.config && { configPath: findFile(flags.config, terminal.cwd) }),
});
