import { remember } from "./remember.ts";

/** Notes what a computation looks at, and keeps its value as long as that is the same. */
export interface Observer<Ground> {
  derive<Keys extends readonly unknown[], T>(compute: Compute<Ground, Keys, T>, keys: Keys): T;
}

export type Compute<Ground, Keys extends readonly unknown[], T> = (ground: Ground, ...keys: Keys) => T;

/** A catalog or project that is observed has its observer under this name. */
export const OBSERVER = Symbol("observer");

/**
 * What is made of a catalog or project, and of further objects or strings: made once however many ask, and kept for
 * the next catalog or project as long as nothing that it looked at changed. `compute` may use nothing but what it is
 * given, and its value must not change afterwards: who looks at it is not noted a second time.
 */
export function derived<Ground extends object, Keys extends readonly unknown[], T>(
  compute: Compute<Ground, Keys, T>,
): Compute<Ground, Keys, T> {
  const known = new WeakMap<Ground, ByKeys<{ readonly is: T }>>();
  return (ground, ...keys) => {
    const observer = (ground as { readonly [OBSERVER]?: Observer<Ground> })[OBSERVER];
    if (observer) return observer.derive(compute, keys);
    // Asked for several times by every rule of every policy: no function more than needed is called on the way.
    let made = known.get(ground);
    if (!made) {
      made = new ByKeys();
      known.set(ground, made);
    }
    const before = made.get(keys);
    if (before) return before.is;
    const is = compute(ground, ...keys);
    made.set(keys, { is });
    return is;
  };
}

/** A map whose keys are lists of one and the same length. */
export class ByKeys<V> {
  readonly #root: Map<unknown, unknown> = new Map();

  get(keys: readonly unknown[]): V | undefined {
    return this.#last(keys)?.get(keys[keys.length - 1]) as V | undefined;
  }

  set(keys: readonly unknown[], value: V): void {
    let map = this.#root;
    const last = keys.length - 1;
    for (let i = 0; i < last; i++) map = remember(map, keys[i], () => new Map()) as Map<unknown, unknown>;
    map.set(keys[last], value);
  }

  delete(keys: readonly unknown[]): void {
    this.#last(keys)?.delete(keys[keys.length - 1]);
  }

  #last(keys: readonly unknown[]): Map<unknown, unknown> | undefined {
    let map: Map<unknown, unknown> | undefined = this.#root;
    for (let i = 0; i < keys.length - 1; i++) map = map?.get(keys[i]) as Map<unknown, unknown> | undefined;
    return map;
  }
}
