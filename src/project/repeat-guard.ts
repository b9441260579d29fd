import type { Policy } from "../catalog/catalog.ts";
import type { Remedy } from "../text/finding.ts";
import { changeClauses } from "./clauses.ts";
import type { Condition } from "./ties.ts";

/** The remedy that says conditions of USING in WITH CHECK as well. */
export function repeatGuard(policy: Policy, conditions: readonly Condition[]): Remedy | undefined {
  const { using, check } = policy;
  if (!using || !check || !conditions.length) return undefined;
  const said = conditions.map(({ expr }) => {
    const text = using.text.slice(
      expr.span.start - using.place.span.start,
      expr.span.end - using.place.span.start,
    );
    return expr.kind === "or" ? `(${text})` : text;
  });
  const before = check.text.trim();
  const stays = check.expr.kind === "constant" ? [] : [check.expr.kind === "or" ? `(${before})` : before];
  const text = [...said, ...stays].join(" and ");
  return changeClauses(
    policy,
    [{ in: { word: "with check", clause: check }, span: check.place.span, text }],
    "Repeat the condition in WITH CHECK",
  );
}
