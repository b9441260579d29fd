import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { CodeFacts } from "../../../src/source/code/facts.ts";
import { mentionsInterest } from "../../../src/source/code/interest.ts";
import { readCode } from "../../../src/source/code/read.ts";
import { isCode } from "../../../src/source/code/script.ts";
import { skimCode } from "../../../src/source/code/skim.ts";
import { readTsconfig } from "../../../src/source/code/tsconfig.ts";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";

const modulesOf = (facts: CodeFacts) =>
  facts.modules.map(
    (each) => `${each.how} ${each.specifier} ${each.names.join(",")}${each.typeOnly ? " type" : ""}`,
  );

const CODE = `import a, { b as c, type D } from "./one";
import * as all from './two';
import type { E } from "./three";
import "./four";
export { f as g, default as h } from "./five";
export * from "./six";
export * as i from "./seven";
const j = require("./eight");
const k = await import("./nine");
a; c; all;
`;

describe("Facts of a code file", () => {
  before(loadTypeScript);

  it("list its modules with their places, in full and when skimmed", () => {
    const expected = [
      "import ./one default,b,D",
      "import ./two *",
      "import ./three E type",
      "import ./four ",
      "export ./five f,default",
      "export ./six *",
      "export ./seven *",
      "call ./eight *",
      "call ./nine *",
    ];
    for (const facts of [readCode({ path: "a.ts", text: CODE }), skimCode({ path: "a.ts", text: CODE })]) {
      assert.deepEqual(
        modulesOf(facts).map((each) => each.replace("b,D,default", "default,b,D")),
        expected,
      );
      for (const { specifier, at, quote, start } of facts.modules) {
        assert.equal(CODE.slice(at, at + specifier.length), specifier);
        assert.equal(CODE[at - 1], quote);
        assert.ok(start < at);
      }
      assert.deepEqual(Object.keys(facts.exports).sort(), ["g", "h", "i"]);
      assert.equal(facts.stars.length, 1);
    }
  });

  it("take an import that only types use as gone", () => {
    const facts = readCode({
      path: "a.ts",
      text: 'import { A } from "./a";\nimport { B } from "./b";\nexport const x: A = B;',
    });
    assert.deepEqual(modulesOf(facts), ["import ./a A type", "import ./b B"]);
  });

  it("are plain data", () => {
    const facts = readCode({
      path: "a.ts",
      text: `${CODE}import { PrismaClient } from "@prisma/client";\nexport const p = new PrismaClient();\np.task.findMany({ where: { id: process.env.X! } });`,
    });
    assert.deepEqual(JSON.parse(JSON.stringify(facts)), JSON.parse(JSON.stringify({ ...facts })));
    assert.ok(facts.sites.length >= 2);
    assert.equal(facts.depth, "full");
  });

  it("come from the scripts of Vue, Svelte and Astro files, at their places in the file", () => {
    const script =
      'import { createClient } from "@supabase/supabase-js";\nconst supabase = createClient("u", "k");\nsupabase.from("tasks").select("id");';
    const files = {
      "a.vue": `<template><p>Don't</p></template>\n<script>export default {}</script>\n<script setup lang="ts">\n${script}\n</script>\n<style>p {}</style>`,
      "b.svelte": `<script lang="ts">\n${script}\n</script>\n<p>{#if x}'{/if}</p>`,
      "c.astro": `---\n${script}\n---\n<p>It's</p>`,
    };
    for (const [path, text] of Object.entries(files)) {
      assert.ok(isCode(path));
      const facts = readCode({ path, text });
      const site = facts.sites.find((each) =>
        text.slice(each.span.start, each.span.end).startsWith("supabase.from"),
      );
      assert.equal(text.slice(site!.span.start, site!.span.end), 'supabase.from("tasks").select("id")', path);
      assert.equal(text.slice(facts.modules[0]!.at).startsWith("@supabase/supabase-js"), true);
    }
  });

  it("know JSX by extension, and type assertions where there is none", () => {
    const jsx = readCode({
      path: "a.jsx",
      text: 'export const A = () => <B table="tasks">{prisma}</B>;\nfunction B() {}',
    });
    assert.equal(jsx.calls.length, 1);
    const plain = readCode({
      path: "a.ts",
      text: 'import { prisma } from "./p";\nconst x = <any>prisma.task.findMany();',
    });
    assert.equal(plain.sites.length, 1);
  });

  it("say on which side of the wire the file is", () => {
    const sideOf = (text: string, path = "a.tsx") => [
      readCode({ path, text }).side,
      skimCode({ path, text }).side,
    ];
    assert.deepEqual(sideOf('"use client";\nx'), ["client", "client"]);
    assert.deepEqual(sideOf("/* a */\n// b\n'use server'\nx"), ["server", "server"]);
    assert.deepEqual(sideOf('import "server-only";'), ["server", "server"]);
    assert.deepEqual(sideOf('const x = 1;\n"use client";'), [undefined, undefined]);
    assert.deepEqual(sideOf("<script></script>", "a.vue"), ["client", "client"]);
  });
});

describe("What is worth reading", () => {
  for (const text of [
    'import { prisma } from "x"',
    "const SUPABASE = 1",
    "process.env.A",
    "import.meta.env.B",
    'Deno.env.get("X")',
    'x.on("postgres_changes")',
    'import pg from "pg"',
    "db.task.findMany()",
    "// rowguard-ignore x",
    `const k = "${["sk", "live", "abc"].join("_")}"`,
    "export type Database = { public: { Tables: { a: { Row: {} } } } }",
  ])
    it(text, () => assert.equal(mentionsInterest(text), true));

  for (const text of [
    "export const x = 1;",
    "import React from 'react'",
    "const environment = 'x'",
    "stripe.customers.create({})",
  ])
    it(`not ${text}`, () => assert.equal(mentionsInterest(text), false));
});

describe("A tsconfig", () => {
  it("is read with comments and commas, and never throws", () => {
    const text =
      '{ // x\n "extends": ["./base.json", "@tsconfig/node20/tsconfig.json"], "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"], }, } }';
    assert.deepEqual(readTsconfig({ path: "tsconfig.json", text }), {
      path: "tsconfig.json",
      extends: ["./base.json"],
      baseUrl: ".",
      paths: { "@/*": ["./src/*"] },
    });
    for (const broken of ["", "{", "[1]", '{"compilerOptions":{"paths":{"a":1}}}', "\u0000"])
      assert.equal(readTsconfig({ path: "t", text: broken }).path, "t");
  });
});
