import { distance } from "fastest-levenshtein";

/** A name taken apart: its words joined by "_", and the same in the singular. */
interface Taken {
  readonly words: string;
  readonly singular: string;
}

/** Names repeat over thousands of columns and uses: each is taken apart once. */
const known = new Map<string, Taken>();
const KNOWN_AT_MOST = 50_000;

function take(name: string): Taken {
  const before = known.get(name);
  if (before) return before;
  const joined = joinWords(name);
  const taken = { words: joined, singular: singular(joined) };
  if (known.size >= KNOWN_AT_MOST) known.clear();
  known.set(name, taken);
  return taken;
}

const joinWords = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");

/** `userId`, `UserID`, `user_id` and "user id" have the same words. */
export const words = (name: string): string => take(name).words;

/** Plural and singular are one: `categories`, `category`; `statuses`, `status`. */
export const singular = (name: string): string =>
  name
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch|sh|us)es$/, "$1")
    .replace(/([^su])s$/, "$1");

/** The one candidate with the same words in another case or number; undefined where there is none, or several. */
export function findAlike(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = take(name);
  const same: string[] = [];
  const alike: string[] = [];
  for (const each of candidates) {
    const taken = take(each);
    if (taken.words === wanted.words) same.push(each);
    else if (taken.singular === wanted.singular) alike.push(each);
  }
  if (same.length) return same.length === 1 ? same[0] : undefined;
  return alike.length === 1 ? alike[0] : undefined;
}

/**
 * The candidate a person most likely meant: the same words in another case or number first, then a small typing
 * mistake. Undefined where nothing is close, or two are equally close.
 */
export function findNear(name: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  return findAlike(name, list) ?? findMistyped(words(name), list);
}

function findMistyped(wanted: string, candidates: readonly string[]): string | undefined {
  // Another first letter is another word (costs, posts), and so are two changes in a short one (tags, tasks).
  const limit = wanted.length <= 6 ? 1 : 2;
  let best: string | undefined;
  let least = limit + 1;
  for (const each of candidates) {
    const written = words(each);
    if (written[0] !== wanted[0] || Math.abs(written.length - wanted.length) > limit) continue;
    const cost = distance(written, wanted);
    if (cost < least) [best, least] = [each, cost];
    else if (cost === least) best = undefined;
  }
  return best;
}

/** Names made ready for being asked many times: `alike` and `near` are `findAlike` and `findNear` over them. */
export interface NearNames {
  alike(name: string): string | undefined;
  near(name: string): string | undefined;
}

export function indexNames(names: Iterable<string>): NearNames {
  const byWords = new Map<string, string[]>();
  const bySingular = new Map<string, string[]>();
  const byLetter = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const taken = take(name);
    put(byWords, taken.words, name);
    put(bySingular, taken.singular, name);
    put(byLetter, taken.words.charAt(0), name);
  }
  const alike = (name: string): string | undefined => {
    const taken = take(name);
    const found = byWords.get(taken.words) ?? bySingular.get(taken.singular);
    return found?.length === 1 ? found[0] : undefined;
  };
  const near = (name: string): string | undefined =>
    alike(name) ?? findMistyped(words(name), byLetter.get(words(name).charAt(0)) ?? []);
  return { alike, near };
}

function put(map: Map<string, string[]>, key: string, name: string): void {
  const list = map.get(key);
  if (list) list.push(name);
  else map.set(key, [name]);
}
