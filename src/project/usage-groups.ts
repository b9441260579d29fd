import type { CodeFile, Usage } from "./usage.ts";

type Groups = Map<Usage["kind"], readonly Usage[]>;

/** Usages by kind, in the order of their files; an edit leaves the lists of most kinds as they are. */
export class UsageGroups {
  #code: readonly CodeFile[] = [];
  #groups: Groups = new Map();

  group(code: readonly CodeFile[]): ReadonlyMap<Usage["kind"], readonly Usage[]> {
    this.#groups = follow(this.#groups, this.#code, code) ?? groupAll(code);
    this.#code = code;
    return this.#groups;
  }
}

function groupAll(code: readonly CodeFile[]): Groups {
  const groups = new Map<Usage["kind"], Usage[]>();
  for (const { usages } of code)
    for (const usage of usages) {
      const group = groups.get(usage.kind);
      if (group) group.push(usage);
      else groups.set(usage.kind, [usage]);
    }
  return groups;
}

/** The groups with what changed files had replaced by what they have; undefined where it has no place to go to. */
function follow(groups: Groups, before: readonly CodeFile[], code: readonly CodeFile[]): Groups | undefined {
  if (before.length !== code.length) return undefined;
  const followed = new Map(groups);
  for (const [i, file] of code.entries()) {
    const old = before[i]!;
    if (old === file) continue;
    if (old.path !== file.path) return undefined;
    for (const kind of new Set([...old.usages, ...file.usages].map((usage) => usage.kind))) {
      const list = replaceRun(followed.get(kind) ?? [], ofKind(old, kind), ofKind(file, kind));
      if (!list) return undefined;
      if (list.length) followed.set(kind, list);
      else followed.delete(kind);
    }
  }
  return followed;
}

const ofKind = ({ usages }: CodeFile, kind: Usage["kind"]): readonly Usage[] =>
  usages.filter((usage) => usage.kind === kind);

/** What one file has of a kind stands together in the list. */
function replaceRun(
  list: readonly Usage[],
  old: readonly Usage[],
  now: readonly Usage[],
): readonly Usage[] | undefined {
  if (old.length === now.length && old.every((usage, i) => usage === now[i])) return list;
  const at = old.length ? list.indexOf(old[0]!) : -1;
  return at < 0 ? undefined : list.slice(0, at).concat(now, list.slice(at + old.length));
}
