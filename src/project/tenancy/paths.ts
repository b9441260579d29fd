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

/**
 * The same, but a way that every row has stands before a shorter one that some rows lack: a ticket with an issue is of
 * the team, whoever may have reported it. Only a column that names a target itself stands before both.
 */
export function findFirmPaths(
  links: Links,
  targets: Iterable<string>,
  enter: (link: Link) => boolean,
  prefer: (link: Link) => number = () => 0,
): Map<string, readonly Link[]> {
  const ends = new Set(targets);
  const any = findPaths(links, ends, enter, prefer);
  const isFirm = (link: Link) => {
    const way = any.get(link.table)!;
    return !link.nullable && (way.length > 1 || way[0] === link);
  };
  const firm = findPaths(links, ends, (link) => enter(link) && isFirm(link), prefer);
  const chosen = new Map<string, readonly Link[]>();
  // Nearer tables stand first, so that the rest of every way is settled before it.
  for (const [key, [first]] of any)
    chosen.set(key, firm.get(key) ?? (first ? [first, ...chosen.get(first.to)!] : []));
  return chosen;
}

const BY = { "foreign key": 0, "prisma relation": 1, name: 2, "referred to": 3 } as const;

const cost = (link: Link, prefer: (link: Link) => number): number =>
  prefer(link) * 100 + (link.nullable ? 10 : 0) + BY[link.by];
