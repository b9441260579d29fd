import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { type Files, textAt, usages } from "./linking.ts";

const CLIENT =
  'import { createClient } from "@supabase/supabase-js";\nexport const supabase = createClient("u", "k");\n';

/** Subscribed tables as `path: table`, each held against its place, with `*` where editing it changes other uses. */
function tables(files: Files): string[] {
  const all = { "client.ts": CLIENT, ...files };
  return usages(all, "realtime-subscription").map(({ table, column }) => {
    if (!table) return "?";
    assert.equal(textAt(all, table), table.value);
    if (column) assert.equal(textAt(all, column), column.value);
    return `${table.path}: ${table.value}${table.literal ? "" : "*"}${column ? `.${column.value}` : ""}`;
  });
}

const ON = (options: string): string =>
  `supabase.channel("x").on("postgres_changes", ${options}, cb).subscribe();`;
const USE = 'import { supabase } from "./client";\n';

describe("Names followed through a project", () => {
  before(loadTypeScript);

  for (const [what, text, expected] of [
    ["a constant", `const TABLE = "tasks";\n${ON("{ table: TABLE }")}`, ["use.ts: tasks*"]],
    [
      "an object",
      `const TABLES = { tasks: "tasks", users: "app_users" } as const;\n${ON("{ table: TABLES.users }")}`,
      ["use.ts: app_users*"],
    ],
    ["an element by name", `const T = { a: "tasks" };\n${ON('{ table: T["a"] }')}`, ["use.ts: tasks*"]],
    ["an enum", `enum Table { Tasks = "tasks" }\n${ON("{ table: Table.Tasks }")}`, ["use.ts: tasks*"]],
    [
      "objects that are spread into one another",
      `var a = { ...b };\nvar b = { ...a, users: "app_users" };\n${ON("{ table: a.users }")}\n${ON("{ table: a.none }")}`,
      ["use.ts: app_users*", "?"],
    ],
    [
      "an array by index",
      `const T = ["tasks", "users"] as const;\n${ON("{ table: T[1] }")}`,
      ["use.ts: users*"],
    ],
    [
      "forEach over a constant array",
      `const T = ["tasks", "users"] as const;\nT.forEach((table) => { ${ON("{ table }")} });`,
      ["use.ts: tasks*", "use.ts: users*"],
    ],
    [
      "forEach over an array at hand",
      `["tasks", "users"].forEach((table) => { ${ON("{ table }")} });`,
      ["use.ts: tasks", "use.ts: users"],
    ],
    [
      "for ... of",
      `const T = ["tasks", "users"];\nfor (const table of T) { ${ON("{ table }")} }`,
      ["use.ts: tasks*", "use.ts: users*"],
    ],
    [
      "map over objects",
      `const T = [{ table: "tasks", by: "owner_id" }, { table: "users", by: "team_id" }];\nT.map(({ table, by }) => ${ON("{ table, filter: `${by}=eq.${id}` }").slice(0, -1)});`,
      ["use.ts: tasks*.owner_id", "use.ts: users*.team_id"],
    ],
    [
      "Object.values",
      `const T = { a: "tasks", b: "users" };\nObject.values(T).forEach((table) => { ${ON("{ table }")} });`,
      ["use.ts: tasks*", "use.ts: users*"],
    ],
    [
      "Object.keys and Object.entries",
      `const T = { tasks: 1, users: 2 };\nfor (const [table] of Object.entries(T)) { ${ON("{ table }")} }`,
      ["use.ts: tasks*", "use.ts: users*"],
    ],
    [
      "a filter of an array",
      `const T = ["tasks"];\nT.filter(Boolean).forEach((table) => { ${ON("{ table }")} });`,
      ["use.ts: tasks*"],
    ],
    ["a condition", `${ON('{ table: admin ? "tasks" : "users" }')}`, ["use.ts: tasks", "use.ts: users"]],
    [
      "options in a constant",
      `const options = { event: "*", table: "tasks" };\n${ON("options")}`,
      ["use.ts: tasks*"],
    ],
    ["a default", `function watch(table = "tasks") { ${ON("{ table }")} }`, ["use.ts: tasks"]],
    [
      "satisfies and as",
      `const T = { a: "tasks" } satisfies object;\n${ON("{ table: T.a as string }")}`,
      ["use.ts: tasks*"],
    ],
    ["nothing, where it is not known", `export function watch(table: string) { ${ON("{ table }")} }`, ["?"]],
  ] as const)
    it(`through ${what}`, () => assert.deepEqual(tables({ "use.ts": USE + text }), expected));

  it("through constants of another file, and its re-exports", () => {
    const files = {
      "names.ts":
        'export const TABLES = { tasks: "tasks" } as const;\nexport default "users";\nexport enum Name { A = "a" }',
      "index.ts": 'export { TABLES as T, default as USERS, Name } from "./names";',
      "use.ts": `${USE}import { T, USERS, Name } from "./index";\n${ON("{ table: T.tasks }")}\n${ON("{ table: USERS }")}\n${ON("{ table: Name.A }")}`,
    };
    assert.deepEqual(tables(files), ["names.ts: tasks*", "names.ts: users*", "names.ts: a*"]);
  });

  it("through parameters of a hook that other files call", () => {
    const files = {
      "use-realtime.ts": `${USE}export function useRealtime(table: string, column: string) { ${ON("{ table, filter: `${column}=eq.1` }")} }`,
      "tasks.tsx":
        'import { useRealtime } from "./use-realtime";\nexport const Tasks = () => { useRealtime("tasks", "owner_id"); };',
      "users.tsx":
        'import { useRealtime as use } from "./use-realtime";\nexport const Users = () => { use("users", "team_id"); };',
    };
    assert.deepEqual(tables(files), ["tasks.tsx: tasks.owner_id", "users.tsx: users.team_id"]);
  });

  it("through options of a hook, with defaults", () => {
    const files = {
      "use-realtime.ts": `${USE}export const useRealtime = ({ table = "tasks", schema = "public" }: { table?: string; schema?: string }) => { ${ON("{ table, schema }")} };`,
      "a.ts": 'import { useRealtime } from "./use-realtime";\nuseRealtime({ table: "users" });',
      "b.ts": 'import { useRealtime } from "./use-realtime";\nuseRealtime({ schema: "app" });',
    };
    assert.deepEqual(tables(files), ["a.ts: users", "use-realtime.ts: tasks"]);
  });

  it("through properties of components", () => {
    const files = {
      "list.tsx": `${USE}export default function RealtimeList({ table }: { table: string }) { useEffect(() => { ${ON("{ table }")} }, [table]); return <ul />; }`,
      "page.tsx":
        'import RealtimeList from "./list";\nexport const Page = () => <RealtimeList table="tasks" />;',
      "other.tsx":
        'import List from "./list";\nexport const Other = () => <div><List table={"users"}>x</List></div>;',
    };
    assert.deepEqual(tables(files), ["other.tsx: users", "page.tsx: tasks"]);
  });

  it("through a component behind a barrel, in memo", () => {
    const files = {
      "list.tsx": `${USE}import { memo } from "react";\nfunction Inner(props: { table: string }) { ${ON("{ table: props.table }")} return null; }\nexport const List = memo(Inner);`,
      "ui/index.ts": 'export { List as RealtimeList } from "../list";',
      "page.tsx":
        'import { RealtimeList } from "./ui";\nexport const Page = () => <RealtimeList table="tasks" />;',
    };
    assert.deepEqual(tables(files), ["page.tsx: tasks"]);
  });

  it("through two hooks", () => {
    const files = {
      "inner.ts": `${USE}export function watch(table: string) { ${ON("{ table }")} }`,
      "outer.ts": 'import { watch } from "./inner";\nexport function useTable(name: string) { watch(name); }',
      "outest.ts": 'import { useTable } from "./outer";\nuseTable("tasks");',
    };
    // `name` tells nothing to a reader of one file, so that only telling names and literals are handed on.
    assert.deepEqual(tables({ ...files, "outer.ts": files["outer.ts"].replaceAll("name", "table") }), [
      "outest.ts: tasks",
    ]);
  });

  it("through a function that very many files call", () => {
    const callers = Array.from({ length: 200 }, (_, i) => [
      `${i}.ts`,
      `import { watch } from "./watch";\nwatch("table${i}");`,
    ]);
    const files = { "watch.ts": `${USE}export function watch(table: string) { ${ON("{ table }")} }` };
    assert.equal(new Set(tables({ ...files, ...Object.fromEntries(callers) })).size, 200);
  });

  it("through the constructor of a class", () => {
    const files = {
      "repo.ts": `${USE}export class Repo { constructor(private readonly table: string) {} watch() { ${ON("{ table: this.table }")} } }`,
      "use.ts": 'import { Repo } from "./repo";\nexport const tasks = new Repo("tasks");',
      "sub.ts":
        'import { Repo } from "./repo";\nexport class Users extends Repo { constructor() { super("users"); } }',
    };
    assert.deepEqual(tables(files), ["sub.ts: users", "use.ts: tasks"]);
  });

  it("through a method", () => {
    const files = {
      "repo.ts": `${USE}export class Repo { watch(table: string) { ${ON("{ table }")} } }\nexport const repo = new Repo();`,
      "use.ts": 'import { repo } from "./repo";\nrepo.watch("tasks");',
    };
    assert.deepEqual(tables(files), ["use.ts: tasks"]);
  });

  it("not from the calls of tests", () => {
    const files = {
      "use-realtime.ts": `${USE}export function useRealtime(table: string) { ${ON("{ table }")} }`,
      "a.test.ts":
        'import { it } from "vitest";\nimport { useRealtime } from "./use-realtime";\nit("x", () => useRealtime("fake"));',
    };
    assert.deepEqual(tables(files), ["?"]);
  });
});
