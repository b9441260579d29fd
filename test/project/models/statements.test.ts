import assert from "node:assert/strict";
import type { Catalog, Table } from "../../../src/catalog/catalog.ts";
import { createReplay } from "../../../src/catalog/replay.ts";
import { resolveModels } from "../../../src/project/models/resolve.ts";
import { type ModelOptions, modelsToStatements } from "../../../src/project/models/statements.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";

const BARE = { id: "bare", sql: "", migrationRole: "postgres" };
const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n';

type Files = Readonly<Record<string, string>>;

const sourcesOf = (files: Files) => Object.entries(files).map(([path, text]) => readPrisma({ path, text }));

function replayed(files: Files, options?: ModelOptions): Catalog {
  const replay = createReplay(BARE, resolveModels(sourcesOf(files), options));
  for (const source of modelsToStatements(sourcesOf(files), "postgresql", options)) {
    replay.apply(source, files[source.path]!);
  }
  return replay.snapshot();
}

const columnsOf = (table: Table | undefined) =>
  [...(table?.columns.values() ?? [])].map(
    ({ name, type, notNull }) => `${name} ${type.name}${type.array ? "[]" : ""}${notNull ? "" : "?"}`,
  );

const TEAM = `model Team {
  id    String @id @default(uuid()) @db.Uuid
  name  String @unique
  plan  Plan   @default(FREE) @map("plan_name")
  users User[]
  posts Post[]

  @@map("teams")
}
`;
const REST = `enum Plan {
  FREE
  PAID
  @@map("plan")
}
model User {
  id     Int    @id @default(autoincrement())
  teamId String @map("team_id") @db.Uuid
  team   Team   @relation(fields: [teamId], references: [id], onDelete: Cascade)
  tags   String[]
  posts  Post[]

  @@index([teamId])
  @@map("users")
}
model Post {
  id    BigInt @id
  team  Team?  @relation(fields: [teamId], references: [id])
  teamId String? @db.Uuid
  authors User[]
}
`;

