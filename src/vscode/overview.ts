import * as vscode from "vscode";
import {
  CHANGED,
  FINDINGS,
  type FindingOverview,
  type FindingsWanted,
  OVERVIEW,
  type Overview,
  type OverviewWanted,
  TABLE,
  type TableDetails,
  type TableWanted,
} from "../protocol/requests.ts";
import type { Requests } from "./client.ts";

/** The newest overview, asked for again whenever the server has a new report, and what is opened in it. */
export interface OverviewSource extends vscode.Disposable {
  readonly current: Overview | undefined;
  readonly onChange: vscode.Event<Overview>;
  /** The overview is still true; what was opened in it may stand elsewhere now. */
  readonly onMoved: vscode.Event<void>;
  refresh(): Promise<void>;
  /** Undefined where there is no such table any more. */
  table(wanted: TableWanted): Promise<TableDetails | undefined>;
  findings(wanted: FindingsWanted): Promise<readonly FindingOverview[]>;
}

export function createOverview(requests: Requests): OverviewSource {
  const changed = new vscode.EventEmitter<Overview>();
  const moved = new vscode.EventEmitter<void>();
  let current: Overview | undefined;
  let generation = 0;
  const refresh = async () => {
    const of = ++generation;
    const wanted: OverviewWanted = current ? { known: current.id } : {};
    const answer = await requests.ask<Overview | null>(OVERVIEW, wanted);
    // An older answer that comes late would put back what is gone.
    if (answer === undefined || of !== generation) return;
    if (answer === null) return moved.fire();
    current = answer;
    changed.fire(answer);
  };
  requests.on(CHANGED, () => void refresh());
  return {
    get current() {
      return current;
    },
    onChange: changed.event,
    onMoved: moved.event,
    refresh,
    table: async (wanted) => (await requests.ask<TableDetails | null>(TABLE, wanted)) ?? undefined,
    findings: async (wanted) => (await requests.ask<FindingOverview[]>(FINDINGS, wanted)) ?? [],
    dispose() {
      changed.dispose();
      moved.dispose();
    },
  };
}
