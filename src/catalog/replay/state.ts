import type { Place } from "../../text/span.ts";
import type { Bucket, Catalog, Func, Publication, Role, Schema, Table, Type, View } from "../catalog.ts";
import { remember } from "../remember.ts";
import type { Names } from "../resolve/types.ts";

/** An object in the making. Maps and lists inside it are written through `State.own` only. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** What the replay writes: the catalog's maps, and those by which it finds its way. */
interface Shelves extends Names {
  schemas: Map<string, Schema>;
  roles: Map<string, Role>;
  tables: Map<string, Table>;
  views: Map<string, View>;
  functions: Map<string, readonly Func[]>;
  types: Map<string, Type>;
  publications: Map<string, Publication>;
  buckets: Map<string, Bucket>;
  extensions: Map<string, { readonly name: string; readonly schema: string }>;
  /** Index -> key of its table. */
  indexes: Map<string, string>;
  /** Sequence -> key of the table that owns it, or "". */
  sequences: Map<string, string>;
  /** Table -> keys of its partitions and inheritance children. */
  children: Map<string, readonly string[]>;
  /** Key that a table gave up by a rename -> what it is called since. */
  vacated: Map<string, string>;
}

/** What is written in place. */
interface Objects {
  tables: Table;
  views: View;
  schemas: Schema;
  roles: Role;
  publications: Publication;
  types: Type;
}

type Lists = Pick<
  Catalog,
  "eventTriggers" | "defaultPrivileges" | "settings" | "unresolved" | "events" | "refused"
>;

/** What lasts for one session: one file. */
export interface Session {
  /** Without `$user`, as set. */
  searchPath: readonly string[];
  role: string;
  /** Names of temporary tables. */
  readonly temporary: Set<string>;
}

/**
 * A catalog in the making. Maps and objects are shared with the snapshots taken and copied when first written after
 * one, so that a snapshot or a fork costs nothing and unchanged objects keep their identity.
 */
export class State {
  shelves: Shelves;
  lists: Lists;
  session: Session;
  /** Reached by EXECUTE of PUBLIC being revoked by default: roles whose new functions nobody else may call. */
  privateFunctionsOf: ReadonlySet<string>;
  /** An event trigger may have changed every table made since. */
  watched: boolean;
  /** How often a near name was searched for. */
  searches = 0;
  /** True while the platform's own SQL is replayed. */
  platform = false;

  /**
   * Key of an object -> keys of tables and views whose policies, columns or queries may use it. Only ever grows, and
   * may name what no longer uses it, so that all forks share it: whoever asks looks at the object itself.
   */
  private readonly users: Map<string, Set<string>>;
  /** Made or copied since the last snapshot: may be written in place. */
  private fresh = new Set<object>();
  private taken: Catalog | undefined;

  constructor(from?: State) {
    this.shelves = from ? { ...from.shelves } : emptyShelves();
    this.lists = from ? { ...from.lists } : emptyLists();
    this.session = from
      ? { ...from.session, temporary: new Set(from.session.temporary) }
      : { searchPath: ["public"], role: "", temporary: new Set() };
    this.privateFunctionsOf = from?.privateFunctionsOf ?? new Set();
    this.watched = from?.watched ?? false;
    this.searches = from?.searches ?? 0;
    this.users = from?.users ?? new Map();
  }

  /** A second state that goes its own way from here. */
  fork(): State {
    this.fresh = new Set();
    const fork = new State(this);
    fork.taken = this.taken;
    return fork;
  }

  snapshot(): Catalog {
    if (this.taken && this.unchangedSince(this.taken)) return this.taken;
    const { schemas, roles, tables, views, functions, types, publications, buckets, extensions } =
      this.shelves;
    this.fresh = new Set();
    this.taken = {
      ...{ schemas, roles, tables, views, functions, types, publications, buckets, extensions },
      ...this.lists,
      searchPath: this.session.searchPath,
    };
    return this.taken;
  }

  private unchangedSince(catalog: Catalog): boolean {
    if (this.session.searchPath !== catalog.searchPath) return false;
    const now: Record<string, unknown> = { ...this.shelves, ...this.lists };
    return Object.entries(catalog).every(
      ([name, part]) => name === "searchPath" || (now[name] === part && !this.fresh.has(part as object)),
    );
  }

