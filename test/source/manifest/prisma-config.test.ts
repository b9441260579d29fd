import assert from "node:assert/strict";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { readPrismaConfig } from "../../../src/source/manifest/prisma-config.ts";

function read(text: string, path = "prisma.config.ts") {
  const { path: _, ...config } = readPrismaConfig({ path, text });
  return config;
}

const WHOLE = {
  schema: "prisma/schema.prisma",
  migrations: "prisma/migrations",
  seed: "tsx prisma/seed.ts",
  urlVariable: "DATABASE_URL",
};

describe("readPrismaConfig", () => {
  before(loadTypeScript);

  it("as Prisma's own template has it", () => {
    assert.deepEqual(
      read(`import "dotenv/config";
import { defineConfig, env } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations", seed: "tsx prisma/seed.ts" },
  engine: "classic",
  datasource: { url: env("DATABASE_URL") },
});`),
      WHOLE,
    );
  });

  it("with joined paths, constants, a type, and process.env", () => {
    assert.deepEqual(
      read(`import path from "node:path";
import { join } from "node:path";
import type { PrismaConfig } from "prisma";
const folder = "prisma";
const migrations = { path: join(folder, "migrations"), seed: \`tsx prisma/seed.ts\` };
const config = {
  "schema": path.join(__dirname, folder, "schema.prisma"),
  migrations,
  datasource: { url: process.env.DATABASE_URL! },
} satisfies PrismaConfig;
export default config;`),
      WHOLE,
    );
  });

  it("as CommonJS", () => {
    assert.deepEqual(
      read(
        `module.exports = { schema: "./prisma/schema.prisma", datasource: { url: process.env["DATABASE_URL"] ?? "" } };`,
        "prisma.config.js",
      ),
      { schema: "prisma/schema.prisma", urlVariable: "DATABASE_URL" },
    );
    assert.deepEqual(read('exports.default = { schema: "a" }'), { schema: "a" });
  });

  for (const [url, variable] of [
    ["env('A')", "A"],
    ["env<Env>('A')", "A"],
    ["process.env.A || process.env.B", "A"],
    ["`${process.env.A}?schema=app`", "A"],
    ["env.A", "A"],
    ["import.meta.env.A", "A"],
    ['"postgresql://localhost/dev"', undefined],
    ["secrets.get('A')", undefined],
    ["getUrl()", undefined],
  ] as const) {
    it(`url: ${url}`, () =>
      assert.equal(read(`export default { datasource: { url: ${url} } }`).urlVariable, variable));
  }

  it("what only running it would tell is absent", () => {
    assert.deepEqual(
      read("export default { schema: findSchema(), migrations: { path: join(root, 'm') } }"),
      {},
    );
    assert.deepEqual(read("export default defineConfig(load())"), {});
  });

  it("half-typed, circular or foreign text never throws", () => {
    assert.deepEqual(read('export default defineConfig({ schema: "a", migrations: { path: '), {
      schema: "a",
    });
    for (const odd of [
      "",
      "const a = b, b = a; export default a",
      "export default { schema: join() }",
      "\0",
      "export default {...x, [y]: 1, schema() {}}",
    ]) {
      assert.deepEqual(read(odd), {}, odd);
    }
    assert.deepEqual(read("const a = { schema: a }; export default a.schema; export default a"), {});
    assert.deepEqual(read("const a = a || a; export default { datasource: { url: a } }"), {});
    assert.deepEqual(read(`export default ${"[".repeat(100_000)}`), {});
    assert.deepEqual(read("const a = join(a); export default { schema: a }"), {});
  });
});
