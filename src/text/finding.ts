import type { Edit, NewFile } from "./edit.ts";
import type { Place } from "./span.ts";

export type Severity = "error" | "warning" | "info";

export const RANKS: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

export const reaches = (severity: Severity, threshold: Severity): boolean =>
  RANKS[severity] >= RANKS[threshold];

/** A second place that explains a finding. */
export interface Related {
  readonly place: Place;
  readonly message: string;
}

/**
 * What a rule offers. `edit`: local edits to sources that are not history. `statements`: SQL that mends the
 * database; it becomes the next migration, or, where `inPlace` is given and the file is not applied yet, those edits.
 * `intent`: something that must be generated; `command` is what the user runs for it.
 */
export type Remedy =
  | {
      readonly kind: "edit";
      readonly title: string;
      readonly edits: readonly Edit[];
      readonly files?: readonly NewFile[];
    }
  | {
      readonly kind: "statements";
      readonly title: string;
      /** Whole SQL statements, each ending in a semicolon. */
      readonly statements: readonly string[];
      readonly inPlace?: readonly Edit[];
    }
  | { readonly kind: "intent"; readonly title: string; readonly intent: Intent };

/** A wish that `workspace/` turns into SQL or code: `{ verb: "protect", subject: "public.tasks" }`. */
export interface Intent {
  readonly verb:
    | "protect"
    | "replace"
    | "protect-all"
    | "draft-model"
    | "draft-module"
    | "draft-supabase"
    | "draft-environment"
    | "protect-bucket"
    | "protect-channel";
  readonly subject: string;
  /** What the user types instead: `rowguard generate public.tasks`. */
  readonly command: string;
}

/** What a rule yields, before lint adds the rule's id, category and severity. */
export interface RawFinding {
  readonly at: Place;
  /** `public.tasks`, `public.tasks/policy name`, `code lib/db.ts`: with the rule's id, the finding's identity. */
  readonly subject: string;
  /** One sentence: what is wrong here, with the names in it. */
  readonly message: string;
  readonly related?: readonly Related[];
  readonly remedy?: Remedy;
  /** Where one rule has several severities by circumstance. */
  readonly severity?: Severity;
}

export interface Finding extends RawFinding {
  readonly rule: string;
  readonly category: string;
  readonly severity: Severity;
}
