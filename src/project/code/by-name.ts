import type { CodeFacts } from "../../source/code/facts.ts";

/**
 * Files by the names that are in them, in the order of their paths: where only so many are followed, it is not an
 * earlier edit that decides which.
 */
export class FilesByName {
  private readonly files = new Map<string, Set<CodeFacts>>();
  private readonly sorted = new Map<string, readonly CodeFacts[]>();

  add(name: string, facts: CodeFacts): void {
    const set = this.files.get(name);
    if (set) set.add(facts);
    else this.files.set(name, new Set([facts]));
    this.sorted.delete(name);
  }

  remove(name: string, facts: CodeFacts): void {
    this.files.get(name)?.delete(facts);
    this.sorted.delete(name);
  }

  of(name: string): readonly CodeFacts[] {
    let sorted = this.sorted.get(name);
    if (!sorted) {
      sorted = [...(this.files.get(name) ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1));
      this.sorted.set(name, sorted);
    }
    return sorted;
  }
}
