import type { Worker } from "node:worker_threads";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { Engine } from "../database/embedded/engine.ts";
import { serveDatabases } from "./serve.ts";

/** Speaks with whoever started this process; when he is gone, so is the work. */
export function serve(engine: Worker | undefined): void {
  if (engine) Engine.adopt(engine);
  process.once("disconnect", () => process.exit(0));
  // He may be gone since this program began to load.
  if (!process.connected) process.exit(0);
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  serveDatabases(connection);
  connection.listen();
}
