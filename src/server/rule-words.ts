import { registry } from "../rules/registry.generated.ts";
import type { RuleWord } from "./completion.ts";

/** Every rule's id with what it reports, for completion in comments and configuration. */
export const ruleWords = (): RuleWord[] => registry.map(({ id, rule }) => ({ id, summary: rule.summary }));
