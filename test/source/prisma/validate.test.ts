import assert from "node:assert/strict";
import { formatPrisma, validatePrisma } from "../../../src/source/prisma/validate.ts";

const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n';

async function problemsOf(files: Record<string, string>) {
  const problems = await validatePrisma(Object.entries(files).map(([path, text]) => ({ path, text })));
  return problems.map(({ path, span, message, severity }) => [
    path,
    files[path]!.slice(span.start, span.end),
    message.replace(/:.*/s, ""),
    severity,
  ]);
}

describe("validatePrisma", () => {
  it("says what Prisma says, at its place in UTF-16, ordered by file and place", async () => {
    const files = {
      "prisma/b.prisma": "model B {\n  id Int @id // é💥\n  a  A\n  c  Strng\n}\n",
      "prisma/a.prisma": `${DATASOURCE}model A {\n  id Int @id @defualt(1)\n}\n`,
    };
    assert.deepEqual(await problemsOf(files), [
      ["prisma/a.prisma", "@defualt(1)", "Attribute not known", "error"],
      [
        "prisma/b.prisma",
        "Strng",
        'Type "Strng" is neither a built-in type, nor refers to another model, composite type, or enum.',
        "error",
      ],
    ]);
  });

  it("models may refer to those of another file of the schema", async () => {
    assert.deepEqual(
      await problemsOf({
        "a.prisma": `${DATASOURCE}model A {\n  id Int @id\n  bs B[]\n}`,
        "b.prisma": "model B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id])\n}",
      }),
      [],
    );
  });

  it("is silent about what only Prisma's version decides", async () => {
    const six = `generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["metrics"]
}
datasource db {
  provider          = "postgresql"
  url               = env("DATABASE_URL")
  directUrl         = env("DIRECT_URL")
  shadowDatabaseUrl = env("SHADOW_URL")
}
`;
    assert.deepEqual(await problemsOf({ "schema.prisma": six }), []);
    assert.deepEqual(await problemsOf({ "schema.prisma": DATASOURCE }), []);
  });

  it("half-typed text is answered, and no file is no problem", async () => {
    assert.deepEqual(await validatePrisma([]), []);
    assert.ok((await problemsOf({ "a.prisma": "model A {\n  id In" })).length > 0);
  });
});

describe("formatPrisma", () => {
  it("aligns columns as Prisma does", async () => {
    assert.equal(
      await formatPrisma("model A {\nid String @id\n  longer Int?\n}"),
      "model A {\n  id     String @id\n  longer Int?\n}\n",
    );
  });

  it("keeps the line ends of the file", async () => {
    assert.equal(
      await formatPrisma("model A {\r\nid Int @id\r\n}\r\n"),
      "model A {\r\n  id Int @id\r\n}\r\n",
    );
  });

  it("half-typed text comes back with nothing lost", async () => {
    assert.equal(
      (await formatPrisma("model A {\n  id Int @id\n  @@ind")).replace(/\s+/g, ""),
      "modelA{idInt@id@@ind",
    );
  });
});
