import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { linkCode, type Memory } from "../../../src/project/code/link.ts";
import type { CodeFacts } from "../../../src/source/code/facts.ts";
import { readCode } from "../../../src/source/code/read.ts";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { contextOf, type Files, link } from "./linking.ts";

const FILES: Files = {
  "lib/prisma.ts":
    'import { PrismaClient } from "@prisma/client";\nexport const prisma = new PrismaClient();\n',
  "lib/names.ts": 'export const TABLE = "tasks"; // prisma\n',
  "lib/client.ts":
    'import { createClient } from "@supabase/supabase-js";\nexport const supabase = createClient("u", "k");\n',
  "lib/watch.ts":
    'import { supabase } from "./client";\nexport function watch(table: string) { supabase.channel("c").on("postgres_changes", { table }, cb); }\n',
  "a.ts": 'import { prisma } from "./lib/prisma";\nprisma.task.findMany();\n',
  "b.ts":
    'import { supabase } from "./lib/client";\nimport { TABLE } from "./lib/names";\nsupabase.from(TABLE).select("id");\n',
  "c.ts": 'import { watch } from "./lib/watch";\nwatch("users"); // supabase\n',
  "d.ts": "// prisma\nexport const list = ({ ctx }) => ctx.db.task.findMany();\n",
};

/** Links again and again, as an editor does. */
class Session {
  private readonly facts = new Map<string, CodeFacts>();
  private readonly context = contextOf({});
  private memory: Memory | undefined;
  private files: Record<string, string> = {};

  link(files: Files) {
    for (const path of [...this.facts.keys()]) if (!(path in files)) this.facts.delete(path);
    for (const [path, text] of Object.entries(files))
      if (this.files[path] !== text || !this.facts.has(path)) this.facts.set(path, readCode({ path, text }));
    this.files = { ...files };
    const linked = linkCode([...this.facts.values()], this.context, this.memory);
    this.memory = linked.memory;
    return linked;
  }
}

/** What was linked in steps is what is linked at once; gives the paths whose result is a new object. */
function edit(change: Readonly<Record<string, string | undefined>>, start: Files = FILES): string[] {
  const session = new Session();
  const first = session.link(start);
  const changed = Object.entries({ ...start, ...change }).filter(
    (each): each is [string, string] => each[1] !== undefined,
  );
  const files = Object.fromEntries(changed);
  const second = session.link(files);
  const fresh = new Session().link(files);
  assert.deepEqual(
    second.files.map((each) => [each.path, JSON.stringify(each)]).sort(),
    fresh.files.map((each) => [each.path, JSON.stringify(each)]).sort(),
  );
  const known = new Set(first.files);
  return second.files
    .filter((each) => !known.has(each))
    .map((each) => each.path)
    .sort();
}

describe("Linking again after an edit", () => {
  before(loadTypeScript);

  it("gives the same objects where nothing changed", () => {
    assert.deepEqual(edit({}), []);
    const session = new Session();
    const first = session.link(FILES);
    assert.deepEqual(
      session.link(FILES).files.map((each, i) => each === first.files[i]),
      first.files.map(() => true),
    );
  });

  it("changes the edited file alone", () => {
    assert.deepEqual(edit({ "a.ts": `${FILES["a.ts"]}${"prisma.user.count();"}` }), ["a.ts"]);
  });

  it("keeps importers of a file in which things only moved", () => {
    assert.deepEqual(edit({ "lib/prisma.ts": `// moved\n${FILES["lib/prisma.ts"]}` }), ["lib/prisma.ts"]);
  });

  it("moves a place that another file's usage has", () => {
    assert.deepEqual(edit({ "lib/names.ts": `// moved\n${FILES["lib/names.ts"]}` }), ["b.ts"]);
  });

  it("reaches files through what they import", () => {
    assert.deepEqual(edit({ "lib/names.ts": 'export const TABLE = "users"; // prisma\n' }), ["b.ts"]);
    assert.deepEqual(edit({ "lib/prisma.ts": "export const prisma = 1; // prisma" }), [
      "a.ts",
      "lib/prisma.ts",
    ]);
  });

  it("reaches files through who calls them", () => {
    assert.deepEqual(
      edit({ "c.ts": 'import { watch } from "./lib/watch";\nwatch("projects"); // supabase\n' }),
      ["lib/watch.ts"],
    );
    assert.deepEqual(
      edit({ "e.ts": 'import { watch } from "./lib/watch";\nwatch("projects"); // supabase\n' }),
      ["e.ts", "lib/watch.ts"],
    );
    assert.deepEqual(edit({ "c.ts": undefined }), ["lib/watch.ts"]);
  });

  it("follows the same callers whatever was edited, where there are more than are followed", () => {
    const caller = (i: number) => `import { watch } from "../lib/watch";\nwatch("table${i}"); // supabase\n`;
    const callers = Array.from({ length: 320 }, (_, i) => [`callers/${i}.ts`, caller(i)] as const);
    const start = { ...FILES, ...Object.fromEntries(callers) };
    assert.deepEqual(edit({ "callers/0.ts": `// moved\n${caller(0)}` }, start), ["lib/watch.ts"]);
    assert.deepEqual(edit({ "c.ts": undefined }, start), ["lib/watch.ts"]);
  });

  it("reaches files through what travels", () => {
    assert.deepEqual(
      edit({
        "trpc.ts": 'import { prisma } from "./lib/prisma";\nexport const context = () => ({ db: prisma });',
      }),
      ["d.ts", "trpc.ts"],
    );
  });

  it("finds files that appear where an import pointed at nothing", () => {
    const { "lib/prisma.ts": client, ...rest } = FILES;
    assert.deepEqual(edit({ "lib/prisma.ts": client! }, rest), ["a.ts", "lib/prisma.ts"]);
    assert.deepEqual(edit({ "lib/prisma.ts": undefined }), ["a.ts"]);
  });

  it("follows a mark for the browser", () => {
    assert.deepEqual(edit({ "a.ts": `"use client";\n${FILES["a.ts"]}` }), ["a.ts", "lib/prisma.ts"]);
  });
});

describe("Skimmed files", () => {
  before(loadTypeScript);

  it("are asked for only where they matter", () => {
    const files: Record<string, string> = {
      ...FILES,
      "db.ts": 'export { prisma as db } from "./lib/prisma";',
      "use.ts": 'import { db } from "./db";\nexport const list = () => db.task.count();',
      "ui.tsx": 'import { Button } from "./button";\nexport const Ui = () => <Button label="tasks" />;',
      "button.tsx": "export const Button = ({ label }) => <b>{label}</b>;",
    };
    files["db.ts"] = files["db.ts"]!.replaceAll("prisma", "client").replace("./lib/client", "./lib/one");
    files["lib/one.ts"] =
      'import { PrismaClient } from "@prisma/client";\nexport const client = new PrismaClient();';
    const linked = link(files);
    const calls = linked.files
      .find((each) => each.path === "use.ts")!
      .usages.filter((each) => each.kind === "prisma-call");
    assert.equal(calls.length, 1);
    const depth = (path: string) => linked.memory.facts.get(path)!.depth;
    assert.equal(depth("use.ts"), "full");
    assert.equal(depth("ui.tsx"), "skim");
    assert.equal(depth("button.tsx"), "skim");
    assert.equal(depth("db.ts"), "skim");
  });
});
