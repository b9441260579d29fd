import type { Facts } from "./facts.ts";
import type { Term } from "./formula.ts";

type Pair = readonly [Term, Term];

const CLOCKS = new Set(
  "now transaction_timestamp statement_timestamp current_timestamp current_date localtimestamp".split(" "),
);

/** `now()`, and what is so long before or after it: one value, which nobody knows. */
const isMoment = (term: Term): boolean =>
  term.kind === "apply" &&
  (term.args.length === 0
    ? CLOCKS.has(term.name)
    : /^([-+]|::(timestamptz|timestamp|date))$/.test(term.name) &&
      term.args.some(isMoment) &&
      term.args.every((arg) => arg.kind === "constant" || isMoment(arg)));

/** A column beside a moment: there are values before it and after. */
export const isTimed = (pair: Pair): boolean => columnBesideMoment(pair) !== undefined;

function columnBesideMoment([a, b]: Pair): string | undefined {
  if (a.kind === "column" && isMoment(b)) return a.key;
  return b.kind === "column" && isMoment(a) ? b.key : undefined;
}

/** A column beside a moment and something else, which lies before or after that. */
export function isTornInTime({ equal, different, order }: Facts): boolean {
  const pairs = [...equal, ...different, ...order.map(({ pair }) => pair)];
  const timed = pairs.flatMap((pair) => columnBesideMoment(pair) ?? []);
  return timed.some((key) => pairs.filter((pair) => pair.some((term) => term.key === key)).length > 1);
}
