import type { CodeFacts } from "../../source/code/facts.ts";

export interface ClientReach {
  /** Paths of modules that are sent to browsers. */
  readonly client: ReadonlySet<string>;
  /** Skimmed files through which a module that should stay on the server seems to reach the browser. */
  readonly unread: readonly string[];
}

/**
 * Modules that end up in a browser: those marked `"use client"` and what they import, up to modules that are marked
 * for the server. `isDelicate` names modules for which a skimmed importer must be read to be sure.
 */
export function findClientComponents(
  files: ReadonlyMap<string, CodeFacts>,
  imports: (path: string) => readonly (string | undefined)[],
  isDelicate: (facts: CodeFacts) => boolean,
): ClientReach {
  const from = new Map<string, string | undefined>();
  const queue: string[] = [];
  const unread = new Set<string>();
  for (const facts of files.values())
    if (facts.side === "client") {
      from.set(facts.path, undefined);
      queue.push(facts.path);
    }
  for (let next = 0; next < queue.length; next++) {
    const path = queue[next]!;
    const facts = files.get(path)!;
    imports(path).forEach((target, index) => {
      if (target === undefined || from.has(target) || facts.modules[index]!.typeOnly) return;
      const reached = files.get(target);
      if (!reached || reached.side === "server" || isServerPath(target)) return;
      from.set(target, path);
      queue.push(target);
      if (isDelicate(reached)) addSkimmed(target, from, files, unread);
    });
  }
  return { client: new Set(from.keys()), unread: [...unread] };
}

/** Remix and SvelteKit keep such files out of the browser by name. */
const isServerPath = (path: string): boolean =>
  /\.server\.\w+$|(^|\/)\.server\/|(^|\/)lib\/server\//.test(path);

function addSkimmed(
  target: string,
  from: ReadonlyMap<string, string | undefined>,
  files: ReadonlyMap<string, CodeFacts>,
  unread: Set<string>,
): void {
  for (let at = from.get(target); at !== undefined; at = from.get(at))
    if (files.get(at)?.depth === "skim") unread.add(at);
}
