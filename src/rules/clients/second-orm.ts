import { byApplication, folderOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import type { Usage } from "../../project/usage.ts";
import type { PackageDependency, PackageManifest } from "../../source/manifest/manifest.ts";
import { defineRule } from "../rule.ts";

type Import = Extract<Usage, { kind: "import" }>;

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

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A second ORM is installed and imported beside Prisma.",
  why: "A second ORM brings a second connection pool, a second description of the same tables that goes stale, and a second way to the data that knows nothing of the identity the first one sets: what one client guards, the other reads freely.",
  *check(project) {
    const imports = byApplication(project, importsOf(project));
    const calls = (project.usages.get("prisma-call") ?? []).filter(({ role }) => role === "runtime");
    const callers = byApplication(project, calls);
    for (const manifest of project.packages) {
      const application = folderOf(manifest.path);
      if (!callers.has(application) && !manifest.dependencies.some(({ name }) => name === "@prisma/client"))
        continue;
      const reported = new Set<string>();
      for (const dependency of manifest.dependencies) {
        const library = LIBRARIES[dependency.name];
        if (!library || reported.has(library) || hasBridge(manifest, dependency)) continue;
        const users = (imports.get(application) ?? []).filter((each) => LIBRARIES[each.package] === library);
        if (!users.length) continue;
        reported.add(library);
        const files = new Set(users.map(({ path }) => path));
        yield {
          at: { path: manifest.path, span: dependency.nameSpan },
          subject: `package ${dependency.name}`,
          message: `${library} is a second ORM beside Prisma: ${files.size === 1 ? "1 file imports" : `${files.size} files import`} ${dependency.name}.`,
          related: users.slice(0, 50).map(({ specifier }) => ({
            place: { path: specifier.path, span: specifier.span },
            message: `${library} is imported here.`,
          })),
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

const hasBridge = (manifest: PackageManifest, { name }: PackageDependency): boolean =>
  manifest.dependencies.some((each) => BRIDGES[name]?.includes(each.name));
