import type { SourceNote } from "../../lint/report.ts";
import type { PackageTree } from "./package-tree.ts";
import { folderOf, type SqlRole } from "./sql-role.ts";
import type { SchemaFiles, Survey } from "./survey.ts";

/** Something that says "here is a database": a Prisma schema, a supabase folder, another tool's migrations. */
export interface Anchor {
  readonly kind: "prisma" | "supabase" | "other";
  readonly folder: string;
  /** Folder of the package that holds it. */
  readonly package: string;
  readonly schema?: SchemaFiles;
  /** Folders whose SQL is this database's history. */
  readonly sqlFolders: string[];
}

/** The anchors of a workspace; what is of another database system, or a test's, gets a note instead. */
export function findAnchors(survey: Survey, packages: PackageTree, notes: SourceNote[]): Anchor[] {
  const schemas = survey.schemas.map((schema) => anchorOfSchema(schema, packages));
  const prisma = [...schemas];
  for (const folder of sqlFolders(survey, "prisma")) {
    const holder = packages.holder(`${folder}/x`);
    const near = nearest(
      folder,
      schemas.filter((anchor) => anchor.package === holder),
    );
    if (near) near.sqlFolders.push(folder);
    else prisma.push({ kind: "prisma", folder: folderOf(folder), package: holder, sqlFolders: [folder] });
  }
  const native = prisma.filter((anchor) => isPostgres(anchor) || leaveForeign(anchor, survey, notes));
  const others = sqlFolders(survey, "other").map((folder) => anchorOf("other", folder, packages, [folder]));
  return withoutFixtures([...native, ...supabaseAnchors(survey, packages), ...others], survey, notes);
}

const anchorOf = (
  kind: Anchor["kind"],
  folder: string,
  packages: PackageTree,
  sqlFolders: string[],
): Anchor => ({
  kind,
  folder,
  package: packages.holder(`${folder}/x`),
  sqlFolders,
});

const anchorOfSchema = (schema: SchemaFiles, packages: PackageTree): Anchor => ({
  ...anchorOf("prisma", schema.folder, packages, []),
  schema,
});

function supabaseAnchors(survey: Survey, packages: PackageTree): Anchor[] {
  const anchors = new Map<string, Anchor>();
  const anchor = (folder: string): Anchor => {
    const found = anchors.get(folder) ?? anchorOf("supabase", folder, packages, []);
    anchors.set(folder, found);
    return found;
  };
  for (const { path, kind } of survey.files) if (kind === "supabase-config") anchor(folderOf(path));
  for (const is of ["supabase", "schema"] as const) {
    for (const folder of sqlFolders(survey, is)) anchor(supabaseFolder(folder)).sqlFolders.push(folder);
  }
  return [...anchors.values()];
}

/** `apps/web/supabase` of `apps/web/supabase/migrations`. */
const supabaseFolder = (folder: string): string =>
  /^(?:.*\/)?supabase(?=\/|$)/.exec(folder)?.[0] ?? folderOf(folder);

function sqlFolders(survey: Survey, is: SqlRole["is"]): string[] {
  const folders = new Set<string>();
  for (const role of survey.roles.values()) if (role.is === is && "folder" in role) folders.add(role.folder);
  return [...folders];
}

const isPostgres = ({ schema }: Anchor): boolean => !schema || POSTGRES.has(schema.provider);

/** A schema without a datasource is half-typed, or one whose datasource stands in `prisma.config.ts`. */
const POSTGRES = new Set(["postgresql", "postgres", "cockroachdb", ""]);

function leaveForeign(anchor: Anchor, survey: Survey, notes: SourceNote[]): false {
  const why = `${anchor.schema!.provider}, not PostgreSQL`;
  for (const path of pathsOf(anchor, survey)) notes.push({ path, what: whatIs(path), read: false, why });
  return false;
}

/** Schemas that tests, examples, templates and documentation bring along are no database of the workspace, unless it has no other. */
function withoutFixtures(anchors: readonly Anchor[], survey: Survey, notes: SourceNote[]): Anchor[] {
  const own = anchors.filter(({ folder }) => !FIXTURE.test(folder));
  if (!own.length) return [...anchors];
  const why = "belongs to a test, an example, a template or documentation";
  for (const anchor of anchors) {
    if (own.includes(anchor)) continue;
    for (const path of pathsOf(anchor, survey)) notes.push({ path, what: whatIs(path), read: false, why });
  }
  return own;
}

const FIXTURE =
  /(?:^|\/)(?:tests?|__tests__|fixtures?|__fixtures__|testdata|e2e|examples?|templates|presets|scaffolds|docs?)(?:\/|$)/i;

function* pathsOf(anchor: Anchor, survey: Survey): Generator<string> {
  yield* anchor.schema?.paths ?? [];
  const folders = new Set(anchor.sqlFolders);
  for (const [path, role] of survey.roles) if ("folder" in role && folders.has(role.folder)) yield path;
}

const whatIs = (path: string): string => (path.endsWith(".prisma") ? "Prisma schema" : "migration");

/** The anchor whose folder has most in common with a folder; the first of equals. */
export function nearest<T extends { readonly folder: string }>(
  folder: string,
  anchors: readonly T[],
): T | undefined {
  let best: T | undefined;
  let most = -1;
  for (const anchor of anchors) {
    const common = commonDepth(folder, anchor.folder);
    if (common > most) [best, most] = [anchor, common];
  }
  return best;
}

function commonDepth(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  let depth = 0;
  while (depth < left.length && left[depth] === right[depth]) depth++;
  return depth;
}