describe("modelsToStatements, replayed", () => {
  before(loadGrammar);

  for (const [what, files] of [
    ["one file", { "schema.prisma": DATASOURCE + TEAM + REST }],
    [
      "several files, in the order that suits least",
      { "a.prisma": TEAM, "b.prisma": REST, "z.prisma": DATASOURCE },
    ],
  ] as const) {
    it(`${what}: tables, columns, keys and types`, () => {
      const { tables, events, types } = replayed(files);
      assert.deepEqual([...tables.keys()].sort(), [
        "public.Post",
        "public._PostToUser",
        "public.teams",
        "public.users",
      ]);
      assert.deepEqual(events, []);
      assert.deepEqual(types.get("public.plan")?.values, ["FREE", "PAID"]);
      assert.deepEqual(columnsOf(tables.get("public.teams")), [
        "id uuid",
        "name text",
        "plan_name public.plan",
      ]);
      assert.deepEqual(columnsOf(tables.get("public.users")), ["id int4", "team_id uuid", "tags text[]?"]);
      assert.deepEqual(columnsOf(tables.get("public._PostToUser")), ["A int8", "B int4"]);
      assert.equal(tables.get("public._PostToUser")?.implicit, true);
      assert.deepEqual(
        tables.get("public.users")?.constraints.map(({ kind, name, references }) => [kind, name, references]),
        [
          ["primary key", "users_pkey", undefined],
          [
            "foreign key",
            "users_team_id_fkey",
            { table: "public.teams", columns: ["id"], onDelete: "cascade" },
          ],
        ],
      );
    });
  }

  it("everything stands on the word in the Prisma file that made it", () => {
    const text = DATASOURCE + TEAM + REST;
    const { tables } = replayed({ "schema.prisma": text });
    const at = ({ span }: { readonly span: { readonly start: number; readonly end: number } }) =>
      text.slice(span.start, span.end);
    const users = tables.get("public.users")!;
    assert.equal(at(users.made), "User");
    assert.equal(at(users.columns.get("team_id")!.made), "teamId");
    assert.deepEqual(
      users.constraints.map(({ made }) => at(made)),
      ["id", "team"],
    );
    assert.deepEqual(
      users.indexes.filter(({ constraint }) => !constraint).map(({ name, made }) => [name, at(made)]),
      [["users_team_id_idx", "@@index([teamId])"]],
    );
    assert.equal(at(tables.get("public._PostToUser")!.made), "authors");
    assert.equal(users.made.path, "schema.prisma");
  });

  it("tables go where the connection says, those with @@schema where they say", () => {
    const text = `${DATASOURCE}model A {\n  id Int @id\n  k K\n  bs B[]\n}\nmodel B {\n  id Int @id\n  as A[]\n  @@schema("other")\n}\nenum K {\n  X\n}`;
    const { tables, schemas } = replayed({ "a.prisma": text }, { defaultSchema: "app" });
    assert.deepEqual([...tables.keys()].sort(), ["app.A", "app._AToB", "other.B"]);
    assert.deepEqual(columnsOf(tables.get("app.A")), ["id int4", "k app.K"]);
    assert.ok(schemas.has("app"));
  });

  it("a datasource's schemas and extensions are made first", () => {
    const source = `datasource db {
  provider   = "postgresql"
  schemas    = ["app"]
  extensions = [pgcrypto, uuidOssp(map: "uuid-ossp", schema: "extensions")]
}`;
    const [made] = modelsToStatements(sourcesOf({ "a.prisma": source }), "postgresql");
    assert.deepEqual(
      made?.statements.map((each) => [
        each.kind,
        "name" in each ? each.name : "",
        "schema" in each ? each.schema : "",
      ]),
      [
        ["create-schema", "app", ""],
        ["create-extension", "pgcrypto", ""],
        ["create-extension", "uuid-ossp", "extensions"],
      ],
    );
  });

  it("where the client keeps relations, the database has no foreign keys", () => {
    const text = DATASOURCE.replace("}", '  relationMode = "prisma"\n}') + TEAM + REST;
    const { tables } = replayed({ "a.prisma": text });
    for (const table of tables.values()) {
      assert.deepEqual(
        table.constraints.filter(({ kind }) => kind === "foreign key"),
        [],
      );
    }
  });

  it("another database system has no PostgreSQL tables", () => {
    const sources = sourcesOf({ "a.prisma": TEAM });
    for (const provider of ["mysql", "sqlite", "mongodb", "sqlserver"]) {
      assert.deepEqual(modelsToStatements(sources, provider), []);
    }
    assert.equal(modelsToStatements(sources, "").length, 1);
  });

  it("views and composite types make no tables; ignored models do", () => {
    const text =
      "view V {\n  id Int @unique\n}\ntype T {\n  a Int\n}\nmodel I {\n  id Int @id\n  @@ignore\n}";
    assert.deepEqual([...replayed({ "a.prisma": text }).tables.keys()], ["public.I"]);
  });
});

describe("modelsToStatements on half-typed schemas", () => {
  before(loadGrammar);

  it("of two models with one name the first counts", () => {
    const { tables } = replayed({ "a.prisma": "model A {\n  id Int @id\n}\nmodel A {\n  x Int\n}" });
    assert.deepEqual(columnsOf(tables.get("public.A")), ["id int4"]);
  });

  it("a relation half-typed costs itself, an unknown type keeps its column", () => {
    const text = `model A {
  id Int @id
  state Stat
  b B @relation(fields: [bId], references: [nope])
  c C @relation(fields: [
  bs B[]
  @@index([missing])
  @@unique([])
}
model B {
  id Int @id
  as A[]
  as2 A[]
}`;
    const { tables } = replayed({ "a.prisma": text });
    assert.deepEqual(columnsOf(tables.get("public.A")), ["id int4", "state Stat"]);
    assert.deepEqual(
      tables.get("public.A")?.constraints.map(({ kind }) => kind),
      ["primary key"],
    );
    assert.deepEqual([...tables.keys()], ["public.A", "public.B"]);
  });

  it("every beginning of a schema gives statements", () => {
    const text = DATASOURCE + TEAM + REST;
    for (let end = 0; end <= text.length; end += 5) replayed({ "a.prisma": text.slice(0, end) });
  });
});
