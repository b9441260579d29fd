import { distance } from "fastest-levenshtein";

/** `userId`, `UserID`, `user_id` and "user id" have the same words. */
export const words = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");

/** Plural and singular are one: `categories`, `category`; `statuses`, `status`. */
export const singular = (name: string): string =>
  name
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch|sh|us)es$/, "$1")
    .replace(/([^su])s$/, "$1");

/** The one candidate with the same words in another case or number; undefined where there is none, or several. */
export function findAlike(name: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  const wanted = words(name);
  const same = list.filter((each) => words(each) === wanted);
  if (same.length) return same.length === 1 ? same[0] : undefined;
  const alike = list.filter((each) => singular(words(each)) === singular(wanted));
  return alike.length === 1 ? alike[0] : undefined;
}

/**
 * The candidate a person most likely meant: the same words in another case or number first, then a small typing
 * mistake. Undefined where nothing is close, or two are equally close.
 */
export function findNear(name: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  const alike = findAlike(name, list);
  if (alike !== undefined) return alike;
  const wanted = words(name);
  // Another first letter is another word (costs, posts), and so are two changes in a short one (tags, tasks).
  const limit = wanted.length <= 6 ? 1 : 2;
  const scored = list
    .map((each) => ({ each, cost: words(each)[0] === wanted[0] ? distance(words(each), wanted) : Infinity }))
    .filter(({ cost }) => cost <= limit)
    .sort((a, b) => a.cost - b.cost);
  if (!scored.length || scored[0]!.cost === scored[1]?.cost) return undefined;
  return scored[0]!.each;
}
