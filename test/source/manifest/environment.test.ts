import assert from "node:assert/strict";
import fc from "fast-check";
import { readEnvironment } from "../../../src/source/manifest/environment.ts";

const read = (text: string, path = ".env") => readEnvironment({ path, text });
const valuesOf = (text: string) =>
  read(text).variables.map(({ name, nameSpan, valueSpan }) => {
    assert.equal(text.slice(nameSpan.start, nameSpan.end), name);
    return [name, text.slice(valueSpan.start, valueSpan.end)];
  });

describe("readEnvironment", () => {
  it("reads assignments as dotenv does", () => {
    const text = `\ufeff# a comment
PLAIN=value
SPACED = value with blanks  # said behind
export EXPORTED=yes
export=kept
export export=named
COLON: value
EMPTY=
EMPTY_QUOTED=""
SINGLE='it # stays'
DOUBLE="a \\"quoted\\" # word" # comment
TICKS=\`both " and '\`
UNCLOSED="to the line's end
  INDENTED=1
with.dots-and-dashes=1

not an assignment
=nor this
`;
    assert.deepEqual(valuesOf(text), [
      ["PLAIN", "value"],
      ["SPACED", "value with blanks"],
      ["EXPORTED", "yes"],
      ["export", "kept"],
      ["export", "named"],
      ["COLON", "value"],
      ["EMPTY", ""],
      ["EMPTY_QUOTED", ""],
      ["SINGLE", "it # stays"],
      ["DOUBLE", 'a \\"quoted\\" # word'],
      ["TICKS", "both \" and '"],
      ["UNCLOSED", "\"to the line's end"],
      ["INDENTED", "1"],
      ["with.dots-and-dashes", "1"],
    ]);
    assert.deepEqual(
      read(text)
        .variables.filter(({ empty }) => empty)
        .map(({ name }) => name),
      ["EMPTY", "EMPTY_QUOTED"],
    );
  });

  it("a quoted value goes over several lines, with either line end", () => {
    const text = 'KEY="-----BEGIN PRIVATE KEY-----\r\nabc\r\n-----END PRIVATE KEY-----"\r\nNEXT=1\r\n';
    assert.deepEqual(valuesOf(text), [
      ["KEY", "-----BEGIN PRIVATE KEY-----\r\nabc\r\n-----END PRIVATE KEY-----"],
      ["NEXT", "1"],
    ]);
    assert.deepEqual(read(text).variables[0]?.secret, { what: "private key", demo: true });
  });

  it("a connection string is kept in parts, its password never", () => {
    const password = "s3cr%21t-q7Zt2Lm9";
    const { variables } = read(
      `DATABASE_URL="postgresql://app.user:${password}@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1&sslpassword=x"
DIRECT=postgres://localhost/dev
OTHER=mysql://u:p@h/d
TEMPLATE=postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres
BAD=postgresql://u:p@h:port/d
`,
    );
    assert.deepEqual(
      variables.map(({ name, url }) => [name, url]),
      [
        [
          "DATABASE_URL",
          {
            user: "app.user",
            host: "aws-0-eu.pooler.supabase.com",
            port: 6543,
            database: "postgres",
            options: { pgbouncer: "true", connection_limit: "1" },
          },
        ],
        ["DIRECT", { host: "localhost", database: "dev", options: {} }],
        ["OTHER", undefined],
        [
          "TEMPLATE",
          { user: "postgres", host: "db.abc.supabase.co", port: 5432, database: "postgres", options: {} },
        ],
        ["BAD", undefined],
      ],
    );
    assert.ok(!JSON.stringify(variables).includes("q7Zt2Lm9"));
    assert.deepEqual(
      variables.map(({ secret }) => secret),
      [
        { what: "database password", demo: false },
        undefined,
        undefined,
        { what: "database password", demo: true },
        undefined,
      ],
    );
  });

  it("examples are known by their name", () => {
    for (const path of [
      ".env.example",
      "apps/web/.env.local.example",
      ".env.sample",
      "env.template",
      ".env.dist",
      "example.env",
    ]) {
      assert.equal(read("", path).example, true, path);
    }
    for (const path of [".env", ".env.local", "examples/web/.env", ".env.production", ".env.test"]) {
      assert.equal(read("", path).example, false, path);
    }
  });

  it("says what git said", () => {
    assert.equal(readEnvironment({ path: ".env", text: "" }, true).tracked, true);
    assert.equal(read("").tracked, undefined);
  });

  it("answers any text, with places inside it, in linear time", () => {
    const piece = fc.constantFrom(
      "A=",
      '"',
      "'",
      "`",
      "\\",
      "\n",
      "\r",
      "#",
      "export ",
      "=",
      ": ",
      "x",
      "\0",
      "💥",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const text = pieces.join("");
        for (const { nameSpan, valueSpan } of read(text).variables) {
          assert.ok(
            nameSpan.end <= valueSpan.start &&
              valueSpan.start <= valueSpan.end &&
              valueSpan.end <= text.length,
          );
        }
      }),
      { numRuns: 500 },
    );
    for (const each of ['A="', "A='\n", "\\", 'A="\\\n', "A", "\n"]) {
      const before = performance.now();
      read(`A="${each.repeat(500_000)}`);
      assert.ok(performance.now() - before < 3000, each);
    }
  });
});
