import type { CodeFile, Usage } from "./usage.ts";

type Groups = ReadonlyMap<Usage["kind"], readonly Usage[]>;

/** Usages by kind, in the order of their files; an edit leaves the lists of most kinds as they are. */
export class UsageGroups {
  #code: readonly CodeFile[] = [];
  #groups: Groups = new Map();

  group(code: readonly CodeFile[]): Groups {
    const touched = touchedKinds(this.#code, code);
    const groups = new Map<Usage["kind"], Usage[]>();
    for (const { usages } of code)
      for (const usage of usages) {
        if (touched && !touched.has(usage.kind)) continue;
        const group = groups.get(usage.kind);
        if (group) group.push(usage);
        else groups.set(usage.kind, [usage]);
      }
    const kept = touched ? [...this.#groups].filter(([kind]) => !touched.has(kind)) : [];
    const made = [...groups].map(([kind, group]) => [kind, asBefore(this.#groups.get(kind), group)] as const);
    this.#code = code;
    this.#groups = new Map([...kept, ...made]);
    return this.#groups;
  }
}

/** Kinds of usages in files that are others now; undefined where files came or went. */
function touchedKinds(
  before: readonly CodeFile[],
  code: readonly CodeFile[],
): Set<Usage["kind"]> | undefined {
  if (before.length !== code.length) return undefined;
  const kinds = new Set<Usage["kind"]>();
  for (const [i, file] of code.entries()) {
    const old = before[i]!;
    if (old === file) continue;
    for (const { kind } of old.usages) kinds.add(kind);
    for (const { kind } of file.usages) kinds.add(kind);
  }
  return kinds;
}

const asBefore = (before: readonly Usage[] | undefined, now: readonly Usage[]): readonly Usage[] =>
  before?.length === now.length && now.every((usage, i) => usage === before[i]) ? before : now;
