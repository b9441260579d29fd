import { basename } from "node:path";
import { findCacheFolder } from "../cache/cache-folder.ts";
import { Engine } from "../database/embedded/engine.ts";
import type { TriedFix, TryParams } from "../protocol/database.ts";
import { openWorkspace } from "../workspace/open.ts";
import { tryFix } from "../workspace/try-fix.ts";
import type { Tell } from "./databases.ts";

/** Tries a fix on a workspace of its own, which sees the folder as the editors do. */
export async function tryInFolder(
  { folder, texts, fix }: TryParams,
  tell: Tell,
  signal: AbortSignal,
): Promise<TriedFix> {
  // Both take their time, and neither waits for the other.
  Engine.warm();
  const workspace = await openWorkspace(folder, { cacheFolder: findCacheFolder(folder) });
  try {
    for (const [path, text] of Object.entries(texts)) workspace.setText(path, text);
    const name = basename(folder);
    return await tryFix(workspace, fix, {
      signal,
      onProgress: (message) => tell({ name, state: "trying", message }),
    });
  } finally {
    await workspace.close();
  }
}
