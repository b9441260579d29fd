import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { spanAt } from "../../../src/source/prisma/place.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import type { BlockSpan, PrismaSource } from "../../../src/source/prisma/schema.ts";
import type { Span } from "../../../src/text/span.ts";

const text = readFileSync(new URL("./schemas/workshop.prisma", import.meta.url), "utf8");

/** Every span in a value, wherever it hides; those in a block that begins at `origin` as they stand in the file. */
function* spansIn(value: unknown, origin = Number.NaN): Generator<Span> {
  if (typeof value !== "object" || value === null) return;
  if ("start" in value && "end" in value) yield value as Span;
  else if ("from" in value && "to" in value) yield spanAt(origin, value as BlockSpan);
  else for (const each of Object.values(value)) yield* spansIn(each, origin);
}

function* spansOf({ models, starts, ...rest }: PrismaSource): Generator<Span> {
  yield* spansIn(rest);
  for (const [i, model] of models.entries()) yield* spansIn(model, starts[i]);
}

const decode = (source: PrismaSource): PrismaSource => JSON.parse(JSON.stringify(source));

function holds(source: PrismaSource, length: number): void {
  for (const { start, end } of spansOf(source)) {
    assert.ok(0 <= start && start <= end && end <= length, `${start} to ${end} of ${length}`);
  }
}

function nested(source: PrismaSource): void {
  for (const model of source.models) {
    assert.ok(model.span.from === 0 && model.body.to <= model.span.to);
    for (const field of model.fields) {
      assert.ok(model.body.from <= field.span.from && field.span.to <= model.body.to);
      for (const { span } of field.attributes) assert.ok(span.to <= field.span.to);
    }
  }
}

const piece = fc.constantFrom(
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  '"',
  "\\",
  "@",
  "@@",
  "//",
  "/*",
  "*/",
  "\n",
  "\r",
  "\0",
  "=",
  ":",
  ",",
  "model X {",
  "\ufeff",
  "é",
  "💥",
  "rowguard-ignore",
);

const mutation = fc.record({
  at: fc.nat(text.length),
  remove: fc.nat(60),
  insert: fc.array(piece, { maxLength: 3 }),
});

describe("whatever the text, the reader answers", () => {
  it("for a schema with a few wounds", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
        const hurt = mutations.reduce(
          (before, { at, remove, insert }) =>
            before.slice(0, at) + insert.join("") + before.slice(at + remove),
          text,
        );
        const source = readPrisma({ path: "a.prisma", text: hurt });
        holds(source, hurt.length);
        nested(source);
      }),
      { numRuns: 400 },
    );
  });

  it("for every beginning of a schema", () => {
    for (let end = 0; end < text.length; end += 7) {
      const source = readPrisma({ path: "a.prisma", text: text.slice(0, end) });
      holds(source, end);
    }
  });

  it("for noise", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (pieces) => {
        const noise = pieces.join("");
        holds(readPrisma({ path: "a.prisma", text: noise }), noise.length);
      }),
      { numRuns: 400 },
    );
  });

  it("in linear time for a megabyte of open brackets", () => {
    for (const each of [
      "model A {\n a B @c(",
      "(",
      '"',
      "@",
      "/*",
      "model A {",
      "\n",
      "\r \n",
      "a\n",
      "a",
      "\\",
      "[,",
    ]) {
      const long = `model A {\n  a Int @x(${each.repeat(Math.ceil(1_000_000 / each.length))}`;
      const before = performance.now();
      const { errors } = readPrisma({ path: "a.prisma", text: long });
      assert.ok(errors.length > 0);
      assert.ok(
        performance.now() - before < 3000,
        `${JSON.stringify(each)} took ${performance.now() - before} ms`,
      );
    }
  });

  it("the same after edits, one after another, as from the text alone", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), (mutations) => {
        let now = text;
        let source = readPrisma({ path: "a.prisma", text: now });
        for (const { at, remove, insert } of mutations) {
          now = now.slice(0, at) + insert.join("") + now.slice(at + remove);
          source = readPrisma({ path: "a.prisma", text: now }, source);
          assert.deepEqual(source, readPrisma({ path: "a.prisma", text: now }));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("with the very models that stand before an edit and behind it", () => {
    const before = readPrisma({ path: "a.prisma", text });
    const middle = before.starts[3]!;
    const edited = `${text.slice(0, middle)}model New {\n  id Int @id\n}\n\n${text.slice(middle)}`;
    const after = readPrisma({ path: "a.prisma", text: edited }, before);
    assert.equal(after.models[0], before.models[0]);
    assert.equal(after.models.at(-1), before.models.at(-1));
    assert.equal(after.starts.at(-1), before.starts.at(-1)! + edited.length - text.length);
  });

  it("with the very models of a source that was decoded, which is itself where the text is the same", () => {
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), mutation, (mutations, last) => {
        const apply = (now: string, { at, remove, insert }: typeof last) =>
          now.slice(0, at) + insert.join("") + now.slice(at + remove);
        const first = mutations.reduce(apply, text);
        const decoded = decode(readPrisma({ path: "a.prisma", text: first }));
        const edited = apply(first, last);
        const after = readPrisma({ path: "a.prisma", text: edited }, decoded);
        assert.deepEqual(after, readPrisma({ path: "a.prisma", text: edited }));
        for (const model of after.models) {
          const former = decoded.models.filter((each) => isDeepStrictEqual(each, model));
          assert.ok(former.length === 0 || former.includes(model), model.name);
        }
        const opened = decode(decoded);
        assert.equal(readPrisma({ path: "a.prisma", text: first }, opened), opened);
        assert.deepEqual(readPrisma({ path: "a.prisma", text: edited }, opened), after);
      }),
      { numRuns: 300 },
    );
  });
});
