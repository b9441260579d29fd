import { type CodeContext, linkCode, type Memory } from "../project/code/link.ts";
import { Keep, sameList } from "../project/keep.ts";
import type { CodeFile, GeneratedNames } from "../project/usage.ts";
import type { CodeFacts } from "../source/code/facts.ts";
import type { FileOfKind } from "./discover/survey.ts";
import type { FactStore } from "./facts/fact-store.ts";

/** What code does with databases, after clients were followed through the whole workspace. */
export interface LinkedCode {
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
  #last: { readonly from: readonly unknown[]; readonly linked: LinkedCode } | undefined;

  constructor(store: FactStore) {
    this.#store = store;
  }

  async link(files: readonly FileOfKind[]): Promise<LinkedCode> {
    const context = this.#contextOf(files);
    for (let round = 1; ; round++) {
      const facts = await this.#factsOf(files);
      const from = [context.packages, context.tsconfigs, ...facts];
      if (this.#last && sameList(this.#last.from, from)) return this.#last.linked;
      const linked = linkCode(facts, context, this.#memory);
      this.#memory = linked.memory;
      const unread = linked.unread.filter((path) => !this.#whole.has(path));
      if (!unread.length || round === ROUNDS) {
        this.#last = { from, linked: partsOf(linked.files, linked.generatedNames) };
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

function partsOf(files: readonly CodeFile[], generated: readonly GeneratedNames[]): LinkedCode {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const linked: LinkedCode = {
    of: (keep, wanted) => keep.value("code of database", [linked, wanted], () => find(keep, wanted)),
  };
  const find = (keep: Keep, wanted: readonly FileOfKind[]): CodeOfDatabase => {
    const paths = new Set(wanted.map(({ path }) => path));
    return {
      code: keep.list(
        "code",
        wanted.flatMap(({ path }) => byPath.get(path) ?? []),
      ),
      generatedNames: keep.list(
        "generated names",
        generated.filter(({ path }) => paths.has(path)),
      ),
    };
  };
  return linked;
}
