type ObjectMap = ReadonlyMap<string, object>;

/** An object of a later catalog -> the equal one of an earlier catalog, so that each is compared once. */
const standsFor = new WeakMap<object, object>();

/**
 * The later catalog, or other record of parts, with everything that equals its counterpart in the earlier one replaced
 * by that very object: what was computed from what did not change may be kept all the same.
 */
export function reconcile<Parts extends object>(before: Parts, after: Parts): Parts {
  if (before === after) return before;
  const former = before as Record<string, unknown>;
  const parts = Object.entries(after).map(
    ([name, part]) => [name, part === former[name] ? part : reconcilePart(former[name], part)] as const,
  );
  const same =
    parts.length === Object.keys(before).length && parts.every(([name, part]) => part === former[name]);
  return same ? before : (Object.fromEntries(parts) as Parts);
}

function reconcilePart(before: unknown, after: unknown): unknown {
  if (after instanceof Map && before instanceof Map) return reconcileMap(before, after);
  return equals(before, after) ? before : after;
}

/** The earlier map itself where nothing differs, order included. */
function reconcileMap(before: ObjectMap, after: ObjectMap): ObjectMap {
  const merged = new Map<string, object>();
  let same = before.size === after.size;
  const order = before.keys();
  for (const [key, object] of after) {
    const former = before.get(key);
    const kept = former === undefined ? object : reconcileObject(former, object);
    merged.set(key, kept);
    same &&= kept === former && order.next().value === key;
  }
  return same ? before : merged;
}

function reconcileObject(before: object, after: object): object {
  if (before === after || standsFor.get(after) === before) return before;
  if (!equals(before, after)) return after;
  standsFor.set(after, before);
  return before;
}

/** Deep equality of plain data; what comes from the same parse is the same object, and is not looked into. */
export function equals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  if (a instanceof Map) return b instanceof Map && equalMaps(a, b);
  if (a instanceof Set) return b instanceof Set && equalLists([...a], [...b]);
  return isRecord(a) && isRecord(b) && equalRecords(a, b);
}

/** What has a class of its own may hide what tells it apart. */
const isRecord = (value: object): value is Record<string, unknown> =>
  Object.getPrototypeOf(value) === Object.prototype;

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equals(a[i], b[i])) return false;
  return true;
}

function equalMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  const others = b.keys();
  for (const [key, value] of a) if (others.next().value !== key || !equals(value, b.get(key))) return false;
  return true;
}

// Without lists of keys: an edit of history compares so many records that they would be most of what it leaves behind.
function equalRecords(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let more = 0;
  for (const key in a) {
    if (!equals(a[key], b[key]) || !(key in b)) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}
