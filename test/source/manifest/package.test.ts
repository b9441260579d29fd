import assert from "node:assert/strict";
import { readPackage } from "../../../src/source/manifest/package.ts";
import { applyEdits } from "../../../src/text/edit.ts";

const read = (text: string) => readPackage({ path: "package.json", text });

const text = `{
  "name": "@acme/web",
  "workspaces": ["apps/*", "packages/*"],
  "scripts": { "dev": "next dev", "broken": 1 },
  "prisma": { "schema": "db/schema.prisma", "seed": "tsx db/seed.ts" },
  "dependencies": {
    "@prisma/client": "6.1.0",
    "drizzle-orm": "^0.40.0",
    "next": "15"
  },
  "devDependencies": {
    "drizzle-kit": "0.30"
  },
  "peerDependencies": { "react": "*" }
}
`;

describe("readPackage", () => {
  const manifest = read(text);
  const at = (span: { start: number; end: number }) => text.slice(span.start, span.end);

  it("reads names, scripts, workspaces and Prisma's settings", () => {
    assert.equal(manifest.name, "@acme/web");
    assert.deepEqual(manifest.scripts, { dev: "next dev" });
    assert.deepEqual(manifest.workspaces, ["apps/*", "packages/*"]);
    assert.equal(manifest.prismaSchema, "db/schema.prisma");
    assert.equal(manifest.prismaSeed, "tsx db/seed.ts");
    assert.equal(manifest.error, undefined);
  });

  it("lists what is installed, each at its name", () => {
    assert.deepEqual(
      manifest.dependencies.map(({ name, version, dev, nameSpan }) => [name, version, dev, at(nameSpan)]),
      [
        ["@prisma/client", "6.1.0", false, "@prisma/client"],
        ["drizzle-orm", "^0.40.0", false, "drizzle-orm"],
        ["next", "15", false, "next"],
        ["drizzle-kit", "0.30", true, "drizzle-kit"],
      ],
    );
  });

  it("a dependency's span takes its comma along, so that removing any one leaves valid JSON", () => {
    for (const { name, span } of manifest.dependencies) {
      const rest = applyEdits(text, [{ path: "package.json", span, text: "" }]);
      const { error, dependencies } = read(rest);
      assert.equal(error, undefined, rest);
      assert.ok(!dependencies.some((each) => each.name === name));
      assert.equal(dependencies.length, manifest.dependencies.length - 1);
    }
  });

  it("removing several leaves valid JSON", () => {
    const edits = manifest.dependencies
      .filter(({ name }) => name.startsWith("drizzle"))
      .map(({ span }) => ({ path: "package.json", span, text: "" }));
    assert.deepEqual(JSON.parse(applyEdits(text, edits)).dependencies, {
      "@prisma/client": "6.1.0",
      next: "15",
    });
  });

  for (const [what, broken, place, message] of [
    ["a missing comma", '{ "dependencies": { "a": "1" "b": "2" } }', '"b"', "a comma is missing here"],
    ["an open brace", '{ "dependencies": { "a": "1", "b": "2"', "", "a closing } is missing here"],
    [
      "a comment",
      '{ // hi\n "dependencies": { "a": "1", "b": "2" } }',
      "// hi",
      "comments are not allowed here",
    ],
    [
      "a half-typed value",
      '{ "dependencies": { "a": "1", "b": "2" }, "name": }',
      "}",
      "a value is missing here",
    ],
  ] as const) {
    it(`${what}: one error at its place, the dependencies all the same`, () => {
      const { error, dependencies } = read(broken);
      assert.deepEqual(
        dependencies.map(({ name }) => name),
        ["a", "b"],
      );
      assert.equal(broken.slice(error?.span.start, error?.span.end), place);
      assert.equal(error?.message, `package.json is no valid JSON: ${message}.`);
    });
  }

  it("a byte order mark is no error, and offsets count it", () => {
    const { error, dependencies } = read(`\ufeff{"dependencies":{"a":"1"}}`);
    assert.equal(error, undefined);
    assert.deepEqual(dependencies[0]?.nameSpan, { start: 19, end: 20 });
  });

  it("what is no manifest at all has nothing in it", () => {
    for (const odd of [
      "",
      "[]",
      "null",
      '"x"',
      '{"dependencies":[1],"scripts":2,"workspaces":"x","prisma":null}',
      "\0",
    ]) {
      const { dependencies, workspaces } = read(odd);
      assert.deepEqual([dependencies, workspaces], [[], []]);
    }
    assert.match(read("[".repeat(200_000)).error!.message, /nested too deeply|is missing/);
  });

  it("yarn's nested workspaces, and the later of two equal keys", () => {
    const { workspaces, name } = read('{"workspaces":{"packages":["a/*"]},"name":"x","name":"y"}');
    assert.deepEqual([workspaces, name], [["a/*"], "y"]);
  });
});
