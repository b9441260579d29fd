import assert from "node:assert/strict";
import { findDatabases } from "../../src/workspace/discover/databases.ts";
import { kindOfFile } from "../../src/workspace/discover/file-kind.ts";
import { blankDownSections, findSqlRoles, folderOf } from "../../src/workspace/discover/sql-role.ts";
import type { SqlContent } from "../../src/workspace/discover/survey.ts";

const PROTECTS: SqlContent = { protects: true, defines: true, creates: [] };
const DEFINES: SqlContent = { protects: false, defines: true, creates: [] };

interface Given {
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly providers?: Readonly<Record<string, string>>;
  readonly journaled?: Readonly<Record<string, string>>;
  readonly locked?: Readonly<Record<string, string>>;
  readonly about?: Readonly<Record<string, SqlContent>>;
}

/** Every schema file is a schema of its own; a package is called by its folder, the root's "root". */
function layout(paths: readonly string[], given: Given = {}) {
  const roles = findSqlRoles(
    paths.filter((path) => kindOfFile(path) === "sql").map((path) => ({ path })),
    {
      locked: new Map(Object.entries(given.locked ?? {})),
      journaled: new Map(Object.entries(given.journaled ?? {})),
      configured: new Set(),
      isConfigured: () => false,
    },
  );
  const schemas = paths.filter((path) => path.endsWith(".prisma"));
  const { databases, notes } = findDatabases({
    files: paths.flatMap((path) => {
      const kind = kindOfFile(path);
      return kind ? [{ path, kind }] : [];
    }),
    schemas: schemas.map((path) => ({
      folder: folderOf(path),
      paths: [path],
      provider: given.providers?.[path] ?? "postgresql",
    })),
    roles,
    about: (path) => given.about?.[path] ?? PROTECTS,
    packages: Object.entries(given.packages ?? {}).map(([folder, uses]) => ({
      path: folder ? `${folder}/package.json` : "package.json",
      name: folder || "root",
      dependencies: uses.map((name) => ({ name })),
    })),
  });
  return {
    databases: databases.map((each) => ({
      folder: each.isDatabase ? each.folder : "none",
      files: [
        ...each.schemas.flatMap((schema) => schema.paths),
        ...each.sql.map((file) => `${file.kind}${file.ground ?? ""} ${file.path}`),
        ...each.others.map((file) => file.path),
      ],
    })),
    notes: notes.map((note) => `${note.path}: ${note.why}`),
  };
}

