import type { PreviewStatement } from "../session/statement.ts";

/** One statement for several identities, side by side. */
export interface Preview {
  /** Without its semicolon. */
  readonly sql: string;
  readonly kind: PreviewStatement["kind"];
  readonly results: readonly PreviewResult[];
}

/** What one statement gives one identity. */
export interface PreviewResult {
  readonly identity: string;
  /** The role it asked as; null for the login itself. */
  readonly role: string | null;
  /** The tenant whose member it is. */
  readonly tenant: string | null;
  /**
   * `denied`: PostgreSQL refused for want of a privilege or by a policy. `failed`: for another reason. `invalid`: role
   * or settings moved. `unproven`: code could have left the identity unseen, or the engine broke; rows say nothing
   * either way.
   */
  readonly status: "ok" | "denied" | "failed" | "invalid" | "unproven";
  /** What PostgreSQL said, or why the status is what it is; null where it is `ok`. */
  readonly message: string | null;
  readonly columns: readonly string[];
  /** Every value as PostgreSQL writes it. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Of each row in `rows`, what it is; null where that cannot be told (a count has no row of a table in it). */
  readonly origins: readonly (RowOrigin | null)[];
  /** There are more rows than these. */
  readonly more: boolean;
  /** Rows that the statement gives this identity, all of them; null where not counted. */
  readonly seen: number | null;
  /** Rows that the statement would give without row-level security, and this identity does not see; null where not known. */
  readonly hidden: number | null;
  /** Rows written and rolled back, for a statement that writes. */
  readonly written: number | null;
  /** Why rows of each table are seen, in the order in which the statement names the tables. */
  readonly access: readonly TableAccess[];
  /** Rows shown that belong to tenants of which the identity is no member, or to other people; most first. */
  readonly foreign: readonly { readonly of: string; readonly rows: number }[];
  /** ms that the statement took, as seen from here. */
  readonly time: number;
}

/** Which rows of tables a row of a result was made from. */
export interface RowOrigin {
  /** The same for the same row, whoever sees it, during one preview. */
  readonly key: string;
  /** The tenant it belongs to, or the person where it is personal, as identities name them; null where no table says. */
  readonly of: string | null;
  /** That is not who asks, nor theirs. */
  readonly foreign: boolean;
  /** Permissive policies that let it through, each asked on its own. */
  readonly policies: readonly { readonly table: string; readonly policy: string }[];
}

/** Why an identity sees rows of a table, or writes them there. */
export interface TableAccess {
  /** `public.tasks`. */
  readonly table: string;
  /** What is done there. */
  readonly command: "select" | "insert" | "update" | "delete";
  /**
   * `policies` decide; or the table has no row-level security (`open`); or it does not hold for the role, which owns the
   * table or bypasses it (`bypassed`); or it is a view that runs as its owner (`owner`) or as who asks (`caller`).
   */
  readonly by: "policies" | "open" | "bypassed" | "owner" | "caller";
  /** Permissive policies for it that apply to the role; none with `by: "policies"`: nothing is let through. */
  readonly policies: readonly LettingPolicy[];
  /** Restrictive ones, which every row must pass besides. */
  readonly restrictive: readonly string[];
  /** Rows of the table that the identity sees, and that there are; null where not counted. */
  readonly seen: number | null;
  readonly total: number | null;
}

/** How many of the rows shown, or written, a permissive policy lets through on its own; null where they cannot be told apart. */
export interface LettingPolicy {
  readonly policy: string;
  readonly rows: number | null;
}

/** What row-level security costs: the same query with and without, measured in turns. */
export interface Cost {
  readonly identity: string;
  /** PostgreSQL's plan with row-level security, as text. */
  readonly plan: string;
  /** Medians of execution, in ms; null where the login cannot read without row-level security. */
  readonly time: number;
  readonly without: number | null;
  readonly rounds: number;
}
