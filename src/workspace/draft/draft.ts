import type { Edit, NewFile } from "../../text/edit.ts";

/** Code or schema written from how code uses it: edits and files at once, SQL for the next migration. */
export interface Draft {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly files: readonly NewFile[];
  readonly statements?: { readonly title: string; readonly statements: readonly string[] };
  /** What the user still has to do himself, one sentence each. */
  readonly todo?: readonly string[];
}
