import type { Catalog } from "../catalog/catalog.ts";
import { type Compute, OBSERVER, type Observer } from "../catalog/derived.ts";
import { remember } from "../catalog/remember.ts";
import type { Project } from "./project.ts";

/** Told of everything that is looked at in a project: of one entry of a map by its key, else of the whole part. */
export interface ProjectObserver extends Observer<Project> {
  looked(part: Part, key?: string): void;
}

/** A part of a project, as rules know it: `catalog.tables`, `usages`. */
export interface Part {
  readonly name: string;
  of(project: Project): unknown;
}

/** Texts are asked for by path. */
export const TEXT: Part = { name: "text", of: ({ text }) => text };

/**
 * What looks are not noted of: nearly every rule asks for it, and it hardly ever changes. Where it does, nothing that
 * was kept holds.
 */
const GROUND: ReadonlySet<string> = new Set([
  ...["folder", "platform", "settings", "tablesFrom", "manages", "queried"],
  ...["catalog.roles", "catalog.searchPath"],
]);

export const groundOf = (project: Project): readonly unknown[] =>
  [...GROUND].map((name) => partNamed(name).of(project));

/** Maps whose entries are looked up one by one, so that a look at one is no look at the others. */
const KEYED: ReadonlySet<string> = new Set([
  ...["models", "modelStarts", "modelOfTable", "usages", "tenancy.scopes"],
  ...["schemas", "tables", "views", "functions", "types", "publications", "buckets"].map(
    (name) => `catalog.${name}`,
  ),
]);

/** Parts that have parts. */
const RECORDS: ReadonlySet<string> = new Set(["catalog", "tenancy"]);

const parts = new Map<string, Part>();

function partNamed(name: string): Part {
  const known = parts.get(name);
  if (known) return known;
  const [first, second] = name.split(".") as [keyof Project, string?];
  const of = (project: Project): unknown =>
    second === undefined ? project[first] : (project[first] as unknown as Record<string, unknown>)[second];
  const part: Part = { name, of };
  parts.set(name, part);
  return part;
}

/**
 * The project as it is, with what is looked at in it told to the observer. The objects within are the project's own.
 * The project, its records and its maps are made anew for each who looks: what somebody remembers of them is never
 * given to another, who would not know what it depends on. That is what `derived` is for.
 */
export const observe = (project: Project, observer: ProjectObserver): Project =>
  new Proxy(project, new View("", observer));

const ofCatalog = <Keys extends readonly unknown[], T>(
  compute: Compute<Catalog, Keys, T>,
): Compute<Project, Keys, T> =>
  remember(
    ofCatalogs,
    compute,
    () =>
      ({ catalog }: Project, ...keys: Keys) =>
        compute(catalog, ...keys),
  ) as Compute<Project, Keys, T>;

/** One and the same function for one and the same, so that its values are found again. */
const ofCatalogs = new WeakMap<object, unknown>();

class View<T extends object> implements ProxyHandler<T> {
  readonly #prefix: string;
  readonly #observer: ProjectObserver;
  /** What stands for parts that say themselves what is looked at in them. */
  #inner: Map<string, unknown> | undefined;

  constructor(prefix: string, observer: ProjectObserver) {
    this.#prefix = prefix;
    this.#observer = observer;
  }

  get(target: T, name: string | symbol): unknown {
    if (typeof name === "symbol") return name === OBSERVER ? this.#observes() : Reflect.get(target, name);
    const known = this.#inner?.get(name);
    if (known !== undefined) return known;
    const full = this.#prefix + name;
    const value: unknown = Reflect.get(target, name);
    if (GROUND.has(full)) return value;
    const inner = this.#wrap(full, value);
    if (inner === undefined) {
      this.#observer.looked(partNamed(full));
      return value;
    }
    this.#inner ??= new Map();
    this.#inner.set(name, inner);
    return inner;
  }

  has(target: T, name: string | symbol): boolean {
    if (typeof name === "string") this.get(target, name);
    return Reflect.has(target, name);
  }

  /** What is derived from a catalog is derived from the project's, whichever that is. */
  #observes(): unknown {
    if (this.#prefix !== "catalog.") return this.#observer;
    const observer: Observer<Catalog> = {
      derive: (compute, keys) => this.#observer.derive(ofCatalog(compute), keys),
    };
    return observer;
  }

  #wrap(full: string, value: unknown): unknown {
    if (full === TEXT.name) return this.#text(value as Project["text"]);
    if (value instanceof Map && KEYED.has(full))
      return new ObservedMap(value, partNamed(full), this.#observer);
    if (value !== undefined && RECORDS.has(full))
      return new Proxy(value as object, new View(`${full}.`, this.#observer));
    return undefined;
  }

  #text(text: Project["text"]): Project["text"] {
    return (path) => {
      this.#observer.looked(TEXT, path);
      return text(path);
    };
  }
}

class ObservedMap<V> implements ReadonlyMap<string, V> {
  readonly #map: ReadonlyMap<string, V>;
  readonly #part: Part;
  readonly #observer: ProjectObserver;

  constructor(map: ReadonlyMap<string, V>, part: Part, observer: ProjectObserver) {
    this.#map = map;
    this.#part = part;
    this.#observer = observer;
  }

  get(key: string): V | undefined {
    this.#observer.looked(this.#part, key);
    return this.#map.get(key);
  }

  has(key: string): boolean {
    this.#observer.looked(this.#part, key);
    return this.#map.has(key);
  }

  get size(): number {
    return this.#all().size;
  }

  keys(): MapIterator<string> {
    return this.#all().keys();
  }

  values(): MapIterator<V> {
    return this.#all().values();
  }

  entries(): MapIterator<[string, V]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.#all()[Symbol.iterator]();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.#all()) visit(value, key, this);
  }

  #all(): ReadonlyMap<string, V> {
    this.#observer.looked(this.#part);
    return this.#map;
  }
}
