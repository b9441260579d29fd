import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { getDMMF } from "@prisma/internals";
import fc from "fast-check";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import { outlineOf, outlineOfDmmf } from "./dmmf.ts";
import { schemaText } from "./generated.ts";

const folder = new URL("./schemas/", import.meta.url);

async function agree(text: string): Promise<void> {
  const source = readPrisma({ path: "schema.prisma", text });
  assert.deepEqual(source.errors, []);
  assert.deepEqual(outlineOf([source]), outlineOfDmmf(await getDMMF({ datamodel: text })));
}

describe("a schema that Prisma accepts is read as Prisma reads it", () => {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), "utf8");
    it(name, () => agree(text));
    it(`${name} with carriage returns`, () => agree(text.replaceAll("\n", "\r\n")));
  }

  it("generated ones", async () => {
    await fc.assert(fc.asyncProperty(schemaText, agree), { numRuns: 40, seed: 7 });
  });
});
