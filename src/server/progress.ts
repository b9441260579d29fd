import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { Client } from "./client.ts";

/** Shows how far the reading of a folder is: only while it is read, and only where the client shows such things. */
export interface Progress {
  report(done: number, total: number, what: string): void;
  done(): void;
}

export function createProgress(connection: Connection, { showsProgress }: Client, name: string): Progress {
  let shown: Promise<WorkDoneProgressServerReporter> | undefined;
  if (!showsProgress) return { report: () => {}, done: () => {} };

  async function begin(): Promise<WorkDoneProgressServerReporter> {
    const progress = await connection.window.createWorkDoneProgress();
    progress.begin(`Rowguard reads ${name}`, 0);
    return progress;
  }

  const onShown = (use: (progress: WorkDoneProgressServerReporter) => void) =>
    // A client that refuses a bar has none; the work goes on.
    void shown?.then(use).catch(() => {});

  return {
    report(done, total, what) {
      shown ??= begin();
      const share = Math.floor((100 * done) / total);
      onShown((progress) => progress.report(share, `${what} (${done} of ${total})`));
    },
    done() {
      onShown((progress) => progress.done());
      shown = undefined;
    },
  };
}
