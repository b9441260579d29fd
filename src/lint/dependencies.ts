import { ByKeys, type Compute } from "../catalog/derived.ts";
import { equals } from "../catalog/reconcile.ts";
import { remember } from "../catalog/remember.ts";
import { observe, type Part, type ProjectObserver, TEXT } from "../project/observe.ts";
import type { Project } from "../project/project.ts";
import { differences } from "./differences.ts";

/** Something that was computed from a project, and the cells that it looked at. */
export interface Reader {
  readonly cells: Cell[];
}

/** A part of a project or one entry of it, and who looked at it. */
export interface Cell {
  readonly readers: Set<Reader>;
}

/** A value that others are computed from: both what looks and what is looked at. */
class Derived implements Reader, Cell {
  readonly cells: Cell[] = [];
  readonly readers = new Set<Reader>();
  readonly make: (project: Project) => unknown;
  readonly remove: () => void;
  value: { readonly is: unknown } | undefined;

  constructor(make: (project: Project) => unknown, remove: () => void) {
    this.make = make;
    this.remove = remove;
  }
}

interface PartCells {
  readonly whole: Cell;
  readonly keys: Map<string, Cell>;
}

/** Who looked at what of a project, so that of the next project made from it only they look again whom a change concerns. */
export class Dependencies<R extends Reader> implements ProjectObserver {
  #project: Project;
  #reader: Reader | undefined;
  readonly #cells = new Map<Part, PartCells>();
  readonly #derived = new Map<unknown, ByKeys<Derived>>();
  /** Derived values that looked at something that is different now. */
  readonly #dirty = new Set<Derived>();
  #stale = new Set<R>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** Computes something, noting what it looks at. */
  run<T>(reader: R, compute: (project: Project) => T): T {
    return this.#run(reader, compute);
  }

  #run<T>(reader: Reader, compute: (project: Project) => T): T {
    const outer = this.#reader;
    this.#reader = reader;
    try {
      return compute(observe(this.#project, this));
    } finally {
      this.#reader = outer;
    }
  }

  /** The reader is no more: another took its place, or what it was about is gone. */
  forget(reader: Reader): void {
    for (const cell of reader.cells.splice(0)) {
      cell.readers.delete(reader);
      this.#dropUnread(cell);
    }
  }

  /**
   * Goes on to the next project. Gives everyone who looked at what is different there; where a derived value comes out
   * as it was, nobody needs to look at it again.
   */
  advance(project: Project): Set<R> {
    const before = this.#project;
    this.#project = project;
    this.#stale = new Set();
    for (const [part, { whole, keys }] of this.#cells) {
      const isChanged = part === TEXT ? changedTexts(before, project) : changedEntries(part, before, project);
      if (!isChanged) continue;
      this.#disturb(whole);
      for (const [key, cell] of keys) {
        if (!cell.readers.size) keys.delete(key);
        else if (isChanged(key)) this.#disturb(cell);
      }
    }
    for (const derived of this.#dirty) this.#refresh(derived);
    return this.#stale;
  }

  looked(part: Part, key?: string): void {
    const { whole, keys } = remember(this.#cells, part, () => ({ whole: newCell(), keys: new Map() }));
    this.#note(key === undefined ? whole : remember(keys, key, newCell));
  }

  derive<Keys extends readonly unknown[], T>(compute: Compute<Project, Keys, T>, keys: Keys): T {
    const derived = this.#derivedOf(compute, keys);
    this.#note(derived);
    if (this.#dirty.has(derived)) this.#refresh(derived);
    derived.value ??= { is: this.#run(derived, derived.make) };
    return derived.value.is as T;
  }

  #derivedOf<Keys extends readonly unknown[]>(compute: Compute<Project, Keys, unknown>, keys: Keys): Derived {
    const byKeys = remember(this.#derived, compute, () => new ByKeys<Derived>());
    const known = byKeys.get(keys);
    if (known) return known;
    const derived = new Derived(
      (project) => compute(project, ...keys),
      () => byKeys.delete(keys),
    );
    byKeys.set(keys, derived);
    return derived;
  }

  #note(cell: Cell): void {
    if (!this.#reader || cell.readers.has(this.#reader)) return;
    this.#reader.cells.push(cell);
    cell.readers.add(this.#reader);
  }

  /** Whoever looked at the cell must look again; of derived values it is seen first whether they change at all. */
  #disturb(cell: Cell): void {
    for (const reader of cell.readers)
      if (reader instanceof Derived) this.#dirty.add(reader);
      else this.#stale.add(reader as R);
  }

  #refresh(derived: Derived): void {
    this.#dirty.delete(derived);
    const before = derived.value;
    const cells = derived.cells.splice(0);
    for (const cell of cells) cell.readers.delete(derived);
    derived.value = undefined;
    try {
      const is = this.#run(derived, derived.make);
      derived.value = before && equals(before.is, is) ? before : { is };
    } catch {
      // Who asks for it next meets the error.
    }
    for (const cell of cells) this.#dropUnread(cell);
    if (derived.value !== before) this.#disturb(derived);
  }

  /** A derived value that nobody looks at any more is not kept. */
  #dropUnread(cell: Cell): void {
    if (!(cell instanceof Derived) || cell.readers.size) return;
    cell.remove();
    this.#dirty.delete(cell);
    this.forget(cell);
  }
}

const newCell = (): Cell => ({ readers: new Set() });

type IsChanged = (key: string) => boolean;

/** Says which entries of a part differ; undefined where none does. */
function changedEntries(part: Part, before: Project, after: Project): IsChanged | undefined {
  const [a, b] = [part.of(before), part.of(after)];
  if (a === b) return undefined;
  if (!(a instanceof Map && b instanceof Map)) return () => true;
  return (key) => a.get(key) !== b.get(key);
}

/** The text of a source is another where what was read from it is. */
function changedTexts(before: Project, after: Project): IsChanged | undefined {
  const paths = new Set<string>();
  for (const [i, list] of sourcesOf(after).entries()) {
    const former = sourcesOf(before)[i]!;
    if (list === former) continue;
    const { gone, come } = differences<Source>(former, list);
    for (const each of [...gone, ...come]) paths.add(pathOf(each));
  }
  return paths.size ? (path) => paths.has(path) : undefined;
}

type Source = { readonly path: string } | { readonly source: { readonly path: string } };

const pathOf = (each: Source): string => ("source" in each ? each.source.path : each.path);

function sourcesOf(project: Project): readonly (readonly Source[])[] {
  const { history, prisma, code, environment, packages, supabase, prismaConfig } = project;
  return [
    history,
    prisma,
    code,
    environment,
    packages,
    supabase ? [supabase] : [],
    prismaConfig ? [prismaConfig] : [],
  ];
}
