import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Worker } from "node:worker_threads";
import { startThread as start } from "../../thread/start.ts";
import { keepAsFirstCompiled } from "../../thread/web-assembly.ts";
import type { Given } from "./worker.ts";

const here = import.meta.dirname;
const BUNDLED = "database-worker.cjs";

/** Folders of the engine's own files: beside the bundle, or in its packages. The first has all but extensions of others. */
export const ASSETS: readonly string[] = existsSync(join(here, BUNDLED))
  ? [here]
  : ["@electric-sql/pglite", "@electric-sql/pglite-pgvector"].map(packageFolder);

function packageFolder(name: string): string {
  return dirname(createRequire(join(here, "thread.ts")).resolve(name));
}

/** Megabytes of stack: enough for the depth that the engine allows itself. */
const STACK = 16;

/** Starts a thread that loads the engine. */
export function startThread(given: Omit<Given, "assets">): Worker {
  keepAsFirstCompiled();
  // What is never run is not even validated: it comes with this program.
  setFlagsFromString("--wasm-lazy-validation");
  const workerData: Given = { assets: ASSETS, ...given };
  const resourceLimits = { stackSizeMb: STACK, maxOldGenerationSizeMb: 4096 };
  return start(BUNDLED, "database/embedded/worker.ts", { resourceLimits, workerData });
}
