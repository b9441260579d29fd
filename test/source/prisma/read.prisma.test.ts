import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { getDMMF } from "@prisma/internals";
import { lint } from "@prisma/prisma-schema-wasm";
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

interface Said {
  readonly text: string;
  readonly is_warning: boolean;
}

/** Whether Prisma accepts a text: its grammar and what it means. */
function isAccepted(text: string): boolean {
  try {
    const said: Said[] = JSON.parse(lint(JSON.stringify([["a.prisma", text]])));
    return said.every(({ is_warning }) => is_warning);
  } catch {
    // Its engine ends on some texts.
    return false;
  }
}

const PIECES = `\n|\r\n| |\t|// x\n|/* x */|/// x\n|@|@@|(|)|[|]|{|}|"|,|:|?|!|=|.|-|\\|'|;|model|enum|model M {|{ x|é|\u00a0|\f|()|[]`;

/** What hands do to a schema: a piece put somewhere, a character lost, a line lost or moved up. */
const slip = fc.tuple(fc.nat(), fc.constantFrom(...PIECES.split("|"), "lose", "cut", "move"));

function mistype(text: string, [where, what]: [number, string]): string {
  const at = where % text.length;
  if (what === "lose") return text.slice(0, at) + text.slice(at + 1);
  const begin = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at) + 1;
  if (end === 0) return text;
  if (what === "cut") return text.slice(0, begin) + text.slice(end);
  if (what === "move") return text.slice(begin, end) + text.slice(0, begin) + text.slice(end);
  return text.slice(0, at) + what + text.slice(at);
}

describe("nothing is said of a schema that Prisma accepts", () => {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), "utf8").replace(/^\s*(?:url|directUrl) .*\n/gm, "");

    it(`however it was mistyped: ${name}`, () => {
      let accepted = 0;
      const slips = fc.array(slip, { minLength: 1, maxLength: 3 });
      const holds = (made: [number, string][]): void => {
        const mistyped = made.reduce(mistype, text);
        const { errors } = readPrisma({ path: "schema.prisma", text: mistyped });
        const isRight = isAccepted(mistyped);
        if (isRight) accepted++;
        if (isRight) assert.deepEqual(errors, []);
      };
      fc.assert(fc.property(slips, holds), { numRuns: 500, seed: 7 });
      assert.ok(accepted > 10, `Prisma accepted ${accepted}.`);
    }).timeout(60_000);

    it(`and something of each line that is half typed: ${name}`, () => {
      for (let at = 0; at < text.length; at += 7) {
        const end = text.indexOf("\n", at);
        if (end < 0) break;
        const typed = text.slice(0, at) + text.slice(end);
        const { errors } = readPrisma({ path: "schema.prisma", text: typed });
        assert.ok(errors.length || !isRefusedByGrammar(typed), JSON.stringify(text.slice(at - 60, at)));
      }
    });
  }
});

/** What its grammar refuses, Prisma says in these words. */
function isRefusedByGrammar(text: string): boolean {
  const said: Said[] = JSON.parse(lint(JSON.stringify([["a.prisma", text]])));
  return said.some(({ text: message }) =>
    /This line is (?:not a valid|not an enum value|invalid)/.test(message),
  );
}
