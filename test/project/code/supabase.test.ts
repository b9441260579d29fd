import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { type Files, names, textAt, usages } from "./linking.ts";

const BROWSER = `"use client";
import { createBrowserClient } from "@supabase/ssr";
export function createClient() {
  return createBrowserClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!);
}`;
const SERVER = `import { createServerClient } from "@supabase/ssr";
import { cookies } from "next/headers";
export async function createClient() {
  const store = await cookies();
  return createServerClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!, { cookies: store });
}`;
const ADMIN = `import { createClient } from "@supabase/supabase-js";
export const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!);`;
const LIB: Files = { "lib/client.ts": BROWSER, "lib/server.ts": SERVER, "lib/admin.ts": ADMIN };

const START =
  'import { createClient } from "@supabase/supabase-js";\nconst supabase = createClient("u", "k");\n';
const filesOf = (text: string): Files => ({ ...LIB, "use.ts": START + text });
const queries = (files: Files) => usages(files, "supabase-query");

/** Columns of all queries as `where column`, each held against its place. */
function columns(text: string): string[] {
  const files = filesOf(text);
  return queries(files).flatMap((each) =>
    each.columns.map((column) => {
      assert.equal(textAt(files, column), column.value);
      return `${column.in} ${column.value}`;
    }),
  );
}

