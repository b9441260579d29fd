import type { Link, Links } from "./links.ts";

/**
 * The shortest way from every table to one of the targets, by going back from them. Of ways of the same length: one
 * that every row has, then foreign keys before relations before names, then the column that stands first.
 * `enter` says whether a way may begin or go on through a table by this link; linear in links.
 */
export function findPaths(
  links: Links,
  targets: Iterable<string>,
  enter: (link: Link) => boolean,
  prefer: (link: Link) => number = () => 0,
): Map<string, readonly Link[]> {
  const paths = new Map<string, readonly Link[]>();
  let frontier: string[] = [];
  for (const target of targets) {
    paths.set(target, []);
    frontier.push(target);
  }
  while (frontier.length) {
    const reached = new Map<string, Link>();
    for (const target of frontier)
      for (const link of links.to.get(target) ?? []) {
        if (paths.has(link.table) || !enter(link)) continue;
        const before = reached.get(link.table);
        if (!before || cost(link, prefer) < cost(before, prefer)) reached.set(link.table, link);
      }
    for (const [table, link] of reached) paths.set(table, [link, ...paths.get(link.to)!]);
    frontier = [...reached.keys()];
  }
  return paths;
}

const BY = { "foreign key": 0, "prisma relation": 1, name: 2, "referred to": 3 } as const;

const cost = (link: Link, prefer: (link: Link) => number): number =>
  prefer(link) * 100 + (link.nullable ? 10 : 0) + BY[link.by];
