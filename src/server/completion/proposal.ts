import { type CompletionItem, type CompletionItemKind, InsertTextFormat } from "vscode-languageserver";
import type { Lines } from "../convert.ts";

/** One thing that may stand at the cursor. */
export interface Proposal {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  /** What is written; the label where not given. */
  readonly text?: string;
  /** The same as a snippet, for clients that know them. */
  readonly snippet?: string;
  /** Smaller ones stand higher. */
  readonly rank?: number;
}

/** Where a proposal goes: it takes the place of what is there from `start` to `end`. */
export interface Hole {
  readonly start: number;
  readonly end: number;
}

/** Proposals as the client shows them, each saying what it replaces: editors do not agree on what a word is. */
export function itemsFor(
  proposals: readonly Proposal[],
  { start, end }: Hole,
  lines: Lines,
  snippets: boolean,
): CompletionItem[] {
  const range = lines.range({ start, end });
  return proposals.map(({ label, kind, detail, text = label, snippet, rank = 5 }) => ({
    label,
    kind,
    filterText: text.startsWith(label) || snippet !== undefined ? label : text,
    sortText: `${rank}${label}`,
    ...(detail === undefined ? {} : { detail }),
    ...(snippet !== undefined && snippets
      ? { insertTextFormat: InsertTextFormat.Snippet, textEdit: { range, newText: snippet } }
      : { textEdit: { range, newText: text } }),
  }));
}

/** Text that is written as it is inside a snippet. */
export const plain = (text: string): string => text.replace(/[\\$}]/g, "\\$&");
