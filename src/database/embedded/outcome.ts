import type { Place, Span } from "../../text/span.ts";
import type { Script } from "./scripts.ts";

/** What running a project's history showed. */
export interface Migrated {
  /** Statements that PostgreSQL refused, in order. */
  readonly failures: readonly Failure[];
  /** What was left out or stood in for, one sentence each. */
  readonly notes: readonly Note[];
  /** Tables that a refused statement is about: what is known of them may not be what is meant. */
  readonly doubtful: ReadonlySet<string>;
}

export interface Failure extends Refusal {
  /** Set for the first failure of a tool: nothing after it would have run. */
  readonly stops?: string;
}

export interface Refusal {
  readonly place: Place;
  /** PostgreSQL's own. */
  readonly message: string;
  readonly code: string;
}

export interface Note {
  readonly place: Place;
  readonly message: string;
}

/** What running one file showed. */
export interface Outcome {
  readonly kind: Script["kind"];
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Note[];
  /** Tables that a refused statement is about. */
  readonly tables: readonly string[];
}

/** A file that gave nothing to run. */
export const problemOutcome = (path: string, message: string): Outcome => ({
  kind: "model",
  refusals: [],
  notes: [{ place: { path, span: NOWHERE }, message }],
  tables: [],
});

const NOWHERE: Span = { start: 0, end: 0 };

/** The outcomes of all files, and where each tool would have stopped. */
export function summarise(outcomes: readonly Outcome[]): Migrated {
  const stopped = new Set<Script["kind"]>();
  const failures = outcomes.flatMap(({ kind, refusals }) =>
    refusals.map((refusal): Failure => {
      const tool = TOOLS[kind];
      if (tool === undefined || stopped.has(kind)) return refusal;
      stopped.add(kind);
      return { ...refusal, stops: `${tool} stops here; what follows was run all the same.` };
    }),
  );
  return {
    failures,
    notes: outcomes.flatMap(({ notes }) => notes),
    doubtful: new Set(outcomes.flatMap(({ tables }) => tables)),
  };
}

const TOOLS: Readonly<Partial<Record<Script["kind"], string>>> = {
  prisma: "prisma migrate deploy",
  supabase: "The Supabase CLI",
  other: "The tool that owns this folder",
  schema: "The tool that owns this folder",
};
