import type { Remedy } from "../../text/finding.ts";
import { defineRule, type Suppression } from "../rule.ts";

export default defineRule({
  on: "suppression",
  severity: "warning",
  summary: "A comment or configuration entry accepts findings that are not there.",
  why: "A suppression that outlived its finding hides the next one at the same place, and tells readers of a gap that is closed.",
  *check(suppression) {
    const { place, rules, unused, scope } = suppression;
    const subject = `suppression ${place.path}`;
    const what = scope === "configuration" ? "entry" : "comment";
    if (!rules.length)
      yield {
        at: place,
        subject,
        message: "This comment accepts nothing: it names no rule.",
        ...mend(suppression),
      };
    for (const { id, span, unknown, near } of rules) {
      if (!unused.includes(id)) continue;
      const message = !unknown
        ? `This ${what} accepts no finding of "${id}".`
        : near === undefined
          ? `There is no rule "${id}".`
          : `There is no rule "${id}"; "${near}" is near.`;
      yield { at: { path: place.path, span }, subject, message, ...mend(suppression) };
    }
  },
});

/** Puts right all that is unused at once, so that two findings about one comment do not compete. */
function mend({ place, rules, unused, removal, editable, scope }: Suppression): { remedy?: Remedy } {
  if (!editable) return {};
  const kept = rules.flatMap(({ id, near }) => (unused.includes(id) ? (near ?? []) : id));
  const [first, last] = [rules[0], rules.at(-1)];
  const whole = !first || !last || !kept.length;
  const edit = whole
    ? { path: place.path, span: removal, text: "" }
    : { path: place.path, span: { start: first.span.start, end: last.span.end }, text: kept.join(", ") };
  const what = scope === "configuration" ? "entry" : "comment";
  const title = whole ? `Remove the ${what}` : `Change the rules of the ${what} to ${kept.join(", ")}`;
  return { remedy: { kind: "edit", title, edits: [edit] } };
}
