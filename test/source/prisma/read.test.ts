import assert from "node:assert/strict";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import type { BlockSpan, PrismaModel, PrismaSource } from "../../../src/source/prisma/schema.ts";

const read = (text: string): PrismaSource => readPrisma({ path: "schema.prisma", text });
const fieldsOf = (model: PrismaModel | undefined) => model?.fields.map(({ name, type }) => `${name} ${type}`);
const STRAY =
  "This belongs to no block: begin one with model, view, type, enum, datasource or generator, a name and {.";
const errorsOf = (text: string) =>
  read(text).errors.map(({ span, message }) => [text.slice(span.start, span.end), message]);

describe("readPrisma: places", () => {
  const text = `\ufeff/// 💥 The tenant.
/// Two lines.
model Shop { // here
  id    String  @id @default(uuid()) @db.Uuid
  owner Person? @relation("owns", fields: [ownerId], references: [id], onDelete: SetNull)

  @@index([ownerId, id(sort: Desc)], map: "by_owner")
  @@map("shops")
}
`;
  const {
    models: [shop],
    starts: [start],
  } = read(text);
  const at = (span: BlockSpan | undefined) => span && text.slice(start! + span.from, start! + span.to);

  it("a model's span runs from its keyword to its brace, its body ends before the brace", () => {
    assert.equal(at(shop?.nameSpan), "Shop");
    assert.match(at(shop?.span) ?? "", /^model Shop \{[\s\S]*\n\}$/);
    assert.match(at(shop?.body) ?? "", /^ \/\/ here\n[\s\S]*@@map\("shops"\)\n$/);
    assert.equal(at(shop?.documentationSpan), "/// 💥 The tenant.\n/// Two lines.");
    assert.equal(shop?.documentation, "💥 The tenant.\nTwo lines.");
  });

  it("a field's span runs to its last attribute", () => {
    const [id, owner] = shop!.fields;
    assert.equal(at(id?.span), "id    String  @id @default(uuid()) @db.Uuid");
    assert.equal(at(owner?.nameSpan), "owner");
    assert.equal(at(owner?.typeSpan), "Person?");
    assert.deepEqual(
      id?.attributes.map(({ name, span }) => [name, at(span)]),
      [
        ["id", "@id"],
        ["default", "@default(uuid())"],
        ["db.Uuid", "@db.Uuid"],
      ],
    );
  });

  it("arguments keep their text, and a named one its name", () => {
    assert.deepEqual(
      shop!.attributes.map(({ name, args }) => [name, args.map((arg) => [arg.name, arg.text, at(arg.span)])]),
      [
        [
          "index",
          [
            ["", "[ownerId, id(sort: Desc)]", "[ownerId, id(sort: Desc)]"],
            ["map", '"by_owner"', '"by_owner"'],
          ],
        ],
        ["map", [["", '"shops"', '"shops"']]],
      ],
    );
    assert.deepEqual(shop!.fields[1]?.relation, {
      name: "owns",
      fields: ["ownerId"],
      references: ["id"],
      onDelete: "SetNull",
    });
  });
});

