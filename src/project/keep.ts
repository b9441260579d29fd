import { reconcile } from "../catalog/reconcile.ts";

/** Things made the last time, given again as long as what they were made from is the same. */
export class Keep {
  readonly #kept = new Map<string, { readonly from: readonly unknown[]; readonly made: unknown }>();

  /** What was made under this name from the very same things, else made now. */
  value<T>(name: string, from: readonly unknown[], make: () => T): T {
    const before = this.#kept.get(name);
    if (before && sameList(before.from, from)) return before.made as T;
    const made = make();
    this.#kept.set(name, { from, made });
    return made;
  }

  /** What was made under this name, its parts the objects from before where they say the same. */
  parts<T extends object>(name: string, from: readonly unknown[], make: (before?: T) => T): T {
    const before = this.#kept.get(name)?.made as T | undefined;
    return this.value(name, from, () => (before ? reconcile(before, make(before)) : make()));
  }

  /** The list from before, where it has the very same elements. */
  list<T>(name: string, list: readonly T[]): readonly T[] {
    return this.value(name, list, () => list);
  }
}

export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i]);
