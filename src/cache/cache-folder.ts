import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where facts about a workspace are cached: with its packages where it has any, else in the user's own cache folder.
 * Never in a folder that other users may write.
 */
export function findCacheFolder(root: string): string {
  const modules = join(root, "node_modules");
  if (existsSync(modules)) return join(modules, ".cache", "rowguard");
  return join(userCache(), "rowguard", createHash("sha1").update(root).digest("hex").slice(0, 16));
}

/** The folder where programs of this user keep what they can make again. */
export function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA) return LOCALAPPDATA;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return join(homedir(), ".cache");
}
