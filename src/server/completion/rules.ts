import { getLocation } from "jsonc-parser";
import { CompletionItemKind } from "vscode-languageserver";
import { registry } from "../../rules/registry.generated.ts";
import type { Hole, Proposal } from "./proposal.ts";

/** A rule as completion offers it. */
export interface RuleWord {
  readonly id: string;
  readonly summary: string;
}

/** Every rule's id with what it reports. */
export const ruleWords = (): RuleWord[] => registry.map(({ id, rule }) => ({ id, summary: rule.summary }));

export interface Found {
  readonly proposals: readonly Proposal[];
  readonly hole: Hole;
}

/** Rules after `rowguard-ignore`, up to the colon. */
export function completeSuppression(
  text: string,
  offset: number,
  rules: readonly RuleWord[],
): Found | undefined {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  if (!/rowguard-ignore(-file)?\s+[\w\-, ]*$/.test(line)) return undefined;
  const word = /[\w-]*$/.exec(line)![0];
  return {
    proposals: rules.map((rule) => proposalOf(rule)),
    hole: { start: offset - word.length, end: offset },
  };
}

/** Rules as keys of `rules`, in an override too, and as what an entry of `ignore` names. */
export function completeConfiguration(
  text: string,
  offset: number,
  rules: readonly RuleWord[],
): Found | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const isKey = isAtPropertyKey && path.at(-2) === "rules";
  const isValue = !isAtPropertyKey && path[0] === "ignore" && path[2] === "rule";
  if (!isKey && !isValue) return undefined;
  const hole = previousNode
    ? { start: previousNode.offset, end: previousNode.offset + previousNode.length }
    : { start: offset, end: offset };
  return { proposals: rules.map((rule) => proposalOf(rule, JSON.stringify(rule.id))), hole };
}

const proposalOf = ({ id, summary }: RuleWord, text = id): Proposal => ({
  label: id,
  text,
  kind: CompletionItemKind.EnumMember,
  detail: summary,
});