describe("readPrisma: blocks and directives", () => {
  it("a datasource of Prisma 6 with its url, a generator with lists", () => {
    const text = `datasource db {
  provider  = "postgresql" // the only one
  url       = env("DATABASE_URL")
  directUrl = env( "DIRECT_URL" )
  schemas   = ["public", "auth"]
  relationMode = "foreignKeys"
}
generator client {
  provider = "prisma-client-js"
  previewFeatures = [
    "views", // soon
    "typedSql",
  ]
  strict = true
}`;
    const { datasources, generators, errors } = read(text);
    assert.deepEqual(errors, []);
    assert.deepEqual(datasources[0]?.values, {
      provider: "postgresql",
      url: { env: "DATABASE_URL" },
      directUrl: { env: "DIRECT_URL" },
      schemas: ["public", "auth"],
      relationMode: "foreignKeys",
    });
    const url = datasources[0]!.valueSpans.url!;
    assert.equal(text.slice(url.start, url.end), 'env("DATABASE_URL")');
    assert.deepEqual(generators[0]?.values, {
      provider: "prisma-client-js",
      previewFeatures: ["views", "typedSql"],
      strict: "true",
    });
  });

  it("keys of a block do not reach an object's prototype", () => {
    const { datasources } = read('datasource db {\n  __proto__ = "x"\n  constructor = "y"\n}');
    assert.deepEqual(Object.entries(datasources[0]!.values), [
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it("suppressions in every kind of comment, and never inside text", () => {
    const text = `// rowguard-ignore-file table-without-rls: reference data
model A {
  id Int @id // rowguard-ignore prisma-table-unmapped: old
  /// rowguard-ignore x: y
  s  String @default("// rowguard-ignore no")
  // see rowguard-ignore in the manual
}`;
    assert.deepEqual(
      read(text).directives.map((each) => [each.text, text.slice(each.span.start, each.span.end)]),
      [
        [
          "rowguard-ignore-file table-without-rls: reference data",
          "// rowguard-ignore-file table-without-rls: reference data",
        ],
        ["rowguard-ignore prisma-table-unmapped: old", "// rowguard-ignore prisma-table-unmapped: old"],
        ["rowguard-ignore x: y", "/// rowguard-ignore x: y"],
      ],
    );
  });

  it("an attribute over several lines, with comments between", () => {
    const text = `model A {
  b B @relation(
    fields: [
      bId, // the tenant
    ],
    references: [id], /* and
    so on */
    onDelete: Cascade,
  )
  c Int
}`;
    const { models, errors } = read(text);
    assert.deepEqual(errors, []);
    assert.deepEqual(models[0]?.fields[0]?.relation, {
      fields: ["bId"],
      references: ["id"],
      onDelete: "Cascade",
    });
    assert.deepEqual(fieldsOf(models[0]), ["b B", "c Int"]);
  });

  it("a partial index, its condition an object or a text", () => {
    const { models, errors } = read(`model A {
  s String
  @@unique([s], where: { s: "}", t: { not: null } }, map: "only")
  @@index([s], where: raw("s <> '}'"))
  @@map("a")
}`);
    assert.deepEqual(errors, []);
    assert.deepEqual(
      models[0]?.attributes.map(({ args }) => args.map(({ text }) => text)),
      [["[s]", '{ s: "}", t: { not: null } }', '"only"'], ["[s]", "raw(\"s <> '}'\")"], ['"a"']],
    );
  });

  it("ignored models and fields, unsupported types, types of another datasource's name", () => {
    const { models } = read(`model A {
  id   Int @id @main.Integer
  geo  Unsupported("geometry(Point, 4326)")?
  old  String @ignore
  @@ignore
}`);
    const [id, geo, old] = models[0]!.fields;
    assert.equal(models[0]?.ignored, true);
    assert.deepEqual(id?.nativeType, { name: "Integer", args: [] });
    assert.deepEqual(
      [geo?.type, geo?.unsupported, geo?.optional],
      ["Unsupported", "geometry(Point, 4326)", true],
    );
    assert.equal(old?.ignored, true);
  });

  it("a whole model in one line", () => {
    const { models, errors } = read("model A { id Int @id }\nmodel B {}");
    assert.deepEqual(errors, []);
    assert.deepEqual(models.map(fieldsOf), [["id Int"], []]);
  });
});

describe("readPrisma: half-typed text", () => {
  const rest = `

model Whole {
  id   Int @id
  name String
}
`;
  const wholeIn = (text: string) => fieldsOf(read(text).models.find(({ name }) => name === "Whole"));

  for (const [what, beginning, error] of [
    ["a block", "model Half {\n  id Int @id", ["model Half", "This block is not closed: end it with }."]],
    ["an empty block", "model Half {", ["model Half", "This block is not closed: end it with }."]],
    ["an enum", "enum Half {\n  A\n  B @map(", ["(", "This parenthesis is not closed: end it with )."]],
    [
      "a parenthesis",
      "model Half {\n  a B @relation(fields: [aId\n}",
      ["(fields: [aId", "This parenthesis is not closed: end it with )."],
    ],
    [
      "a block attribute",
      "model Half {\n  @@index([a,\n}",
      ["([a,", "This parenthesis is not closed: end it with )."],
    ],
    [
      "a text",
      'model Half {\n  a String @map("a_b)\n}',
      ['"a_b)', 'This text is not closed: end it with ".'],
    ],
    [
      "an attribute's name",
      "model Half {\n  a String @\n}",
      ["@", "The attribute's name is missing: write it behind the @, or delete the @."],
    ],
    [
      "a block attribute's name",
      "model Half {\n  @@\n}",
      ["@@", "The attribute's name is missing: write it behind the @, or delete the @."],
    ],
    [
      "a type",
      "model Half {\n  name\n}",
      ["name", "The field name has no type: write one behind its name, such as String."],
    ],
    ["a keyword", "model ", ["model", STRAY]],
    ["a header", "model Half", ["model Half", STRAY]],
    [
      "a setting",
      "datasource db {\n  provider =\n}",
      ["provider", 'provider has no value: write provider = "...".'],
    ],
    [
      "a list",
      'datasource db {\n  schemas = ["a",\n}',
      ['["a",', "This bracket is not closed: end it with ] or )."],
    ],
    ["a closed block", "}", ["}", STRAY]],
    ["an SQL statement", "alter table x;\n\n\nenable row", ["alter table x;\n\n\nenable row", STRAY]],
    [
      "a field's second type",
      "model Half {\n  a B C\n}",
      [
        "C",
        "`C` is not expected here: delete it, give it a line of its own, or begin it with @ if it is an attribute.",
      ],
    ],
  ] as const) {
    it(`${what} leaves what follows whole, and one error names it first`, () => {
      assert.deepEqual(wholeIn(beginning + rest), ["id Int", "name String"]);
      assert.deepEqual(errorsOf(beginning + rest).at(what === "an enum" ? 1 : 0), error);
    });
  }

  it("an open parenthesis costs its own field only", () => {
    const { models } = read(
      'model A {\n  b B @relation(fields: [bId\n  bId Int\n  c C @default(\n  @@map("a")\n}',
    );
    assert.deepEqual(fieldsOf(models[0]), ["b B", "bId Int", "c C"]);
    assert.deepEqual(models[0]?.fields[0]?.relation?.fields, ["bId"]);
    assert.equal(models[0]?.table, "a");
  });

  it("an unclosed comment is an error at its place", () => {
    assert.deepEqual(errorsOf("model A {\n  id Int\n}\n/* open"), [
      ["/* open", "This comment is not closed: end it with */."],
    ]);
  });

  it("an empty name in @@map leaves the model's own", () => {
    assert.equal(read('model A {\n  @@map("")\n}').models[0]?.table, "A");
    assert.equal(read("model A {\n  @@map\n}").models[0]?.table, "A");
  });

  it("an empty file is an empty schema", () => {
    for (const text of ["", "\ufeff", "\r\n", "// only this"]) {
      const { models, errors } = read(text);
      assert.deepEqual([models, errors], [[], []]);
    }
  });
});
