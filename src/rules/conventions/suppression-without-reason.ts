import { defineRule } from "../rule.ts";

export default defineRule({
  on: "suppression",
  severity: "warning",
  summary: "A comment or configuration entry accepts findings without saying why.",
  why: "Whoever reads the schema next cannot tell a considered exception from a gap that someone silenced.",
  *check({ place, rules, reason, scope }) {
    if (reason !== undefined || !rules.length) return;
    const names = rules.map(({ id }) => `"${id}"`).join(", ");
    const remedy = scope === "configuration" ? 'add a "reason"' : "add it after a colon";
    yield {
      at: place,
      subject: `suppression ${place.path}`,
      message: `${names} ${rules.length > 1 ? "are" : "is"} accepted here without a reason; ${remedy}.`,
    };
  },
});
