import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kindOfFile } from "../../src/workspace/discover/file-kind.ts";
import { findSqlRoles } from "../../src/workspace/discover/sql-role.ts";

const { activationEvents } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"),
) as { activationEvents: string[] };

/** As VS Code takes them, for the signs that these have. */
const globs = activationEvents.map((event) => {
  const glob = event.replace("workspaceContains:", "").replace(/[.+^$]/g, "\\$&");
  const any = glob.replace(/\*\*\/|\*/g, (stars) => (stars === "*" ? "[^/]*" : "(?:.*/)?"));
  return new RegExp(`^${any}$`);
});

const isStarted = (path: string): boolean => globs.some((glob) => glob.test(path));

const NOTHING_SAID = {
  locked: new Map<string, string>(),
  journaled: new Map<string, string>(),
  configured: new Set<string>(),
  isConfigured: () => false,
};

const HISTORIES = new Set(["prisma", "supabase", "other", "schema"]);

const isHistory = (path: string): boolean =>
  HISTORIES.has(findSqlRoles([{ path }], NOTHING_SAID).get(path)!.is) || kindOfFile(path) === "prisma";

describe("the workspaces that the extension starts in", () => {
  const WITH_SOURCES = [
    "prisma/schema.prisma",
    "packages/db/prisma/models/user.prisma",
    "prisma/migrations/20240101000000_init/migration.sql",
    "apps/web/supabase/migrations/20240101000000_init.sql",
    "supabase/schemas/tables.sql",
    "drizzle/0000_init.sql",
    "db/migrate/001_init.sql",
    "db/migrations/20240101_init.sql",
    "src/main/resources/db/migration/V1__init.sql",
    "server/db_migrations/1-init.sql",
    "sql/01_tables.sql",
    "sql/V1__tables.sql",
    "alembic/versions/0001_init.sql",
    "db/versions/V1__init.sql",
    "db/changelog/001-init.sql",
    "src/main/resources/db/changelogs/20240101-init.sql",
    "docker/initdb/01-tables.sql",
    "docker-entrypoint-initdb.d/01_tables.sql",
  ];
  for (const path of WITH_SOURCES)
    it(`are those with ${path}, which is read as history`, () =>
      assert.deepEqual([isHistory(path), isStarted(path)], [true, true]));

  for (const path of ["package.json", "src/index.ts", "queries/users.sql", "docs/sql/joins.sql", "README.md"])
    it(`are none with ${path} alone`, () =>
      assert.deepEqual([isHistory(path), isStarted(path)], [false, false]));

  it("are those that are configured", () => assert.ok(isStarted("rowguard.config.json")));
});
