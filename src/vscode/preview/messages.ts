import type { MeasuredCost, PreviewId, PreviewOutcome, RowsPage } from "../../protocol/database.ts";

/** What the panel is told. Everything in it is text to show, never markup. */
export type ToPage =
  | { readonly kind: "state"; readonly state: PanelState }
  /** Puts a statement into the editor; of several the one at the offset. */
  | { readonly kind: "query"; readonly text: string; readonly offset: number; readonly run: boolean }
  /** What is shown is of another database than what follows. */
  | { readonly kind: "clear" }
  | { readonly kind: "results"; readonly preview: PreviewId; readonly results: readonly PreviewOutcome[] }
  | {
      readonly kind: "rows";
      readonly preview: PreviewId;
      readonly result: number;
      readonly from: number;
      readonly page: RowsPage;
    }
  | { readonly kind: "plans"; readonly plans: readonly Plan[] };

export interface PanelState {
  /** The database, as people call it. */
  readonly connection: string;
  /** What its login may do, to be shown before anything else. */
  readonly power: string | null;
  readonly powerful: boolean;
  readonly identities: readonly string[];
  /** Tables and views, for completion. */
  readonly relations: readonly string[];
  /** What is going on; null where nothing is. */
  readonly busy: string | null;
  /** What went wrong last. */
  readonly problem: string | null;
  /** What to know of the database: statements that PostgreSQL refused, what was stood in for. */
  readonly notes: readonly string[];
}

/** One identity's plan and what its policies cost, or why that could not be measured. */
export type Plan = MeasuredCost | { readonly identity: string; readonly problem: string };

export type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "run"; readonly query: string; readonly all: boolean }
  | { readonly kind: "plan"; readonly query: string }
  | {
      readonly kind: "rows";
      readonly preview: PreviewId;
      readonly result: number;
      readonly from: number;
      readonly count: number;
    }
  | { readonly kind: "cancel" | "connection" | "identities" | "export" | "history" };
