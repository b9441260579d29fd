import { type Anchor, nearest } from "./anchors.ts";

/** The anchors of one database. */
export interface AnchorGroup {
  /** Folder of the package that holds it, or what several have in common; no two databases have the same. */
  readonly folder: string;
  readonly anchors: readonly Anchor[];
}

/**
 * Which anchors are one database. A Prisma schema and a supabase folder of one package are; so are the only schema and
 * the only supabase folder of a workspace when one's package lies within the other's. Several schemas in one package
 * are as many databases, as are several folders of Supabase migrations, and the rest goes with the nearest. Other tools' migrations go with what else the package
 * has, and from the top of the workspace with its only database.
 */
export function joinAnchors(anchors: readonly Anchor[]): AnchorGroup[] {
  const strong = groupBy(anchors.filter((anchor) => anchor.kind !== "other")).flatMap(splitGroup);
  const joined = joinOnlyPair(strong);
  const alone: Anchor[] = [];
  for (const anchor of anchors.filter((each) => each.kind === "other")) {
    const group = hostOf(anchor, joined);
    if (group) group.push(anchor);
    else alone.push(anchor);
  }
  return withFolders([...joined, ...groupBy(alone)]);
}

function groupBy(anchors: readonly Anchor[]): Anchor[][] {
  const groups = new Map<string, Anchor[]>();
  for (const anchor of anchors) {
    const group = groups.get(anchor.package);
    if (group) group.push(anchor);
    else groups.set(anchor.package, [anchor]);
  }
  return [...groups.values()];
}

/** Several schemas in one package, or several histories of Supabase: each with what is nearest to it. */
function splitGroup(group: readonly Anchor[]): Anchor[][] {
  const schemas = group.filter((anchor) => anchor.schema);
  const histories = group.filter(({ kind, sqlFolders }) => kind === "supabase" && sqlFolders.length);
  const heads = schemas.length > 1 ? schemas : histories;
  if (heads.length < 2) return [[...group]];
  const split = new Map(heads.map((anchor) => [anchor, [anchor]]));
  for (const anchor of group)
    if (!heads.includes(anchor)) split.get(nearest(anchor.folder, heads)!)!.push(anchor);
  return [...split.values()];
}

function joinOnlyPair(groups: Anchor[][]): Anchor[][] {
  const [first, second] = groups;
  if (groups.length !== 2 || !first || !second) return groups;
  const kinds = new Set([...first, ...second].map((anchor) => anchor.kind));
  const oneEach = kinds.size === 2 && first.length === 1 && second.length === 1;
  const [a, b] = [first[0]!.package, second[0]!.package];
  return oneEach && (isWithin(a, b) || isWithin(b, a)) ? [[...first, ...second]] : groups;
}

function hostOf(anchor: Anchor, groups: readonly Anchor[][]): Anchor[] | undefined {
  const near = groups.filter((group) => group.some((each) => each.package === anchor.package));
  if (near.length) return near.find((group) => group.includes(nearest(anchor.folder, near.flat())!));
  return anchor.package === "" && groups.length === 1 ? groups[0] : undefined;
}

/** Every database is known by its folder: of several in one package each by its schema's. */
function withFolders(groups: readonly Anchor[][]): AnchorGroup[] {
  const folders = groups.map(commonFolder);
  const isShared = (folder: string) => folders.filter((each) => each === folder).length > 1;
  return groups.map((anchors, i) => ({
    folder: isShared(folders[i]!) ? anchors[0]!.folder : folders[i]!,
    anchors,
  }));
}

function commonFolder(group: readonly Anchor[]): string {
  const packages = [...new Set(group.map((anchor) => anchor.package))];
  const folders = packages.length > 1 ? packages : [packages[0]!];
  return folders.reduce((a, b) => (isWithin(a, b) ? b : isWithin(b, a) ? a : ""));
}

export const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);