  /** A map of the catalog, to be written. */
  write<K extends keyof Shelves>(name: K): Shelves[K] {
    const owned = this.own(this.shelves[name] as Map<unknown, unknown>) as unknown as Shelves[K];
    this.shelves[name] = owned;
    return owned;
  }

  add<K extends keyof Lists>(name: K, item: Lists[K][number]): void {
    const list = this.own(this.lists[name] as readonly unknown[]) as Lists[K][number][];
    list.push(item);
    this.lists[name] = list as unknown as Lists[K];
  }

  replace<K extends keyof Lists>(name: K, list: Lists[K]): void {
    this.lists[name] = list;
  }

  /** The map or list itself where it is this state's own, else a copy that is. */
  own<K, V>(map: ReadonlyMap<K, V>): Map<K, V>;
  own<T>(list: readonly T[]): T[];
  own(container: ReadonlyMap<unknown, unknown> | readonly unknown[]): unknown {
    if (this.fresh.has(container)) return container;
    const copy = container instanceof Map ? new Map(container) : [...(container as readonly unknown[])];
    this.fresh.add(copy);
    return copy;
  }

  /** Puts an object made just now; it may be written until the next snapshot. */
  put<K extends keyof Objects>(shelf: K, key: string, object: Objects[K]): void {
    this.fresh.add(object);
    (this.write(shelf) as Map<string, Objects[K]>).set(key, object);
  }

  /** The object under the key, to be written; its maps and lists still need `own`. */
  edit<K extends keyof Objects>(shelf: K, key: string): Draft<Objects[K]> | undefined {
    const object = (this.shelves[shelf] as Map<string, Objects[K]>).get(key);
    if (!object || this.fresh.has(object)) return object;
    const copy = { ...object };
    this.put(shelf, key, copy);
    return copy;
  }

  /** Notes that the table or view `user` may use the object. */
  addUser(object: string, user: string): void {
    if (object !== user) remember(this.users, object, () => new Set<string>()).add(user);
  }

  /** An object goes by another key: what was noted of it holds for that too. */
  moveUser(from: string, to: string): void {
    for (const users of this.users.values()) if (users.has(from)) users.add(to);
    for (const user of this.usersOf(from)) this.addUser(to, user);
  }

  /** Keys of tables and views that may use the object. */
  usersOf(object: string): readonly string[] {
    return [...(this.users.get(object) ?? [])];
  }
}

/** Where a statement stands, and what is true of all it does. */
export interface Step {
  readonly state: State;
  readonly path: string;
  readonly text: string;
  readonly place: Place;
  /** It may not have run. */
  readonly conditional: boolean;
  /** In a file outside the history, which may run more than once and in any order. */
  readonly outside: boolean;
  readonly options: ReplayOptions;
}

export interface ReplayOptions {
  /** The role that runs migrations. */
  readonly migrationRole: string;
  /** Keys of tables that Prisma makes without a model. */
  readonly implicitTables?: ReadonlySet<string>;
  /** Set where Prisma keeps the history: it makes `_prisma_migrations` in that schema. `place` is where findings about it stand. */
  readonly prismaMigrations?: { readonly schema: string; readonly place: Place };
  /** Key of the table of storage buckets. */
  readonly buckets?: string;
}

export const UNCHANGED: readonly Place[] = [];

/** Provenance of an object that this statement makes. */
export const madeBy = (step: Step) => ({
  made: step.place,
  changed: UNCHANGED,
  platform: step.state.platform,
  conditional: step.conditional,
});

/** Adds the statement to those that changed the object. */
export function markChanged(step: Step, object: { changed: readonly Place[] }): void {
  const changed = step.state.own(object.changed);
  changed.push(step.place);
  object.changed = changed;
}

const emptyShelves = (): Shelves => ({
  schemas: new Map(),
  roles: new Map(),
  tables: new Map(),
  views: new Map(),
  functions: new Map(),
  types: new Map(),
  publications: new Map(),
  buckets: new Map(),
  extensions: new Map(),
  indexes: new Map(),
  sequences: new Map(),
  children: new Map(),
  vacated: new Map(),
});

const emptyLists = (): Lists => ({
  eventTriggers: [],
  defaultPrivileges: [],
  settings: [],
  unresolved: [],
  events: [],
  refused: [],
});
