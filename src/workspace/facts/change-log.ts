/** Longer than this, and one look at everything is quicker. */
const MOST = 1000;

/** Paths in the order in which they were said to have changed, so that whoever comes again looks at those alone. */
export class ChangeLog {
  #paths: string[] = [];
  /** How many changes there were before the first of `#paths`. */
  #forgotten = 0;
  readonly #seen = new WeakMap<object, number>();

  /** Without a path anything may have changed. */
  add(path?: string): void {
    if (path !== undefined && this.#paths.push(path) <= MOST) return;
    this.#forgotten += this.#paths.length + 1;
    this.#paths = [];
  }

  /** The place in the log as of now. */
  get now(): number {
    return this.#forgotten + this.#paths.length;
  }

  /** Somebody has looked at all that had changed by then. */
  saw(who: object, by: number): void {
    this.#seen.set(who, by);
  }

  /** What changed since somebody looked last; undefined where that may be anything. */
  since(who: object): ReadonlySet<string> | undefined {
    const before = this.#seen.get(who);
    if (before === undefined || before < this.#forgotten) return undefined;
    return new Set(this.#paths.slice(before - this.#forgotten));
  }
}
