import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { Given } from "./worker.ts";

const here = import.meta.dirname;
const bundled = join(here, "database-worker.cjs");

/** Folders of the engine's own files: beside the bundle, or in its packages. The first has all but extensions of others. */
export const ASSETS: readonly string[] = existsSync(bundled)
  ? [here]
  : ["@electric-sql/pglite", "@electric-sql/pglite-pgvector"].map(packageFolder);

function packageFolder(name: string): string {
  return dirname(createRequire(join(here, "thread.ts")).resolve(name));
}

/** Megabytes of stack: enough for the depth that the engine allows itself. */
const STACK = 16;

/**
 * WebAssembly as it is first compiled. Optimizing the engine takes a second or two of a processor, and is repaid by
 * queries over millions of rows alone.
 */
const COMPILER = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

/** Starts a thread that loads the engine. */
export function startThread(given: Omit<Given, "assets">): Worker {
  for (const flag of COMPILER) setFlagsFromString(flag);
  const workerData: Given = { assets: ASSETS, ...given };
  const resourceLimits = { stackSizeMb: STACK, maxOldGenerationSizeMb: 4096 };
  if (existsSync(bundled)) return new Worker(bundled, { resourceLimits, workerData });
  // Source: the thread needs the loader for TypeScript that this one has.
  const file = pathToFileURL(join(here, "worker.ts")).href;
  const code = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(file)}, ${JSON.stringify(file)}))`;
  return new Worker(code, { eval: true, resourceLimits, workerData });
}
