import { commonEnds } from "../text/common-ends.ts";

/** What only the one of two lists has, and what only the other; each in its order. */
export interface Differences<T> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
}

/** Of long lists nearly always one element in the middle is another: what they begin and end with alike is passed over. */
export function differences<T>(before: readonly T[], after: readonly T[]): Differences<T> {
  const { start, end } = commonEnds(before, after);
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const [had, has] = [new Set(old), new Set(now)];
  return { gone: old.filter((each) => !has.has(each)), come: now.filter((each) => !had.has(each)) };
}
