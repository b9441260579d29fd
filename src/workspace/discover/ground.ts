import type { Unordered } from "../../project/build-order.ts";
import type { Survey } from "./survey.ts";

/**
 * Numbers the files outside the migrations that make tables and need none of what migrations make: a base schema that
 * was run by hand before the first migration, or a project's only tables. Each stands after those that make what it needs.
 */
export function withGround(
  files: readonly Unordered[],
  made: ReadonlySet<string> | undefined,
  survey: Survey,
): Unordered[] {
  const content = ({ path }: Unordered) => survey.about(path);
  const waiting = files.filter((file) => {
    const { creates = [], needs = [] } = (file.kind === "adhoc" && content(file)) || {};
    return creates.length > 0 && !needs.some((table) => made?.has(table));
  });
  waiting.sort((a, b) => (a.path < b.path ? -1 : 1));
  const place = new Map<Unordered, number>();
  while (waiting.length) {
    const open = new Set(waiting.flatMap((file) => content(file)?.creates ?? []));
    const free = waiting.findIndex((file) => {
      const { creates = [], needs = [] } = content(file) ?? {};
      return !needs.some((table) => open.has(table) && !creates.includes(table));
    });
    const [next] = waiting.splice(Math.max(0, free), 1);
    place.set(next!, place.size);
  }
  return files.map((file) => (place.has(file) ? { ...file, ground: place.get(file)! } : file));
}
