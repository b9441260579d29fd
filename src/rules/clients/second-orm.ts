import { applicationOf, byApplication, folderOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import type { Usage } from "../../project/usage.ts";
import type { PackageDependency, PackageManifest } from "../../source/manifest/manifest.ts";
import type { Related } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

type Import = Extract<Usage, { kind: "import" }>;
type Query = Extract<Usage, { kind: "orm-query" }>;

/** Query builders count: they too step around what a Prisma client is extended with. */
const LIBRARIES: Readonly<Record<string, string>> = {
  "drizzle-orm": "Drizzle",
  typeorm: "TypeORM",
  sequelize: "Sequelize",
  "sequelize-typescript": "Sequelize",
  knex: "Knex",
  "@mikro-orm/core": "MikroORM",
  "@mikro-orm/postgresql": "MikroORM",
  kysely: "Kysely",
};

/** Packages that make a query builder part of Prisma. */
const BRIDGES: Readonly<Record<string, readonly string[]>> = {
  kysely: ["prisma-kysely", "prisma-extension-kysely", "kysely-prisma"],
};

const callsPrisma = (project: Project, application: string): boolean =>
  (project.usages.get("prisma-call") ?? []).some(
    ({ role, path }) => role === "runtime" && applicationOf(project, path) === application,
  );

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A second ORM is installed and imported beside Prisma.",
  why: "A second ORM brings a second connection pool, a second description of the same tables that goes stale, and a second way to the data that knows nothing of the identity the first one sets: what one client guards, the other reads freely.",
  *check(project) {
    const imports = byApplication(project, importsOf(project));
    const queries = byApplication(project, queriesOf(project));
    for (const manifest of project.packages) {
      const application = folderOf(manifest.path);
      if (!manifest.dependencies.some(({ name }) => Object.hasOwn(LIBRARIES, name))) continue;
      const hasPrisma = manifest.dependencies.some(({ name }) => name === "@prisma/client");
      if (!hasPrisma && !callsPrisma(project, application)) continue;
      const reported = new Set<string>();
      for (const dependency of manifest.dependencies) {
        const library = LIBRARIES[dependency.name];
        if (!library || reported.has(library) || hasBridge(manifest, dependency)) continue;
        const users = (imports.get(application) ?? []).filter((each) => LIBRARIES[each.package] === library);
        if (!users.length) continue;
        reported.add(library);
        const asked = (queries.get(application) ?? []).filter((each) => LIBRARIES[each.library] === library);
        yield {
          at: { path: manifest.path, span: dependency.nameSpan },
          subject: `package ${dependency.name}`,
          message: `${library} is a second ORM beside Prisma: ${sayUses(dependency.name, users, asked)}.`,
          related: useByUse(library, users, asked),
        };
      }
    }
  },
});

const importsOf = (project: Project): Import[] =>
  (project.usages.get("import") ?? []).filter(
    (usage): usage is Import =>
      usage.kind === "import" && !usage.typeOnly && (usage.role === "runtime" || usage.role === "script"),
  );

const queriesOf = (project: Project): Query[] =>
  (project.usages.get("orm-query") ?? []).filter(
    (usage): usage is Query =>
      usage.kind === "orm-query" && (usage.role === "runtime" || usage.role === "script"),
  );

function sayUses(name: string, users: readonly Import[], asked: readonly Query[]): string {
  const files = new Set(users.map(({ path }) => path)).size;
  const imports = `${files === 1 ? "1 file imports" : `${files} files import`} ${name}`;
  if (!asked.length) return imports;
  return `${imports}, and ${asked.length === 1 ? "1 query goes" : `${asked.length} queries go`} through it`;
}

/** More than these say nothing new. */
const MOST = 500;

/** Every import and every query, file by file: what is to be moved to the one client. */
function useByUse(library: string, users: readonly Import[], asked: readonly Query[]): Related[] {
  const imports = users.map(({ specifier: { path, span } }) => ({
    place: { path, span },
    message: `${library} is imported here.`,
  }));
  const queries = asked.map(({ path, span, method, table }) => ({
    place: { path, span },
    message: `${library} runs a query here: ${method}${table === undefined ? "" : ` on ${table}`}.`,
  }));
  return [...imports, ...queries]
    .sort(({ place: a }, { place: b }) =>
      a.path === b.path ? a.span.start - b.span.start : a.path < b.path ? -1 : 1,
    )
    .slice(0, MOST);
}

const hasBridge = (manifest: PackageManifest, { name }: PackageDependency): boolean =>
  manifest.dependencies.some((each) => BRIDGES[name]?.includes(each.name));
