import { dirname, join } from "node:path";
import { bundleBeside } from "../../src/build/bundle.ts";
import { runProcess } from "./measure.ts";
import type { Row } from "./table.ts";

/** Edits inside one process, which is bundled like the command: what runs the sources slows them down. */
export async function benchEdits(folder: string, cli: string): Promise<Row[]> {
  const source = join(import.meta.dirname, "edits-process.ts");
  const program = await bundleBeside(dirname(cli), "bench-edits", source);
  return JSON.parse(runProcess(process.execPath, [program, join(folder, "workspace-edits")]).stdout);
}
