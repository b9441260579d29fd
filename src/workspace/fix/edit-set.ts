import type { Edit } from "../../text/edit.ts";

/** Edits of several remedies that do not disturb each other: a remedy goes in whole or not at all. */
export class EditSet {
  readonly #edits = new Map<string, Edit[]>();

  /** Adds edits; false, and nothing added, where one overlaps with another that is not the very same. */
  add(edits: readonly Edit[]): boolean {
    const fresh = edits.filter((edit) => !this.#of(edit.path).some((each) => isSame(each, edit)));
    if (fresh.some((edit) => this.#of(edit.path).some((each) => overlaps(each, edit)))) return false;
    for (const edit of fresh) this.#edits.set(edit.path, [...this.#of(edit.path), edit]);
    return true;
  }

  all(): Edit[] {
    return [...this.#edits.values()].flat();
  }

  #of(path: string): readonly Edit[] {
    return this.#edits.get(path) ?? [];
  }
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text;

/** Touching is not overlapping, nor are two insertions at one place: they follow one another. */
const overlaps = (a: Edit, b: Edit): boolean => a.span.start < b.span.end && b.span.start < a.span.end;
