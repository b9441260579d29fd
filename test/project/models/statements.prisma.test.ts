import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { writePrismaDdl as prismaDdl } from "../../../src/database/embedded/prisma-ddl.ts";
import { modelsToStatements } from "../../../src/project/models/statements.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";
import type { SqlSource, Statement } from "../../../src/source/sql/statement.ts";
import { schemaText } from "../../source/prisma/generated.ts";

const folders = [
  new URL("./schemas/", import.meta.url),
  new URL("../../source/prisma/schemas/", import.meta.url),
];
const schemas = folders.flatMap((folder) =>
  readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") })),
);

type File = { readonly path: string; readonly text: string };

async function agree(files: readonly File[]): Promise<void> {
  const made = modelsToStatements(
    files.map((file) => readPrisma(file)),
    "postgresql",
  );
  const written = readSql({ path: "ddl.sql", text: await prismaDdl(files) });
  assert.deepEqual(written.errors, []);
  assert.deepEqual(comparable(made), comparable([written]));
}

/** By what each statement is about; without places, and without what has no counterpart. */
function comparable(sources: readonly SqlSource[]): Record<string, unknown> {
  const statements = sources.flatMap((source) => source.statements).filter((each) => !isImplied(each));
  const keyed = statements.map((each) => [keyOf(each), withoutPlaces(each)] as const);
  const sorted = keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  assert.equal(new Set(sorted.map(([key]) => key)).size, sorted.length, "two statements make one thing");
  return Object.fromEntries(sorted);
}

/** Prisma makes `public` although every database has it. */
const isImplied = (each: Statement): boolean => each.kind === "create-schema" && each.name === "public";

function keyOf(each: Statement): string {
  const name = "name" in each ? (typeof each.name === "object" ? each.name.name : each.name) : "";
  const action = each.kind === "alter-table" ? each.actions[0] : undefined;
  return `${each.kind} ${name} ${action?.do === "add-constraint" ? action.constraint.name : ""}`;
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  if ("kind" in value && value.kind === "other") return "something else";
  const entries = Object.entries(value).filter(
    ([key]) => key !== "span" && key !== "nameSpan" && key !== "where",
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutPlaces(each)]));
}

describe("the tables of models are those that Prisma makes", () => {
  before(loadGrammar);

  for (const { name, text } of schemas) {
    if (text.includes('"mongodb"')) continue;
    it(name, () => agree([{ path: name, text }]));
  }

  it("a schema of several files", async () => {
    const { text } = schemas.find(({ name }) => name === "workshop.prisma")!;
    const blocks = text.split(/^(?=(?:model|enum|view|datasource|generator) )/m);
    await agree(blocks.map((block, index) => ({ path: `${blocks.length - index}.prisma`, text: block })));
  });

  it("generated schemas", async () => {
    const one = (text: string) => agree([{ path: "schema.prisma", text }]);
    await fc.assert(fc.asyncProperty(schemaText, one), { numRuns: 40, seed: 11 });
  });
});