describe("Supabase clients that are made", () => {
  before(loadTypeScript);

  it("are of a kind, by factory and key", () => {
    const made = usages(LIB, "supabase-client").map(
      (each) => `${each.path} ${each.factory} ${each.client} ${each.exportedAs}`,
    );
    assert.deepEqual(made.sort(), [
      "lib/admin.ts createClient service admin",
      "lib/client.ts createBrowserClient browser createClient",
      "lib/server.ts createServerClient server createClient",
    ]);
  });

  it("name the variables of URL and key", () => {
    const admin = usages(LIB, "supabase-client").find((each) => each.path === "lib/admin.ts")!;
    assert.deepEqual(names(LIB, [admin.url, admin.key]), ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"]);
  });

  it("keep no literal key", () => {
    const key = `sb_secret_${"x1".repeat(20)}`;
    const [only] = usages(
      {
        "a.ts": `import { createClient } from "@supabase/supabase-js";\nexport const c = createClient("https://x.supabase.co", "${key}");`,
      },
      "supabase-client",
    );
    assert.equal(only!.client, "service");
    assert.equal(JSON.stringify(only).includes(key), false);
  });

  it("know older helpers and their packages", () => {
    const files = {
      "a.tsx":
        '"use client";\nimport { createClientComponentClient as make } from "@supabase/auth-helpers-nextjs";\nexport const Page = () => { const supabase = make(); supabase.from("tasks").select("id"); };',
    };
    const [made] = usages(files, "supabase-client");
    assert.equal(made!.module, "@supabase/auth-helpers-nextjs");
    assert.equal(made!.perRequest, true);
    assert.equal(made!.clientComponent, true);
    assert.deepEqual(
      names(
        files,
        queries(files).map((each) => each.table),
      ),
      ["tasks"],
    );
  });

  it("say whether they are made once", () => {
    const guarded = (text: string) =>
      usages(
        { "a.ts": `import { createBrowserClient } from "@supabase/ssr";\n${text}` },
        "supabase-client",
      )[0]!.guarded;
    assert.equal(
      guarded(
        "let client;\nexport const get = () => { if (client) return client; client = createBrowserClient('u', 'k'); return client; };",
      ),
      true,
    );
    assert.equal(guarded("export const get = () => createBrowserClient('u', 'k');"), false);
  });
});

describe("Supabase clients followed through a project", () => {
  before(loadTypeScript);
  const clients = (text: string, others: Files = {}) =>
    queries({ ...LIB, ...others, "use.ts": text })
      .filter((each) => each.path === "use.ts")
      .map((each) => `${each.table?.value} ${each.client}`);

  for (const [what, text] of Object.entries({
    "a wrapper":
      'import { createClient } from "./lib/client";\nconst supabase = createClient();\nsupabase.from("tasks").select("*");',
    "an awaited wrapper":
      'import { createClient } from "./lib/client";\nexport async function f() { const supabase = await createClient(); await supabase.from("tasks").select("*"); }',
    "a call at once":
      'import { createClient } from "./lib/client";\nexport const f = async () => (await createClient()).from("tasks").select("*");',
    "React state":
      'import { createClient } from "./lib/client";\nimport { useState } from "react";\nexport const f = () => { const [supabase] = useState(() => createClient()); supabase.from("tasks").select("*"); };',
    "React memo":
      'import { createClient } from "./lib/client";\nimport { useMemo } from "react";\nexport const f = () => { const supabase = useMemo(() => createClient(), []); supabase.from("tasks").select("*"); };',
    "a ref":
      'import { createClient } from "./lib/client";\nimport { useRef } from "react";\nexport const f = () => { const supabase = useRef(createClient()); supabase.current.from("tasks").select("*"); };',
    "a hook of the project":
      'import { createClient } from "./lib/client";\nfunction useSupabase() { return createClient(); }\nexport const f = () => { const supabase = useSupabase(); supabase.from("tasks").select("*"); };',
  }))
    it(`through ${what}`, () => assert.deepEqual(clients(text), ["tasks browser"]));

  it("through parameters by type, and by what callers hand in", () => {
    assert.deepEqual(
      clients(
        'import type { SupabaseClient } from "@supabase/supabase-js";\nexport const f = (db: SupabaseClient<any>) => db.from("tasks").select("*");',
      ),
      ["tasks undefined"],
    );
    assert.deepEqual(
      clients(
        'import { createClient } from "./lib/server";\nconst f = (supabase) => supabase.from("tasks").select("*");\nf(createClient());',
      ),
      ["tasks server"],
    );
    assert.deepEqual(
      clients(
        'import { createClient } from "./lib/server";\ntype Client = Awaited<ReturnType<typeof createClient>>;\nexport const f = (db: Client) => db.from("tasks").select("*");',
      ),
      ["tasks server"],
    );
  });

  it("through a React context", () => {
    const others = {
      "provider.tsx": `"use client";
import { createContext, useContext, useState } from "react";
import { createClient } from "./lib/client";
import type { SupabaseClient } from "@supabase/supabase-js";
type Value = { supabase: SupabaseClient };
const Context = createContext<Value | undefined>(undefined);
export function Provider({ children }) { const [supabase] = useState(() => createClient()); return <Context.Provider value={{ supabase }}>{children}</Context.Provider>; }
export const useSupabase = () => { const context = useContext(Context); if (!context) throw new Error(); return context; };`,
    };
    assert.deepEqual(
      clients(
        'import { useSupabase } from "./provider";\nexport const f = () => { const { supabase } = useSupabase(); supabase.from("tasks").select("*"); };',
        others,
      ),
      ["tasks undefined"],
    );
  });

  it("through fields, and objects that the framework hands on", () => {
    assert.deepEqual(
      clients(
        'import { createClient, type SupabaseClient } from "@supabase/supabase-js";\nexport class Repo { constructor(private readonly db: SupabaseClient) {} list() { return this.db.from("tasks").select("*"); } }',
      ),
      ["tasks undefined"],
    );
    const hooks = {
      "src/hooks.server.ts":
        'import { createServerClient } from "@supabase/ssr";\nexport const handle = async ({ event, resolve }) => { event.locals.supabase = createServerClient("u", "k", {}); return resolve(event); };',
    };
    assert.deepEqual(
      clients(
        'export const load = async ({ locals: { supabase } }) => supabase.from("tasks").select("*");',
        hooks,
      ),
      ["tasks server"],
    );
  });

  it("not where the receiver is unknown", () => {
    assert.deepEqual(clients('export const f = (x) => x.from("tasks").select("*"); // supabase'), []);
    assert.deepEqual(
      clients('import { knex } from "other"; // supabase\nknex.from("tasks").select("*");'),
      [],
    );
    assert.deepEqual(clients('// supabase\nArray.from("abc").map(String); Buffer.from("x").toString();'), []);
  });
});

describe("Supabase queries", () => {
  before(loadTypeScript);

  it("name their table, schema, method and whether rows come back", () => {
    const files = filesOf(`
supabase.from("a").select("*");
supabase.schema("audit").from("b").insert({ x: 1 });
supabase.from("c").insert({ x: 1 }).select().single();
supabase.from("d").upsert([{ x: 1 }], { onConflict: "x" }).select("x");
supabase.from("e").delete().eq("id", 1);
supabase.from("f").update({ x: 1 }).match({ id: 2 });`);
    const found = queries(files);
    assert.deepEqual(
      names(
        files,
        found.map((each) => each.table),
      ),
      ["a", "b", "c", "d", "e", "f"],
    );
    assert.deepEqual(
      found.map((each) => [each.schema, each.method, each.returning]),
      [
        [undefined, "select", false],
        ["audit", "insert", false],
        [undefined, "insert", true],
        [undefined, "upsert", true],
        [undefined, "delete", false],
        [undefined, "update", false],
      ],
    );
    assert.equal(
      files["use.ts"]!.slice(found[2]!.span.start, found[2]!.span.end),
      'supabase.from("c").insert({ x: 1 }).select().single()',
    );
  });

  it("list the columns of a select, without those of embedded tables", () => {
    assert.deepEqual(
      columns(
        'supabase.from("t").select("id, owner:users!fk(name, id), title, data->a->>b, when:created_at, n::text, *, count, total:amount.sum(), ...other(x), \\"Odd\\"");',
      ),
      ["id", "title", "data", "created_at", "n", "amount"].map((each) => `select ${each}`),
    );
  });

  it("list them exactly in templates over several lines", () => {
    assert.deepEqual(
      columns("supabase.from('t').select(`\n  id,\n  comments (\n    body\n  ),\n  owner_id\n`);"),
      ["select id", "select owner_id"],
    );
  });

  it("list quoted columns of a template", () => {
    assert.deepEqual(columns("supabase.from('t').select(`id, \"ownerId\"`);"), [
      "select id",
      "select ownerId",
    ]);
  });

  it("leave out what a hole hides, and follow constants", () => {
    assert.deepEqual(
      columns(
        "const COLUMNS = 'id, title';\nsupabase.from('t').select(`${COLUMNS}, body, ${unknown}, x_${y}`);",
      ),
      ["select id", "select title", "select body"],
    );
  });

  it("list the columns of filters, orders and rows", () => {
    assert.deepEqual(
      columns(`supabase.from("t").select().eq("a", 1).in("b", []).is("c", null).not("d", "is", null).filter("e->>x", "eq", 1)
  .or("f.eq.1,and(g.gt.2,not.h.is.null),i.in.(1,2)").order("j").order("k", { referencedTable: "x" }).eq("rel.l", 1).match({ m: 1, "n": 2 });`),
      [..."abcdefghi"].map((each) => `filter ${each}`).concat("order j", "filter m", "filter n"),
    );
    assert.deepEqual(columns('supabase.from("t").insert([{ a: 1, "b": 2 }, { a: 3, c: 4, ...rest }]);'), [
      "data a",
      "data b",
      "data a",
      "data c",
    ]);
    assert.deepEqual(columns('const row = { a: 1, b: x() };\nsupabase.from("t").update(row);'), [
      "data a",
      "data b",
    ]);
  });

  it("go on in a variable", () => {
    const files = filesOf(
      'let query = supabase.from("t").select("a");\nif (x) query = query.eq("b", 1);\nquery = query.order("c");\nconst { data } = await query.eq("d", 1);',
    );
    const found = queries(files);
    assert.equal(found.length, 1);
    assert.deepEqual(names(files, found[0]!.columns), ["a", "b", "c", "d"]);
  });

  it("call functions and use buckets", () => {
    const files = filesOf(
      'supabase.rpc("add_one", { x: 1 });\nsupabase.schema("api").rpc("two");\nsupabase.storage.from("avatars").upload("a", b);\nsupabase.storage.from(BUCKET).remove([]);\nconst BUCKET = "files";',
    );
    assert.deepEqual(
      names(
        files,
        usages(files, "supabase-rpc").map((each) => each.function),
      ),
      ["add_one", "two"],
    );
    assert.equal(usages(files, "supabase-rpc")[1]!.schema, "api");
    const buckets = usages(files, "storage");
    assert.deepEqual(
      names(
        files,
        buckets.map((each) => each.bucket),
      ),
      ["avatars", "files"],
    );
    assert.deepEqual(
      buckets.map((each) => each.method),
      ["upload", "remove"],
    );
    assert.equal(queries(files).length, 0);
  });

  it("have no name where it cannot be known", () => {
    const found = queries(filesOf('export const f = (table: string) => supabase.from(table).select("id");'));
    assert.deepEqual(
      found.map((each) => each.table),
      [undefined],
    );
  });
});

describe("Realtime", () => {
  before(loadTypeScript);
  const subscriptions = (files: Files) => usages(files, "realtime-subscription");

  it("names event, schema, table and the column of the filter, each at its place", () => {
    const files = filesOf(
      `supabase.channel("room").on("postgres_changes", { event: "INSERT", schema: "public", table: "Task", filter: \`projectId=eq.\${id}\` }, cb).on("presence", { event: "sync" }, cb).subscribe();`,
    );
    const [only] = subscriptions(files);
    assert.deepEqual(names(files, [only!.schema, only!.table, only!.column]), [
      "public",
      "Task",
      "projectId",
    ]);
    assert.equal(only!.event, "INSERT");
    assert.equal(only!.table!.quote, '"');
    assert.equal(only!.table!.literal, true);
    assert.ok(files["use.ts"]!.slice(only!.span.start, only!.span.end).startsWith('on("postgres_changes"'));
    const [channel] = usages(files, "realtime-channel");
    assert.deepEqual(channel!.uses, ["postgres_changes", "presence"]);
    assert.equal(channel!.private, false);
    assert.equal(channel!.topic!.value, "room");
    assert.equal(
      files["use.ts"]!.slice(channel!.optionsAt.start),
      files["use.ts"]!.slice(channel!.optionsAt.end),
    );
    assert.equal(files["use.ts"]![channel!.optionsAt.start], ")");
  });

  it("knows private channels and what they are used for", () => {
    const files = filesOf(`const a = supabase.channel("a", { config: { private: true } });
a.on("broadcast", { event: "x" }, cb).subscribe();
a.track({});
supabase.channel("b", { config: { broadcast: { self: true } } }).send({ type: "broadcast" });
supabase.channel("c", options).subscribe();
supabase.channel(\`d:\${id}\`, { config: { private: isPrivate } }).subscribe();`);
    assert.deepEqual(
      usages(files, "realtime-channel").map((each) => [each.topic?.value, each.private, [...each.uses]]),
      [
        ["a", true, ["broadcast", "presence"]],
        ["b", false, ["broadcast"]],
        ["c", undefined, []],
        [undefined, undefined, []],
      ],
    );
  });

  it("is known by its words where the client is not", () => {
    const files = {
      "a.ts":
        'export const f = (x) => x.channel("room").on("postgres_changes", { table: "tasks" }, cb).on("postgres_changes", { table: "users" }, cb).subscribe();',
    };
    assert.deepEqual(
      names(
        files,
        subscriptions(files).map((each) => each.table),
      ),
      ["tasks", "users"],
    );
    assert.deepEqual(
      usages(files, "realtime-channel").map((each) => each.topic?.value),
      ["room"],
    );
  });

  it("knows the first generation's subscriptions", () => {
    const files = filesOf(
      'supabase.from("tasks:ownerId=eq.1").on("UPDATE", cb).subscribe();\nsupabase.from("users").on("*", cb).subscribe();',
    );
    const found = subscriptions(files);
    assert.deepEqual(
      names(
        files,
        found.map((each) => each.table),
      ),
      ["tasks", "users"],
    );
    assert.deepEqual(names(files, [found[0]!.column]), ["ownerId"]);
    assert.equal(found[0]!.event, "UPDATE");
    assert.equal(queries(files).length, 0);
  });
});