describe("finding databases", () => {
  it("takes a Prisma schema, a supabase folder and files beside them in one package for one database", () => {
    const paths = [
      "lib/db.ts",
      "prisma/migrations/20240101_a/migration.sql",
      "prisma/rls.sql",
      "prisma/schema.prisma",
      "supabase/migrations/20240102000000_b.sql",
      "supabase/migrations/notes.sql",
      "supabase/seed.sql",
    ];
    assert.deepEqual(layout(paths), {
      databases: [
        {
          folder: "",
          files: [
            "prisma/schema.prisma",
            "prisma prisma/migrations/20240101_a/migration.sql",
            "supabase supabase/migrations/20240102000000_b.sql",
            "adhoc prisma/rls.sql",
            "adhoc supabase/migrations/notes.sql",
            "lib/db.ts",
          ],
        },
      ],
      notes: ["supabase/seed.sql: seed data"],
    });
  });

  it("joins the only schema of a monorepo with the supabase folder at its top", () => {
    const { databases } = layout(["packages/db/prisma/schema.prisma", "supabase/migrations/1_a.sql"], {
      packages: { "": [], "packages/db": [] },
    });
    assert.deepEqual(
      databases.map((each) => [each.folder, each.files.length]),
      [["", 2]],
    );
  });

  it("gives code to the database of its package, or the one that its package depends on through others", () => {
    const paths = [
      "apps/admin/a.ts",
      "apps/both/b.ts",
      "apps/other/c.ts",
      "apps/web/d.ts",
      "packages/logs/prisma/schema.prisma",
      "packages/main/client.ts",
      "packages/main/prisma/schema.prisma",
    ];
    const { databases } = layout(paths, {
      packages: {
        "": [],
        "apps/admin": ["packages/api"],
        "apps/both": ["packages/main", "packages/logs"],
        "apps/other": ["zod"],
        "apps/web": ["packages/main"],
        "packages/api": ["packages/logs"],
        "packages/main": [],
        "packages/logs": [],
      },
    });
    assert.deepEqual(databases, [
      { folder: "packages/logs", files: ["packages/logs/prisma/schema.prisma", "apps/admin/a.ts"] },
      {
        folder: "packages/main",
        files: ["packages/main/prisma/schema.prisma", "apps/web/d.ts", "packages/main/client.ts"],
      },
      { folder: "none", files: ["apps/both/b.ts", "apps/other/c.ts"] },
    ]);
  });

  it("splits several schemas of one package, each with its migrations", () => {
    const { databases } = layout([
      "db/logs/migrations/1_a/migration.sql",
      "db/logs/schema.prisma",
      "db/logs/write.ts",
      "db/main/migrations/1_a/migration.sql",
      "db/main/schema.prisma",
      "lib/x.ts",
    ]);
    assert.deepEqual(
      databases.map((each) => each.folder),
      ["db/logs", "db/main", "none"],
    );
    assert.deepEqual(
      databases.map((each) => each.files),
      [
        ["db/logs/schema.prisma", "prisma db/logs/migrations/1_a/migration.sql", "db/logs/write.ts"],
        ["db/main/schema.prisma", "prisma db/main/migrations/1_a/migration.sql"],
        ["lib/x.ts"],
      ],
    );
  });

  it("takes several folders of Supabase migrations for as many databases, and leaves what templates bring along", () => {
    const app = ["app/supabase/config.toml", "app/supabase/migrations/1_a.sql", "app/supabase/seeds/x.sql"];
    const { databases } = layout([...app, "shop/supabase/migrations/1_a.sql", "shop/main.ts", "lib/both.ts"]);
    assert.deepEqual(
      databases.map(({ folder, files }) => [folder, ...files]),
      [
        ["app/supabase", "supabase app/supabase/migrations/1_a.sql", "app/supabase/config.toml"],
        ["shop/supabase", "supabase shop/supabase/migrations/1_a.sql", "shop/main.ts"],
        ["none", "lib/both.ts"],
      ],
    );
    const beside = layout(["supabase/migrations/1_a.sql", "cli/templates/shop/supabase/migrations/1_a.sql"]);
    assert.deepEqual(
      beside.databases.map(({ files }) => files),
      [["supabase supabase/migrations/1_a.sql"]],
    );
  });

  it("leaves migrations alone whose folder is called by another database system", () => {
    const { databases, notes } = layout([
      "db/migrations/postgres/1_a.sql",
      "db/migrations/SQLite/1_a.sql",
      "worker/d1/migrations/1_a.sql",
      "mysql-import/migrations/1_a.sql",
    ]);
    assert.deepEqual(notes, [
      "db/migrations/SQLite/1_a.sql: SQLite, not PostgreSQL",
      "worker/d1/migrations/1_a.sql: d1, not PostgreSQL",
    ]);
    assert.equal(databases.flatMap(({ files }) => files).length, 2);
  });

  it("leaves other database systems alone, with their migrations, and keeps the code", () => {
    const paths = ["prisma/migrations/1_a/migration.sql", "prisma/schema.prisma", "src/db.ts"];
    const why = "mysql, not PostgreSQL";
    assert.deepEqual(layout(paths, { providers: { "prisma/schema.prisma": "mysql" } }), {
      databases: [{ folder: "none", files: ["src/db.ts"] }],
      notes: [`prisma/schema.prisma: ${why}`, `prisma/migrations/1_a/migration.sql: ${why}`],
    });
    assert.deepEqual(
      layout(["drizzle/0000_a.sql", "drizzle/0001_b.sql"], { journaled: { drizzle: "sqlite" } }).notes,
      ["drizzle/0000_a.sql: sqlite, not PostgreSQL", "drizzle/0001_b.sql: sqlite, not PostgreSQL"],
    );
  });

  it("leaves schemas of tests and examples alone where the workspace has its own", () => {
    const own = layout(["prisma/schema.prisma", "tests/fixtures/a/schema.prisma"]);
    assert.deepEqual(own.databases, [{ folder: "", files: ["prisma/schema.prisma"] }]);
    assert.deepEqual(own.notes, [
      "tests/fixtures/a/schema.prisma: belongs to a test, an example, a template or documentation",
    ]);
    assert.equal(layout(["tests/fixtures/a/schema.prisma"]).databases[0]!.files.length, 1);
  });

  it("leaves packages of examples to themselves, unless they use the project's own database or are all there is", () => {
    const paths = ["prisma/schema.prisma", "package.json", "examples/one/package.json", "examples/one/a.ts"];
    const packages = { "": [], "examples/one": ["@supabase/ssr"] };
    assert.deepEqual(layout(paths, { packages }).databases, [
      { folder: "", files: ["prisma/schema.prisma", "package.json"] },
      { folder: "none", files: ["examples/one/package.json", "examples/one/a.ts"] },
    ]);
    const uses = layout(paths, { packages: { "": [], "examples/one": ["root"] } }).databases;
    assert.deepEqual(
      uses.map(({ files }) => files.length),
      [4],
    );
    const only = layout([...paths.slice(1), "examples/one/schema.prisma"], { packages }).databases;
    assert.deepEqual(
      only.map(({ files }) => files.length),
      [4],
    );
  });

  it("knows migrations of other tools by their numbers, and leaves their down files alone", () => {
    const { databases, notes } = layout([
      "db/migrations/0001_a.sql",
      "db/migrations/0001_a.down.sql",
      "db/migrations/README.sql",
      "flyway/V1__a.sql",
      "flyway/V2__b.sql",
      "flyway/U2__b.sql",
    ]);
    assert.deepEqual(databases[0]!.files, [
      "other db/migrations/0001_a.sql",
      "other flyway/V1__a.sql",
      "other flyway/V2__b.sql",
      "adhoc db/migrations/README.sql",
    ]);
    assert.deepEqual(notes, [
      "db/migrations/0001_a.down.sql: undoes a migration",
      "flyway/U2__b.sql: undoes a migration",
    ]);
  });

  it("counts SQL outside only where it protects, is beside a schema, or is all there is", () => {
    const about = {
      "docs/tables.sql": DEFINES,
      "prisma/views.sql": DEFINES,
      "docs/query.sql": { protects: false, defines: false, creates: [] },
      "schema.sql": { protects: true, defines: true, creates: ["tasks", "users"] },
      "supabase/migrations/1_a.sql": { protects: true, defines: true, creates: ["tasks"] },
    };
    const all = layout([...Object.keys(about), "prisma/schema.prisma"], { about });
    assert.deepEqual(all.databases[0]!.files, [
      "prisma/schema.prisma",
      "supabase supabase/migrations/1_a.sql",
      "adhoc prisma/views.sql",
    ]);
    assert.deepEqual(all.notes, [
      "docs/tables.sql: outside the migrations, and writes no policies",
      "docs/query.sql: defines nothing",
      "schema.sql: repeats what the migrations make",
    ]);
    const alone = layout(["docs/tables.sql", "docs/query.sql"], { about });
    assert.deepEqual(alone.databases[0]!.files, ["adhoc docs/tables.sql"]);
  });

  it("leaves examples, scripts of an extension, and copies of the migrations alone", () => {
    const about = {
      "supabase/migrations/1_a.sql": { ...PROTECTS, creates: ["public.tasks"] },
      "supabase/migrations_old/1_a.sql": { ...PROTECTS, creates: ["public.tasks"] },
      "supabase/migrations_old/2_b.sql": PROTECTS,
    };
    const { databases, notes } = layout(
      [...Object.keys(about), "examples/policies.sql", "rbac--1.0.sql", "rbac--1.0--1.1.sql"],
      { about },
    );
    assert.deepEqual(databases[0]!.files, ["supabase supabase/migrations/1_a.sql"]);
    assert.deepEqual(notes, [
      "supabase/migrations_old/1_a.sql: repeats what the migrations make",
      "supabase/migrations_old/2_b.sql: repeats what the migrations make",
      "examples/policies.sql: an example",
      "rbac--1.0.sql: a script of an extension",
      "rbac--1.0--1.1.sql: a script of an extension",
    ]);
  });

  it("knows a base schema that was run by hand before the migrations, each file after what it needs", () => {
    const about = {
      "supabase/migrations/1_a.sql": { ...PROTECTS, creates: ["public.tasks"] },
      "supabase/a.sql": { ...PROTECTS, needs: ["public.orgs"] },
      "supabase/b.sql": { ...PROTECTS, creates: ["public.members"], needs: ["public.orgs"] },
      "supabase/c.sql": { ...PROTECTS, creates: ["public.orgs"] },
      "supabase/d.sql": { ...PROTECTS, creates: ["public.notes"], needs: ["public.tasks"] },
    };
    assert.deepEqual(layout(Object.keys(about), { about }).databases[0]!.files, [
      "supabase supabase/migrations/1_a.sql",
      "adhoc supabase/a.sql",
      "adhoc1 supabase/b.sql",
      "adhoc0 supabase/c.sql",
      "adhoc supabase/d.sql",
    ]);
  });

  it("reads declarative schemas only where no migrations came of them", () => {
    const schemas = ["supabase/schemas/policies.sql", "supabase/schemas/tables.sql"];
    const about = {
      "supabase/schemas/tables.sql": { ...DEFINES, creates: ["public.tasks"] },
      "supabase/migrations/1_a.sql": { ...DEFINES, creates: ["public.tasks"] },
      "supabase/migrations/2_b.sql": { ...DEFINES, creates: ["public.buckets"] },
    };
    assert.deepEqual(layout([...schemas, "supabase/migrations/1_a.sql"], { about }).databases[0]!.files, [
      "supabase supabase/migrations/1_a.sql",
    ]);
    assert.deepEqual(layout([...schemas, "supabase/migrations/2_b.sql"], { about }).databases[0]!.files, [
      "schema supabase/schemas/policies.sql",
      "schema supabase/schemas/tables.sql",
      "supabase supabase/migrations/2_b.sql",
    ]);
    assert.equal(layout(schemas, { about }).databases[0]!.files.length, 2);
  });

  it("leaves alone what stands in a folder of things put aside, and reads what is only called like one", () => {
    const aside = [
      "archive/dangerous/20240101_a.sql",
      "archive/dangerous/20240102_b.sql",
      "db/migration_backup_20250917/20240101_a.sql",
      "db/old/20240101_a.sql",
      "supabase/_archive/20240101_a.sql",
      "supabase/migrations_new_project_backup/20240101_a.sql",
    ];
    const { notes, databases } = layout([
      ...aside,
      "backup-service/migrations/1_a.sql",
      "db/20240101_add_backups/up.sql",
      "migrations_archive/1_a.sql",
    ]);
    assert.deepEqual(
      notes,
      aside.map((path) => `${path}: put aside, by its folder's name`),
    );
    assert.deepEqual(
      databases.flatMap(({ files }) => files),
      [
        "other backup-service/migrations/1_a.sql",
        "adhoc db/20240101_add_backups/up.sql",
        "adhoc migrations_archive/1_a.sql",
      ],
    );
  });

  it("is one project without a database where there is only code, or nothing", () => {
    assert.deepEqual(layout(["a.ts"]).databases, [{ folder: "none", files: ["a.ts"] }]);
    assert.deepEqual(layout([]).databases, [{ folder: "none", files: [] }]);
  });
});

describe("the part of a migration that goes up", () => {
  it("keeps length and lines, and every section that goes up", () => {
    const text = "-- +goose Up\r\na;\r\n-- +goose Down\r\nb;\r\n-- +goose Up\r\nc;\r\n";
    const up = blankDownSections(text);
    assert.equal(up.length, text.length);
    assert.deepEqual(up.match(/[abc];/g), ["a;", "c;"]);
    assert.deepEqual(up.match(/\r\n/g), text.match(/\r\n/g));
    assert.equal(blankDownSections("-- migrate:up\na;\n-- migrate:down\nb;").trimEnd(), "-- migrate:up\na;");
    assert.equal(blankDownSections("select 1; -- down"), "select 1; -- down");
  });
});
