import type { PrismaSource } from "../../source/prisma/schema.ts";

/** The files that Prisma reads together as one schema. */
export interface SchemaGroup {
  /** What a manifest names, or the folder of the datasource; relative to the workspace root, "" for the root. */
  readonly folder: string;
  /** By path. */
  readonly sources: readonly PrismaSource[];
  /** `postgresql`; "" where no datasource says. */
  readonly provider: string;
}

export interface Grouping {
  readonly groups: readonly SchemaGroup[];
  /** Files that belong to no schema: their models are no tables. `why` completes "It ...". */
  readonly orphans: readonly { readonly source: PrismaSource; readonly why: string }[];
}

/**
 * Says which `.prisma` files form one schema. `configured` are workspace-relative files and folders that manifests
 * name: a folder is one schema with all its files. Otherwise a file with a datasource begins a schema, and the files
 * around it belong to it where it leaves no doubt that it has several: it has no models itself, it says so
 * (`prismaSchemaFolder`), or it lacks what they declare. A relation has two sides, so a draft that merely refers to
 * the schema's models is no part of it, and neither is a copy.
 */
export function groupSchemas(sources: readonly PrismaSource[], configured: readonly string[]): Grouping {
  const sorted = [...sources].sort((a, b) => (a.path < b.path ? -1 : 1));
  const orphans: { source: PrismaSource; why: string }[] = [];
  const drafts = beginGroups(sorted, configured, orphans);
  const taken = new Set([
    ...drafts.flatMap((draft) => draft.sources),
    ...orphans.map(({ source }) => source),
  ]);
  const waiting = new Map<Draft, PrismaSource[]>();
  const begun = drafts.length > 0;
  for (const source of sorted.filter((each) => !taken.has(each))) {
    const draft = nearestAround(source.path, drafts);
    if (draft) waiting.set(draft, [...(waiting.get(draft) ?? []), source]);
    else if (begun) orphans.push({ source, why: "belongs to no schema with a datasource" });
    else drafts.push(draftOf(folderOf(source.path), [source], true));
  }
  for (const [draft, candidates] of waiting) orphans.push(...joinCandidates(draft, candidates));
  return { groups: drafts.map(toGroup), orphans };
}

/** A schema while its files are gathered. `several` once there is no doubt that it has more than one file. */
interface Draft {
  readonly root: string;
  readonly sources: PrismaSource[];
  several: boolean;
}

const draftOf = (root: string, sources: PrismaSource[], several: boolean): Draft => ({
  root,
  sources,
  several,
});

const hasDatasource = (source: PrismaSource): boolean => source.datasources.length > 0;

const declares = ({ models, enums }: PrismaSource): boolean => models.length + enums.length > 0;

/** One draft for each configured path, and one for each other file with a datasource. */
function beginGroups(
  sources: readonly PrismaSource[],
  configured: readonly string[],
  orphans: { source: PrismaSource; why: string }[],
): Draft[] {
  const named = [...new Set(configured.map(cleanPath))].flatMap((root) => {
    const within = sources.filter(({ path }) => isWithin(path, root));
    const first = within.find((each) => hasDatasource(each) && isMain(each)) ?? within.find(hasDatasource);
    const own = within.filter((each) => each === first || !hasDatasource(each));
    return own.length ? draftOf(root, own, !root.endsWith(".prisma")) : [];
  });
  const taken = new Set(named.flatMap((draft) => draft.sources));
  const rest = sources.filter((source) => hasDatasource(source) && !taken.has(source));
  const mains = new Set([...rest, ...taken].filter(isMain).map(({ path }) => folderOf(path)));
  const begun = rest.flatMap((source) => {
    if (isMain(source) || !mains.has(folderOf(source.path))) return beginAt(source, sources);
    orphans.push({ source, why: "stands beside schema.prisma, which has the datasource" });
    return [];
  });
  return [...named, ...begun];
}

const isMain = ({ path }: PrismaSource): boolean => path.slice(path.lastIndexOf("/") + 1) === "schema.prisma";

function beginAt(source: PrismaSource, sources: readonly PrismaSource[]): Draft {
  const folder = folderOf(source.path);
  const features = source.generators.flatMap(({ values }) => values.previewFeatures ?? []);
  const several = features.includes("prismaSchemaFolder") || !declares(source);
  const alone = !sources.some((each) => each !== source && isWithin(each.path, folder) && declares(each));
  // `schema/config/datasource.prisma` beside `schema/models/`.
  const root = !declares(source) && alone && folder ? folderOf(folder) : folder;
  return draftOf(root, [source], several);
}

function nearestAround(path: string, drafts: readonly Draft[]): Draft | undefined {
  const around = drafts.filter(({ root }) =>
    isWithin(path, root.endsWith(".prisma") ? folderOf(root) : root),
  );
  return around.reduce<Draft | undefined>((a, b) => (a && a.root.length >= b.root.length ? a : b), undefined);
}

/** Takes the candidates that belong to the schema, and gives back those that do not. */
function joinCandidates(
  draft: Draft,
  candidates: readonly PrismaSource[],
): { source: PrismaSource; why: string }[] {
  const names = new Set(draft.sources.flatMap(namesOf));
  const wanted = new Set(draft.sources.flatMap(typesOf));
  const copies = candidates.filter((each) => isCopy(each, names));
  let open = candidates.filter((each) => !copies.includes(each));
  for (let joined = true; joined && open.length; ) {
    const next = draft.several ? open : open.filter((each) => namesOf(each).some((name) => lacks(name)));
    joined = next.length > 0;
    draft.several ||= joined;
    for (const source of next) {
      draft.sources.push(source);
      for (const name of namesOf(source)) names.add(name);
      for (const type of typesOf(source)) wanted.add(type);
    }
    open = open.filter((each) => !next.includes(each));
  }
  const main = draft.sources[0]?.path ?? draft.root;
  return [
    ...copies.map((source) => ({ source, why: `declares again what ${main} declares` })),
    ...open.map((source) => ({ source, why: `has no datasource, and ${main} does not refer to it` })),
  ];

  function lacks(name: string): boolean {
    return wanted.has(name) && !names.has(name);
  }
}

const namesOf = ({ models, enums }: PrismaSource): string[] => [...models, ...enums].map(({ name }) => name);

const typesOf = ({ models }: PrismaSource): string[] =>
  models.flatMap(({ fields }) => fields.map(({ type }) => type));

/** One model that stands twice is somebody moving it; most of a file is a copy. */
function isCopy(source: PrismaSource, names: ReadonlySet<string>): boolean {
  const own = namesOf(source);
  return own.filter((name) => names.has(name)).length * 2 > own.length;
}

function toGroup({ root, sources }: Draft): SchemaGroup {
  const provider = sources.flatMap((source) => source.datasources).map(({ values }) => values.provider)[0];
  return {
    folder: root.endsWith(".prisma") ? folderOf(root) : root,
    sources: sources.sort((a, b) => (a.path < b.path ? -1 : 1)),
    provider: typeof provider === "string" ? provider : "",
  };
}

const cleanPath = (path: string): string =>
  path
    .replace(/^(?:\.\/)+/, "")
    .replace(/^\.$/, "")
    .replace(/\/+$/, "");

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);
