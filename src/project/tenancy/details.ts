import type { Catalog } from "../../catalog/catalog.ts";
import type { Link, Links } from "./links.ts";
import { uniqueColumns } from "./membership.ts";
import { POINTER, stem } from "./vocabulary.ts";

type Paths = ReadonlyMap<string, readonly Link[]>;

/**
 * The ways to the targets, with those of details: tables of which every row is the one that a single other table refers
 * to, as `organizations.settings_id` does to `settings`. What such a row belongs to is known from the row that has it.
 * Only where no way of the table's own leads there for every row.
 */
export function withDetails(
  catalog: Catalog,
  links: Links,
  paths: Paths,
  mayLead: (key: string) => boolean,
  enter: (link: Link) => boolean,
  isElsewhere: (key: string) => boolean = () => false,
): Paths {
  const isKnown = (key: string) => paths.has(key) || isElsewhere(key);
  const all = new Map(paths);
  const queue = [...paths.keys()];
  for (const key of queue) {
    for (const link of links.from.get(key) ?? []) {
      const known = all.get(link.to);
      if (all.get(key)!.some((step) => step.to === link.to || step.table === link.to)) continue;
      const isOpen = known ? known[0]?.nullable === true : mayLead(link.to);
      if (isOpen && isDetail(catalog, links, link, isKnown))
        take(link.to, [backward(link), ...all.get(key)!], !known);
    }
    for (const link of links.to.get(key) ?? [])
      if (!all.has(link.table) && mayLead(link.table) && enter(link))
        take(link.table, [link, ...all.get(key)!], true);
  }
  return all;

  function take(key: string, path: readonly Link[], isNew: boolean): void {
    all.set(key, path);
    if (isNew) queue.push(key);
  }
}

/** A key that each row has, that no two share, and beside which no other table that is somebody's leads there. */
function isDetail(catalog: Catalog, links: Links, link: Link, isKnown: (key: string) => boolean): boolean {
  const { table, column, to, by, nullable } = link;
  if (nullable || by === "name" || POINTER.test(stem(column))) return false;
  if (links.to.get(to)!.some((each) => each !== link && isKnown(each.table))) return false;
  return uniqueColumns(catalog.tables.get(table)!).some(
    (columns) => columns.length === 1 && columns[0] === column,
  );
}

const backward = ({ table, column, to, toColumn }: Link): Link => ({
  table: to,
  column: toColumn,
  to: table,
  toColumn: column,
  by: "referred to",
  nullable: false,
});
