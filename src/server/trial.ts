import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { Trial, TriedFix } from "../workspace/try-fix.ts";
import type { Client } from "./client.ts";
import { startHost } from "./database-host.ts";
import type { Folder } from "./folder.ts";

/** The user would rather not wait. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** Tries fixes in a process of their own, which ends with each: what the user sees while he waits, he can stop. */
export type Trials = (folder: Folder, fix: TriedFix, signal?: AbortSignal) => Promise<Trial>;

/** Rejects with Cancelled, or with HostError where nothing could be tried. */
export const createTrials =
  (connection: Connection, client: Client): Trials =>
  async (folder, { edits, files, protects, drafted }, signal) => {
    const abort = new AbortController();
    const stop = () => abort.abort(new Cancelled());
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const bar = show(connection, client, stop);
    const host = startHost({
      onState: ({ message }) => message !== undefined && bar((shown) => shown.report(`Rowguard ${message}`)),
    });
    try {
      const asked = host.ask("fix/try", {
        folder: folder.workspace.root,
        texts: folder.texts(),
        fix: { edits, files, protects, ...(drafted && { drafted }) },
      });
      return await Promise.race([asked, rejectWhen(abort.signal)]);
    } finally {
      signal?.removeEventListener("abort", stop);
      bar((shown) => shown.done());
      host.end();
    }
  };

const rejectWhen = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });

/**
 * A bar that can be stopped, where the client has such. Nobody waits for it: Helix answers nothing before the fix that it
 * asked for is there.
 */
function show(
  connection: Connection,
  { showsProgress }: Client,
  stop: () => void,
): (use: (shown: WorkDoneProgressServerReporter) => void) => void {
  if (!showsProgress) return () => {};
  const shown = connection.window.createWorkDoneProgress().then((progress) => {
    progress.begin("Rowguard tries the fix", undefined, "Rowguard reads the workspace", true);
    progress.token.onCancellationRequested(stop);
    return progress;
  });
  // A client that refuses a bar has none.
  return (use) => void shown.then(use).catch(() => {});
}
