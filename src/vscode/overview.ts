import * as vscode from "vscode";
import { CHANGED, OVERVIEW, type Overview } from "../protocol/requests.ts";
import type { Requests } from "./client.ts";

/** The newest overview, asked for again whenever the server has a new report and somebody looks. */
export interface OverviewSource extends vscode.Disposable {
  readonly current: Overview | undefined;
  readonly onChange: vscode.Event<Overview>;
  refresh(): Promise<void>;
}

export function createOverview(requests: Requests): OverviewSource {
  const changed = new vscode.EventEmitter<Overview>();
  let current: Overview | undefined;
  let generation = 0;
  const refresh = async () => {
    const of = ++generation;
    const answer = await requests.ask<Overview>(OVERVIEW);
    // An older answer that comes late would put back what is gone.
    if (!answer || of !== generation) return;
    current = answer;
    changed.fire(answer);
  };
  requests.on(CHANGED, () => void refresh());
  return {
    get current() {
      return current;
    },
    onChange: changed.event,
    refresh,
    dispose: () => changed.dispose(),
  };
}
