import { type CodeContext, type LinkedCode, linkCode, type Memory } from "../project/code/link.ts";
import { Keep, sameList } from "../project/keep.ts";
import type { CodeFile, GeneratedNames } from "../project/usage.ts";
import type { CodeFacts } from "../source/code/facts.ts";
import type { FileOfKind } from "./discover/survey.ts";
import type { FactStore } from "./facts/fact-store.ts";

/** What code does with databases, after clients were followed through the whole workspace. */
export interface LinkedParts {
  /** The part of it that stands in some files; `owner` keeps lists the same as long as nothing in them changed. */
  of(owner: Keep, files: readonly FileOfKind[]): CodeOfDatabase;
}

export interface CodeOfDatabase {
  readonly code: readonly CodeFile[];
  readonly generatedNames: readonly GeneratedNames[];
}

/** A file that only passes a client on is skimmed until linking asks for it; what it passes on may be such a file again. */
const ROUNDS = 8;

/** Links the code of a workspace; only what changed since the last time is linked again. */
export class CodeLinks {
  readonly #store: FactStore;
  readonly #keep = new Keep();
  /** Files that linking wanted read in full. */
  readonly #whole = new Set<string>();
  #memory: Memory | undefined;
  #last: { readonly from: readonly unknown[]; readonly linked: LinkedParts } | undefined;

  constructor(store: FactStore) {
    this.#store = store;
  }

  async link(files: readonly FileOfKind[]): Promise<LinkedParts> {
    const context = this.#contextOf(files);
    for (let round = 1; ; round++) {
      const facts = await this.#factsOf(files);
      const from = [context.packages, context.tsconfigs, ...facts];
      if (this.#last && sameList(this.#last.from, from)) return this.#last.linked;
      const before = this.#memory;
      // A link that fails leaves it half done.
      this.#memory = undefined;
      const linked = linkCode(facts, context, before);
      this.#memory = linked.memory;
      const unread = linked.unread.filter((path) => !this.#whole.has(path));
      if (!unread.length || round === ROUNDS) {
        this.#last = { from, linked: partsOf(linked) };
        return this.#last.linked;
      }
      for (const path of unread) this.#whole.add(path);
    }
  }

  #contextOf(files: readonly FileOfKind[]): CodeContext {
    const settings = this.#keep.value("settings", [files], () =>
      files.filter(({ kind }) => kind === "package" || kind === "tsconfig"),
    );
    const of = <Kind extends "package" | "tsconfig">(kind: Kind) =>
      this.#keep.list(
        kind,
        settings.flatMap((file) => (file.kind === kind ? (this.#store.get(kind, file.path) ?? []) : [])),
      );
    return { packages: of("package"), tsconfigs: of("tsconfig") };
  }

  async #factsOf(files: readonly FileOfKind[]): Promise<CodeFacts[]> {
    await this.#store.read([...this.#whole].map((path) => ({ reader: "whole-code", path })));
    const paths = this.#keep.value("paths", [files], () =>
      files.flatMap(({ path, kind }) => (kind === "code" || kind === "prisma-config" ? [path] : [])),
    );
    const found: CodeFacts[] = [];
    for (const path of paths) {
      const whole = this.#whole.has(path) ? this.#store.get("whole-code", path) : undefined;
      const facts = whole ?? this.#store.get("code", path);
      if (facts) found.push(facts);
    }
    return found;
  }
}

function partsOf({ files, generatedNames }: Pick<LinkedCode, "files" | "generatedNames">): LinkedParts {
  const linked: LinkedParts = {
    of: (keep, wanted) => keep.value("code of database", [linked, wanted], () => find(keep, wanted)),
  };
  const find = (keep: Keep, wanted: readonly FileOfKind[]): CodeOfDatabase => {
    const paths = keep.value("paths of code", [wanted], () => new Set(wanted.map(({ path }) => path)));
    const isWanted = ({ path }: { readonly path: string }) => paths.has(path);
    return {
      code: keep.list("code", files.filter(isWanted)),
      generatedNames: keep.list("generated names", generatedNames.filter(isWanted)),
    };
  };
  return linked;
}
