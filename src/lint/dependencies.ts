import { ByKeys, type Compute } from "../catalog/derived.ts";
import { remember } from "../catalog/remember.ts";
import { observe, type Part, type ProjectObserver, TEXT } from "../project/observe.ts";
import type { Project } from "../project/project.ts";

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
  readonly forget: () => void;
  value: { readonly is: unknown } | undefined;

  constructor(forget: () => void) {
    this.forget = forget;
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
    for (const cell of reader.cells) {
      cell.readers.delete(reader);
      if (cell instanceof Derived && !cell.readers.size) this.#drop(cell);
    }
    reader.cells.length = 0;
  }

  /** Goes on to the next project. Gives everyone who looked at what is different there. */
  advance(project: Project): Set<R> {
    const stale = new Set<R>();
    const before = this.#project;
    this.#project = project;
    for (const [part, { whole, keys }] of this.#cells) {
      const isChanged = part === TEXT ? changedTexts(before, project) : changedEntries(part, before, project);
      if (!isChanged) continue;
      this.#disturb(whole, stale);
      for (const [key, cell] of keys) {
        if (!cell.readers.size) keys.delete(key);
        else if (isChanged(key)) this.#disturb(cell, stale);
      }
    }
    return stale;
  }

  looked(part: Part, key?: string): void {
    const { whole, keys } = remember(this.#cells, part, () => ({ whole: newCell(), keys: new Map() }));
    this.#note(key === undefined ? whole : remember(keys, key, newCell));
  }

  derive<Keys extends readonly unknown[], T>(compute: Compute<Project, Keys, T>, keys: Keys): T {
    const derived = this.#derivedOf(compute, keys);
    this.#note(derived);
    derived.value ??= { is: this.#run(derived, (project) => compute(project, ...keys)) };
    return derived.value.is as T;
  }

  #derivedOf(compute: unknown, keys: readonly unknown[]): Derived {
    const byKeys = remember(this.#derived, compute, () => new ByKeys<Derived>());
    const known = byKeys.get(keys);
    if (known) return known;
    const derived = new Derived(() => byKeys.delete(keys));
    byKeys.set(keys, derived);
    return derived;
  }

  #note(cell: Cell): void {
    if (!this.#reader || cell.readers.has(this.#reader)) return;
    this.#reader.cells.push(cell);
    cell.readers.add(this.#reader);
  }

  /** Whoever looked at the cell must look again, and so must those who looked at what was derived from it. */
  #disturb(cell: Cell, stale: Set<R>): void {
    for (const reader of [...cell.readers]) {
      if (!(reader instanceof Derived)) {
        stale.add(reader as R);
        continue;
      }
      this.#disturb(reader, stale);
      this.#drop(reader);
    }
  }

  #drop(derived: Derived): void {
    derived.forget();
    this.forget(derived);
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
    const [old, now] = [new Set<object>(former), new Set<object>(list)];
    for (const each of former) if (!now.has(each)) paths.add(pathOf(each));
    for (const each of list) if (!old.has(each)) paths.add(pathOf(each));
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
