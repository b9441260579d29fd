import type { Term } from "./formula.ts";

/** Terms by equality. */
export class Classes {
  private readonly parent = new Map<string, string>();
  private readonly terms: ReadonlyMap<string, Term>;

  constructor(terms: ReadonlyMap<string, Term>) {
    this.terms = terms;
  }

  root(key: string): string {
    let at = key;
    for (let up = this.parent.get(at); up !== undefined; up = this.parent.get(at)) at = up;
    return at;
  }

  same = (a: string, b: string): boolean => this.root(a) === this.root(b);

  join(a: string, b: string): void {
    const [x, y] = [this.root(a), this.root(b)];
    if (x !== y) this.parent.set(x, y);
  }

  /** Equal arguments give equal values. */
  closeUnderFunctions(): void {
    const applied = [...this.terms.values()].filter((term) => term.kind === "apply");
    for (let changed = applied.length > 1; changed; ) {
      changed = false;
      for (const [i, a] of applied.entries())
        for (const b of applied.slice(i + 1))
          if (!this.same(a.key, b.key) && this.alike(a, b)) {
            this.join(a.key, b.key);
            changed = true;
          }
    }
  }

  /** A function of the same arguments has no value here, and one there. */
  contradict(nulls: Iterable<Term>): boolean {
    const given = [...this.terms.values()].filter((term) => term.kind === "apply");
    if (!given.length) return false;
    for (const term of nulls)
      if (term.kind === "apply" && given.some((each) => this.alike(term, each))) return true;
    return false;
  }

  private alike(a: Extract<Term, { kind: "apply" }>, b: Extract<Term, { kind: "apply" }>): boolean {
    return (
      a.name === b.name &&
      a.args.length === b.args.length &&
      a.args.every((arg, i) => this.same(arg.key, b.args[i]!.key))
    );
  }

  constantOf(key: string): string | undefined {
    const root = this.root(key);
    for (const term of this.terms.values())
      if (term.kind === "constant" && this.root(term.key) === root) return term.value;
    return undefined;
  }

  all(): Iterable<readonly Term[]> {
    const classes = new Map<string, Term[]>();
    for (const term of this.terms.values()) {
      const root = this.root(term.key);
      const members = classes.get(root);
      if (members) members.push(term);
      else classes.set(root, [term]);
    }
    return classes.values();
  }
}
