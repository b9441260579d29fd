/** For every line of the table side by side, each identity's own row there, or -1 where it does not see that row. */
export type Alignment = readonly (readonly number[])[];

/**
 * Puts the rows of several identities, given as keys, next to one another: what several of them see stands on one line, in the order of
 * the one who sees most; rows that only others see come where they came among theirs.
 */
export function align(lists: readonly (readonly string[])[]): Alignment {
  const keys = lists.map(numberKeys);
  const order = lists.map((_, i) => i).sort((a, b) => lists[b]!.length - lists[a]!.length);
  const lines = mergeKeys(order.map((i) => keys[i]!));
  const places = keys.map((list) => new Map(list.map((key, i) => [key, i])));
  return lines.map((key) => places.map((place) => place.get(key) ?? -1));
}

/** The second of two rows with the same key is another row. */
function numberKeys(list: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return list.map((key) => {
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return `${nth} ${key}`;
  });
}

function mergeKeys(lists: readonly (readonly string[])[]): string[] {
  const known = new Set<string>();
  /** What follows each line of the first list, or stands above it (""). */
  const after = new Map<string, string[]>();
  for (const list of lists) {
    let place = "";
    for (const key of list) {
      if (known.has(key)) place = key;
      else {
        const below = after.get(place) ?? [];
        below.push(key);
        after.set(place, below);
        known.add(key);
      }
    }
  }
  return unfold(after);
}

/** Reads the lines in order; a list may hang below a line of another list. */
function unfold(after: ReadonlyMap<string, readonly string[]>): string[] {
  const lines: string[] = [];
  const open = [...(after.get("") ?? [])].reverse();
  while (open.length) {
    const key = open.pop()!;
    lines.push(key);
    open.push(...[...(after.get(key) ?? [])].reverse());
  }
  return lines;
}
