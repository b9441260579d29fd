import assert from "node:assert/strict";
import fc from "fast-check";
import { loadModule, scanSync } from "libpg-query";
import { loadGrammar } from "../../../../src/source/sql/grammar.ts";
import { readTokens } from "../../../../src/source/sql/tokens/lexer.ts";
import { isMark, isWord, tokenAt, tokenText } from "../../../../src/source/sql/tokens/tokens.ts";

const lex = (text: string) => readTokens(text, { start: 0, end: text.length });

const texts = (text: string): string[] => {
  const tokens = lex(text);
  return Array.from({ length: tokens.count }, (_, i) => tokenText(tokens, i));
};

/** PostgreSQL's own tokens of an ASCII text, without comments; undefined where it refuses the text. */
function scanned(text: string): string[] | undefined {
  try {
    const found = scanSync(text).tokens.filter(({ tokenName }) => !tokenName.endsWith("COMMENT"));
    return found.map(({ start, end }) => text.slice(start, end));
  } catch {
    return undefined;
  }
}

describe("tokens of SQL", () => {
  // The package's own scanner is loaded by itself, beside ours.
  before(() => Promise.all([loadGrammar(), loadModule()]));

  const samples = [
    `select a.b, "C d"."e""f", 'it''s', E'a\\'b', $1, $$x;y$$, $t$ $$ $t$, 1.5e-10, .5, 0x1F, 1_000 from t;`,
    `select a<=b, a<>-1, a=-1, a - -1, a||b, a->>'x', a @> b, a::int, b := c, 1..2, x[1:2], f(a => 1)`,
    `select 1 -- one ' "\n/* two /* nested */ ; */ + 2`,
    `select 'a'\n  'b', B'01', X'1F', N'n', U&'\\0041', U&"x", e_1$, _a, 0x1e+5`,
    `select a*-b, a+@b, a?|b, a#>>b, ~a, !b, a%b, a^b`,
  ];
  for (const sample of samples) {
    it(`agree with PostgreSQL's: ${sample.slice(0, 40)}`, () =>
      assert.deepEqual(texts(sample), scanned(sample)));
  }

  it("agree with PostgreSQL's on any text that it takes", () => {
    const part = fc.constantFrom(
      ..."select|a|\"b c\"|'d'|''|E'\\\\'|$$|$q$|$1|12|1.5|.|..|(|)|[|]|,|;|:|::|:=|+|-|*|/|<|>|=|@|#|%|^|&||!|--|/*|*/|U&'x'|e".split(
        "|",
      ),
      " ",
      "\n",
    );
    const text = fc.array(part, { maxLength: 25 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (sample) => {
        const theirs = scanned(sample);
        if (theirs) assert.deepEqual(texts(sample), theirs);
      }),
      { numRuns: 1500 },
    );
  });

  it("know which bracket is around a token and which closes it", () => {
    const tokens = lex("f(a, (b), c[1])");
    assert.equal(tokens.parent[2], 1);
    assert.equal(tokens.parent[5], 4);
    assert.equal(tokens.close[1], 12);
    assert.equal(tokens.close[9], 11);
  });

  it("end statements at semicolons, but not inside BEGIN ATOMIC, brackets of a rule, or dollar quotes", () => {
    const text = `create function f() returns int begin atomic select case when true then 1 end; select 2; end;
create rule r as on insert to t do instead (select 1; select 2);
create function g() returns int language sql as $$ select 1; $$;
select (1;
select 2;`;
    const ends = lex(text).ends.map((token) => text.slice(0, lex(text).start[token]).split("\n").length);
    assert.deepEqual(ends, [1, 2, 3, 4, 5]);
  });

  it("keep apart what is psql's: commands, and the rows of COPY", () => {
    const text = "\\set x 'it\ncopy t (a) from stdin;\n1;'\n\\.\nselect 1;";
    const tokens = lex(text);
    assert.deepEqual(
      tokens.foreign.map(({ kind, start, end }) => [kind, text.slice(start, end)]),
      [
        ["command", "\\set x 'it"],
        ["data", "1;'\n\\."],
      ],
    );
    assert.equal(tokenText(tokens, tokens.count - 3), "select");
  });

  it("say where a quote or comment is never closed", () => {
    assert.equal(lex("select 'a").open, 7);
    assert.equal(lex("select $$ a").open, 7);
    assert.equal(lex("/* /* */ select").open, 0);
    assert.equal(lex("select 'a'").open, undefined);
  });

  it("are found by offset, and told apart by word and mark", () => {
    const tokens = lex('SELECT "select" ;');
    assert.equal(tokenAt(tokens, 1), 1);
    assert.equal(tokenAt(tokens, 99), tokens.count);
    assert.ok(isWord(tokens, 0, "select") && !isWord(tokens, 1, "select"));
    assert.ok(isMark(tokens, 2, ";") && !isMark(tokens, 9, ";"));
  });
});
