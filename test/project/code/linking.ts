import assert from "node:assert/strict";
import { type CodeContext, type LinkedCode, linkCode } from "../../../src/project/code/link.ts";
import type { NamedAt, Usage } from "../../../src/project/usage.ts";
import type { CodeFacts } from "../../../src/source/code/facts.ts";
import { mentionsInterest } from "../../../src/source/code/interest.ts";
import { readCode } from "../../../src/source/code/read.ts";
import { skimCode } from "../../../src/source/code/skim.ts";
import { readTsconfig } from "../../../src/source/code/tsconfig.ts";
import { readPackage } from "../../../src/source/manifest/package.ts";

export type Files = Readonly<Record<string, string>>;

/** Facts as a cache gives them back. */
export const stored = (facts: CodeFacts): CodeFacts => JSON.parse(JSON.stringify(facts)) as CodeFacts;

export const contextOf = (files: Files): CodeContext => ({
  packages: Object.entries(files)
    .filter(([path]) => path.endsWith("package.json"))
    .map(([path, text]) => readPackage({ path, text })),
  tsconfigs: Object.entries(files)
    .filter(([path]) => /[tj]sconfig[\w.]*\.json$/.test(path))
    .map(([path, text]) => readTsconfig({ path, text })),
});

/** Links a workspace as the product does: skims what mentions nothing, and reads what linking asks for. */
export function link(files: Files): LinkedCode {
  const facts = new Map<string, CodeFacts>();
  for (const [path, text] of Object.entries(files))
    if (!path.endsWith(".json"))
      facts.set(path, stored(mentionsInterest(text) ? readCode({ path, text }) : skimCode({ path, text })));
  const context = contextOf(files);
  for (let round = 0; round < 6; round++) {
    const linked = linkCode([...facts.values()], context);
    if (!linked.unread.length) return linked;
    for (const path of linked.unread) facts.set(path, stored(readCode({ path, text: files[path]! })));
  }
  assert.fail("Linking keeps asking for files.");
}

export type Of<Kind extends Usage["kind"]> = Extract<Usage, { kind: Kind }>;

export function usages<Kind extends Usage["kind"]>(files: Files, kind: Kind): Of<Kind>[] {
  return link(files).files.flatMap((file) =>
    file.usages.filter((each): each is Of<Kind> => each.kind === kind),
  );
}

/** The text at a name's place; fails where it is not the name. */
export function textAt(files: Files, name: NamedAt | undefined): string {
  assert.ok(name, "There is no name.");
  return files[name.path]!.slice(name.span.start, name.span.end);
}

/** Names as `path: value`, each held against its own text. */
export function names(files: Files, found: readonly (NamedAt | undefined)[]): (string | undefined)[] {
  return found.map((name) => {
    if (name) assert.equal(textAt(files, name), name.value);
    return name?.value;
  });
}
