import type { CompletionItem, Position } from "vscode-languageserver";
import type { Client } from "../client.ts";
import { linesOf } from "../convert.ts";
import type { Snapshot } from "../folder.ts";
import { completeCode } from "./code.ts";
import { itemsFor } from "./proposal.ts";
import { completeConfiguration, completeSuppression, type RuleWord } from "./rules.ts";
import { completeSql } from "./sql.ts";

/** Names where they are wanted: in policies, in subscriptions, after a suppression, in the configuration. */
export function completionsAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  rules: readonly RuleWord[],
  client: Client,
): CompletionItem[] {
  const text = snapshot.text(path);
  if (text === undefined) return [];
  const lines = linesOf(path, text);
  const offset = lines.offset(position);
  const found =
    completeSuppression(text, offset, rules) ??
    (path.endsWith("rowguard.config.json")
      ? client.completesConfiguration
        ? undefined
        : completeConfiguration(text, offset, rules)
      : path.endsWith(".sql")
        ? completeSql(snapshot, path, text, offset)
        : completeCode(snapshot, path, text, offset));
  return found ? itemsFor(found.proposals, found.hole, lines, client.completesSnippets) : [];
}
