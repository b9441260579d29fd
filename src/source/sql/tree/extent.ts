import { closing, type Reading } from "../tokens/reading.ts";
import { isMark, Kind, type TokenRange, tokenText } from "../tokens/tokens.ts";

/** The tokens that the parts of a query were seen to fill. */
export class Extent {
  first = Number.MAX_SAFE_INTEGER;
  last = -1;

  constructor(private readonly reading: Reading) {}

  /** Counts what was read last as a part, and passes it on. */
  add<T>(part: T): T {
    this.addTokens(this.reading.first, this.reading.last);
    return part;
  }

  addTokens(first: number, last: number): void {
    if (first < this.first) this.first = first;
    if (last > this.last) this.last = last;
  }

  /** From the query's first word to the word or bracket that ends it. */
  queryRange(ends: Ends): TokenRange {
    const { tokens } = this.reading;
    if (this.last < 0) return { first: this.reading.origin, last: this.reading.origin };
    const first = this.openingWord();
    const level = tokens.parent[first]!;
    let last = this.last;
    while (tokens.parent[last]! > level) last = closing(tokens, tokens.parent[last]!);
    while (last + 1 < tokens.count && tokens.parent[last + 1] === level && !this.ends(last + 1, ends)) {
      last = closing(tokens, last + 1);
    }
    return { first, last };
  }

  /** SELECT and its kin stand at the level of the query: a deeper one belongs to a part. */
  private openingWord(): number {
    const { tokens, origin } = this.reading;
    let level = tokens.parent[this.first]!;
    for (let i = this.first; i >= origin; i--) {
      if (tokens.parent[i]! < level) level = tokens.parent[i]!;
      if (tokens.parent[i] === level && OPENERS.has(tokenText(tokens, i).toLowerCase())) return i;
    }
    return this.first;
  }

  private ends(at: number, ends: Ends): boolean {
    const { tokens } = this.reading;
    if (isMark(tokens, at, ";") || isMark(tokens, at, ")") || isMark(tokens, at, ",")) return true;
    return tokens.kind[at] === Kind.word && ends.has(tokenText(tokens, at).toLowerCase());
  }
}

const OPENERS = new Set(["select", "values", "with", "insert", "update", "delete", "merge", "table"]);

export type Ends = ReadonlySet<string>;

/** Words that stand after a query and are none of it. */
export const QUERY_ENDS: Ends = new Set(["union", "intersect", "except", "on", "returning"]);

/** An arm of UNION leaves ORDER BY and its kin to the whole. */
export const ARM_ENDS: Ends = new Set([...QUERY_ENDS, "order", "limit", "offset", "fetch", "for"]);
