import assert from "node:assert/strict";
import fc from "fast-check";
import { before, describe, it } from "mocha";
import { linkCode } from "../../../src/project/code/link.ts";
import type { CodeFacts } from "../../../src/source/code/facts.ts";
import { readCode } from "../../../src/source/code/read.ts";
import { skimCode } from "../../../src/source/code/skim.ts";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";

const SOURCES = [
  `"use client";
import { createBrowserClient } from "@supabase/ssr";
import { TABLES } from "./b";
export const supabase = createBrowserClient(process.env.NEXT_PUBLIC_URL!, \`\${process.env["KEY"]}\`);
export function useRealtime({ table = "tasks", column }: { table?: string; column: string }) {
  supabase.channel(\`room:\${table}\`, { config: { private: true } })
    .on("postgres_changes", { event: "*", schema: "public", table, filter: \`\${column}=eq.\${id}\` }, (x) => x).subscribe();
  let query = supabase.from(TABLES.tasks).select(\`id, owner:users!fk(name), data->x::text, "Odd"\`);
  query = query.or("a.eq.1,and(b.gt.2,not.c.is.null)").order("d", { referencedTable: "x" });
  return query;
}`,
  `import { PrismaClient, Prisma } from "@prisma/client";
import { useRealtime } from "./a";
export enum Names { A = "a" }
export const TABLES = { tasks: "tasks", ...{ users: Names.A } } as const;
class Base extends PrismaClient { constructor(private readonly db: PrismaClient, table = "x") { super({ log: [] }); this.#own = db; } #own; get tasks() { return this.db.task; } }
export const prisma = globalThis.prisma ?? new Base(new PrismaClient({ datasources: { db: { url: process.env.URL } } }));
for (const name of ["a", "b"] as const) prisma[name].findMany({ where: { AND: [{ id: 1 }] }, orderBy: { at: "desc" } });
await prisma.$transaction(async (tx) => { await tx.$executeRaw\`select set_config('app.tenant', \${id}, true)\`; });
Object.entries(TABLES).forEach(([key, value]) => useRealtime({ table: value, column: key }));
export default <T,>({ a: { b: [c = 1, ...d] = [] } = {}, ...rest }) => <Foo table="x" {...rest}>{c}</Foo>;`,
];

const PIECES = [
  "(",
  ")",
  "{",
  "}",
  "[",
  "`",
  "${",
  "'",
  '"',
  "\\",
  "=>",
  "class ",
  "import ",
  "from(",
  ".on(",
  "//",
  "/*",
  "<",
  "async ",
  "\u0000",
  "\uFEFF",
  "😀",
  "\r\n",
];

/** A source as it is while somebody types: cut, with a piece put in or a part taken away. */
const mangled = fc
  .tuple(
    fc.constantFrom(...SOURCES),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.constantFrom("", ...PIECES)), { maxLength: 6 }),
    fc.nat(),
  )
  .map(([source, edits, cut]) => {
    let text = source;
    for (const [at, length, piece] of edits) {
      const start = at % (text.length + 1);
      text = text.slice(0, start) + piece + text.slice(start + length);
    }
    return cut % 3 === 0 ? text.slice(0, cut % (text.length + 1)) : text;
  });

/** Every place in the facts lies inside the text. */
function checkPlaces(facts: CodeFacts, text: string): void {
  const inside = (start: number, end: number) => assert.ok(start >= 0 && start <= end && end <= text.length);
  for (const { span } of [...facts.sites, ...facts.environment, ...facts.secrets, ...facts.directives])
    inside(span.start, span.end);
  for (const { at, specifier, start } of facts.modules) inside(start, at + specifier.length);
}

describe("Reading and linking broken code", () => {
  before(loadTypeScript);

  it("never throws, and keeps its places inside the text", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(mangled, mangled, fc.constantFrom("ts", "tsx", "js", "vue"), (a, b, extension) => {
        const files = [
          { path: `a.${extension}`, text: extension === "vue" ? `<script setup>${a}</script>` : a },
          { path: "b.tsx", text: b },
        ];
        const facts = files.map(readCode);
        for (const [i, each] of facts.entries()) checkPlaces(each, files[i]!.text);
        const linked = linkCode(facts, { packages: [], tsconfigs: [] });
        assert.equal(linked.files.length, 2);
        linkCode(files.map(skimCode), { packages: [], tsconfigs: [] }, linked.memory);
      }),
      { numRuns: 150 },
    );
  });

  it("survives what no person typed", () => {
    const deep = "(".repeat(20_000);
    const chain = `import { prisma } from "./p";\nprisma.a${".findMany()".repeat(5_000)};`;
    const sum = `const x = ${Array.from({ length: 20_000 }, (_, i) => `"a${i}"`).join(" + ")};\nprocess.env[x];`;
    const nested = `${"function f() { ".repeat(3_000)} prisma.a.findMany();`;
    for (const text of [
      deep,
      chain,
      sum,
      nested,
      "\u0000\u0001binary",
      "",
      "\uFEFF",
      `${"x".repeat(100_000)}`,
      "a ?? b.".repeat(3_000),
    ]) {
      const facts = readCode({ path: "a.ts", text });
      assert.equal(facts.path, "a.ts");
      assert.equal(linkCode([facts], { packages: [], tsconfigs: [] }).files.length, 1);
    }
  });

  it("does not follow circles", () => {
    const text = `import { b } from "./b";
export const a = b; const x = y; const y = x; x.task.findMany();
function f(t) { return f(t); } f("a").from("x").select();
function g(table) { g(table); supabase.from(table).select(); } // supabase
class A extends A { p = this.p; m() { return this.p.task.findMany(); } }
a.task.findMany();`;
    const other =
      'import { a } from "./a";\nexport * from "./a"; export * from "./b"; export const b = a; // prisma';
    const facts = [readCode({ path: "a.ts", text }), readCode({ path: "b.ts", text: other })];
    assert.equal(linkCode(facts, { packages: [], tsconfigs: [] }).files[0]!.usages.length, 0);
  });
});
