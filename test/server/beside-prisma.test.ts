import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lint } from "@prisma/prisma-schema-wasm";
import { ROOT } from "../../src/build/tree.ts";
import { CAPABLE, withClient } from "./plain-client.ts";

interface Underlined {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly is_warning: boolean;
}

const PATH = "prisma/schema.prisma";
const SCHEMA = readFileSync(join(ROOT, "examples", "strive", "before", PATH), "utf8");

/** Mistakes that Prisma's own language server underlines, by how they are made. */
const MISTAKES: Readonly<Record<string, readonly [from: string, to: string]>> = {
  "a type that is none": [" String ", " Strng "],
  "a model that is none": ["@relation(fields: [projectId]", "@relation(fields: [projektId]"],
  "an attribute that is none": ["@default(uuid())", "@defalt(uuid())"],
  "a block that does not begin": ["model Task {", "model Task "],
  "a field without a type": ["model Plan {", "model Plan {\n  price"],
  "two models of one name": ["model Plan {", "model Plan {\n  id String @id\n}\n\nmodel Plan {"],
  "two datasources": ["generator ", 'datasource other {\n  provider = "postgresql"\n}\n\ngenerator '],
};

/** Its server shows what this function of Prisma says. */
const underlinedByPrisma = (text: string): Underlined[] =>
  (JSON.parse(lint(JSON.stringify([[PATH, text]]))) as Underlined[]).filter(
    // Where connection strings belong differs from one version of Prisma to the next.
    ({ is_warning, text: message }) =>
      !is_warning && !message.includes("no longer supported in schema files"),
  );

describe("Prisma's own language server beside ours", function () {
  this.timeout(60_000);

  for (const [mistake, [from, to]] of Object.entries(MISTAKES))
    it(`is not doubled where it underlines ${mistake}`, () =>
      withClient("strive", { capabilities: CAPABLE }, async (client) => {
        const text = SCHEMA.replace(from, to);
        const theirs = underlinedByPrisma(text);
        assert.ok(theirs.length, "Prisma underlines nothing.");
        await client.open(PATH);
        const before = new Set((await client.pull(PATH)).map(({ message }) => message));
        assert.ok(before.size, "Nothing of ours is there.");
        await client.change(PATH, text);
        // In VS Code these are left to Prisma's own extension where it runs (src/vscode/others.ts).
        const ours = (await client.pull(PATH)).filter(
          ({ message, code }) => !before.has(message) && code !== "prisma-syntax",
        );
        for (const { start, end, text: said } of theirs) {
          const lines = [start, end].map((offset) => text.slice(0, offset).split("\n").length - 1);
          const same = ours.filter(
            ({ range }) => range.start.line >= lines[0]! && range.end.line <= lines[1]!,
          );
          assert.deepEqual(
            same.map(({ message }) => `${said} / ${message}`),
            [],
          );
        }
      }));
});
