import type { Trial } from "../try-fix.ts";
import type { Fix } from "../workspace.ts";
import { needsTrial } from "./needs-trial.ts";

/** Parts of a fix that were left out, and why: a sentence. */
export interface Refused<Part> {
  readonly parts: readonly Part[];
  readonly problem: string;
}

/** Trials, of which each runs the whole history: what is not found by then is left out with all that it stands among. */
const MOST = 24;

/** Halves a refused fix until what is refused stands alone; what stood its trial is part of every later one. */
export class Sieve<Part> {
  readonly #parts: readonly Part[];
  readonly #make: (parts: readonly Part[]) => Promise<Fix | undefined>;
  readonly #tryIt: (fix: Fix) => Promise<Trial>;
  readonly refused: Refused<Part>[] = [];
  /** What the fix is for. */
  wanted: ReadonlySet<Part>;
  fix: Fix | undefined;
  trial: Trial | undefined;
  #trials = 1;

  /** `untried` are parts that nothing can be said against. */
  constructor(
    parts: readonly Part[],
    make: (parts: readonly Part[]) => Promise<Fix | undefined>,
    tryIt: (fix: Fix) => Promise<Trial>,
    untried: readonly Part[] = [],
  ) {
    this.#parts = parts;
    this.#make = make;
    this.#tryIt = tryIt;
    this.wanted = new Set(untried);
  }

  /** `all` is the trial of everything, which was refused. */
  async sift(all: Trial): Promise<void> {
    if (this.wanted.size) this.fix = await this.#make([...this.wanted]);
    await this.#take(
      this.#parts.filter((each) => !this.wanted.has(each)),
      all,
    );
  }

  /** Gives whether all of a group stood; `known` is the trial of what is wanted with this group. */
  async #take(group: readonly Part[], known: Trial): Promise<boolean> {
    if (group.length < 2 || known.untried) return this.#refuse(group, known);
    const half = group.length >> 1;
    const stands = await this.#tryWith(group.slice(0, half), known);
    // With all of the first half, the second is what was tried already.
    if (stands) await this.#take(group.slice(half), known);
    else await this.#tryWith(group.slice(half), known);
    return false;
  }

  /** `around` is the trial of a larger group. */
  async #tryWith(group: readonly Part[], around: Trial): Promise<boolean> {
    if (this.#trials >= MOST) return this.#refuse(group, around);
    const wanted = new Set([...this.wanted, ...group]);
    const fix = await this.#make(this.#parts.filter((each) => wanted.has(each)));
    let trial: Trial | undefined;
    if (fix && needsTrial(fix)) {
      this.#trials++;
      trial = await this.#tryIt(fix);
      if (trial.problem !== undefined) return this.#take(group, trial);
    }
    this.wanted = wanted;
    this.fix = fix;
    this.trial = trial;
    return true;
  }

  #refuse(parts: readonly Part[], { problem = "" }: Trial): false {
    this.refused.push({ parts, problem });
    return false;
  }
}
