import { findCacheFolder } from "../workspace/cache/cache-folder.ts";
import { openWorkspace } from "../workspace/open.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Folder, findFile } from "./folders.ts";
import { createProgress } from "./progress.ts";
import type { WorkspaceFlags } from "./shared-options.ts";
import type { Terminal } from "./terminal.ts";

/** Opens a folder, hands the workspace to `work`, and closes it whatever happens. Shows progress meanwhile. */
export async function withWorkspace<T>(
  { root }: Folder,
  flags: WorkspaceFlags,
  terminal: Terminal,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const progress = createProgress(terminal);
  const workspace = await openWorkspace(root, {
    ...(flags.cache && { cacheFolder: findCacheFolder(root) }),
    ...(flags.baseline && { baselinePath: findFile(flags.baseline, terminal.cwd) }),
    ...(flags.config && { configPath: findFile(flags.config, terminal.cwd) }),
    onProgress: progress.update,
  });
  try {
    return await work(workspace);
  } finally {
    progress.end();
    await workspace.close();
  }
}
