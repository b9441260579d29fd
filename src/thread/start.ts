import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

const here = import.meta.dirname;

/** Starts a thread: a file of the bundle, or, where there is none, the source that it is made of (a path below `src/`). */
export function startThread(bundled: string, source: string, options: WorkerOptions): Worker {
  const file = join(here, bundled);
  if (existsSync(file)) return new Worker(file, options);
  // Source: the thread needs the loader for TypeScript that this one has.
  const url = JSON.stringify(pathToFileURL(join(here, "..", source)).href);
  const code = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${url}, ${url}))`;
  return new Worker(code, { ...options, eval: true });
}
