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
  const contentOf = ({ path }: Unordered) => survey.about(path);
  const ground = files
    .filter(({ kind }) => kind === "adhoc")
    .filter(
      (file) => contentOf(file)?.creates.length && !contentOf(file)?.needs?.some((key) => made?.has(key)),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const makers = new Map<string, Unordered>();
  for (const file of ground.toReversed())
    for (const table of contentOf(file)!.creates) makers.set(table, file);
  const place = new Map<Unordered, number>();
  const asked = new Set<Unordered>();
  const put = (file: Unordered): void => {
    if (asked.has(file)) return;
    asked.add(file);
    for (const table of contentOf(file)?.needs ?? []) if (makers.has(table)) put(makers.get(table)!);
    place.set(file, place.size);
  };
  for (const file of ground) put(file);
  return files.map((file) => (place.has(file) ? { ...file, ground: place.get(file)! } : file));
}
