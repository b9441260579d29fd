import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { type Files, link, names, usages } from "./linking.ts";

const only = (text: string, path = "a.ts"): Files => ({ [path]: text });

describe("Environment reads", () => {
  before(loadTypeScript);
  const reads = (text: string) => {
    const files = only(text);
    const found = usages(files, "environment");
    names(
      files,
      found.map((each) => each.variable),
    );
    return found.map((each) => `${each.variable.value}${each.asserted ? "!" : ""}`);
  };

  it("in every form", () => {
    assert.deepEqual(
      reads(`process.env.A; process.env["B"]; import.meta.env.C; Deno.env.get("D"); const { E, F: f } = process.env;
const env = process.env; env.G; const { env: other } = process; other.H; (process.env as any).I;
import { env as nodeEnv } from "node:process"; nodeEnv.J;`).sort(),
      [..."ABCDEFGHIJ"],
    );
  });

  it("through the modules of frameworks", () => {
    assert.deepEqual(
      reads(
        'import { SECRET as key, PUBLIC_URL } from "$env/static/private";\nimport { env } from "$env/dynamic/public";\nkey; env.PUBLIC_KEY;',
      ),
      ["SECRET", "PUBLIC_URL", "PUBLIC_KEY"],
    );
    const files = only(
      'import { createClient } from "@supabase/supabase-js";\nimport { PUBLIC_URL, SERVICE_KEY } from "$env/static/private";\ncreateClient(PUBLIC_URL, SERVICE_KEY);',
    );
    const [made] = usages(files, "supabase-client");
    assert.deepEqual(names(files, [made!.url, made!.key]), ["PUBLIC_URL", "SERVICE_KEY"]);
    assert.equal(made!.client, "service");
  });

  it("with their assertions", () => {
    assert.deepEqual(
      reads(
        'process.env.A!; process.env.B as string; connect(process.env.C); if (process.env.D) {} process.env.E ?? "x";',
      ),
      ["A!", "B!", "C!", "D", "E"],
    );
  });

  it("by a name that the project's callers or arrays give", () => {
    assert.deepEqual(reads('for (const name of ["A", "B"]) if (!process.env[name]) throw new Error(name);'), [
      "A",
      "B",
    ]);
    const files = {
      "env.ts":
        "export function need(name: string) { const value = process.env[name]; if (!value) throw new Error(name); return value; }",
      "use.ts": 'import { need } from "./env";\nneed("DATABASE_URL"); need("TOKEN");',
    };
    assert.deepEqual(
      names(
        files,
        usages(files, "environment").map((each) => each.variable),
      ),
      ["DATABASE_URL", "TOKEN"],
    );
  });

  it("not of what is assigned, deleted or no environment", () => {
    assert.deepEqual(
      reads('process.env.A = "x"; delete process.env.B; config.env.C; const env = load(); env.D;'),
      [],
    );
  });
});

describe("Environment schemas", () => {
  before(loadTypeScript);
  const schemas = (text: string) =>
    usages(only(text), "environment-schema").map((each) => `${each.library}: ${each.variables.join(" ")}`);

  for (const [what, text, expected] of [
    [
      "zod",
      'import { z } from "zod";\nexport const env = z.object({ A: z.string(), B: z.string() }).parse(process.env);',
      "zod: A B",
    ],
    [
      "zod in a constant",
      'import { z } from "zod";\nconst schema = z.object({ A: z.string() }).extend({ B: z.string().refine(ok, { message: "x" }) });\nconst result = schema.safeParse(process.env);',
      "zod: A B",
    ],
    [
      "zod with an object of reads",
      'import { z } from "zod";\nz.object({ A: z.string(), B: z.string() }).parse({ A: process.env.A, B: process.env.B });',
      "zod: A B",
    ],
    [
      "t3-env",
      'import { createEnv } from "@t3-oss/env-nextjs";\nexport const env = createEnv({ server: { A: z.string() }, client: { NEXT_PUBLIC_B: z.string() }, runtimeEnv: { A: process.env.A } });',
      "t3-env: A NEXT_PUBLIC_B",
    ],
    [
      "envalid",
      'import { cleanEnv, str } from "envalid";\nexport const env = cleanEnv(process.env, { A: str(), B: str() });',
      "envalid: A B",
    ],
    [
      "valibot",
      'import * as v from "valibot";\nconst Schema = v.object({ A: v.string() });\nexport const env = v.parse(Schema, process.env);',
      "valibot: A",
    ],
    [
      "a loop that throws",
      'for (const name of ["A", "B"]) if (!process.env[name]) throw new Error(name);',
      "checks: A B",
    ],
    [
      "checks one by one",
      'const a = process.env.A; if (!a) throw new Error();\nif (!process.env.B) throw new Error();\nconst c = process.env.C ?? fail("C");',
      "checks: A B C",
    ],
  ] as const)
    it(`by ${what}`, () => assert.deepEqual(schemas(text), [expected]));

  it("not for a single check, or a schema of something else", () => {
    assert.deepEqual(schemas("if (!process.env.A) throw new Error();"), []);
    assert.deepEqual(
      schemas('import { z } from "zod";\nz.object({ A: z.string() }).parse(body); process.env.B;'),
      [],
    );
  });
});

describe("What reaches the browser", () => {
  before(loadTypeScript);
  const client = (files: Files) =>
    link(files)
      .files.filter((each) => each.clientComponent)
      .map((each) => each.path)
      .sort();

  it("is what client components import, up to the server's marks", () => {
    const files = {
      "page.tsx": 'import { Button } from "./button";\nimport { keys } from "./keys";',
      "button.tsx":
        '// a comment first\n"use client";\nimport { keys } from "./keys";\nimport { act } from "./actions";\nimport { db } from "./db";\nimport type { T } from "./types";\nimport { U } from "./only-types";\nkeys; act; db; const u: U = 1;',
      "keys.ts": "export const keys = process.env.SECRET;",
      "actions.ts":
        '"use server";\nimport { hidden } from "./hidden";\nexport const act = async () => hidden;',
      "db.ts": 'import "server-only";\nexport const db = process.env.DATABASE_URL;',
      "types.ts": "export type T = 1; process.env.X;",
      "only-types.ts": "export type U = 1; process.env.X;",
      "hidden.ts": "export const hidden = process.env.X;",
    };
    assert.deepEqual(client(files), ["button.tsx", "keys.ts"]);
    const read = usages(files, "environment").find((each) => each.variable.value === "SECRET");
    assert.equal(read!.clientComponent, true);
  });

  it("is settled by reading skimmed files where it matters", () => {
    const files = {
      "a.tsx": '"use client";\nimport { Task } from "./server";\nexport const x = (task: Task) => task;',
      "server.ts": "export type Task = 1;\nexport const key = process.env.SECRET;",
    };
    assert.deepEqual(client(files), ["a.tsx"]);
  });

  it("is every Vue and Svelte component, and what a browser entry imports", () => {
    assert.deepEqual(
      client({
        "a.vue": '<script setup>\nimport { x } from "./x";\n</script>',
        "x.ts": "export const x = process.env.X;",
      }),
      ["a.vue", "x.ts"],
    );
    assert.deepEqual(
      client({
        "main.tsx": 'import { createRoot } from "react-dom/client";\nimport "./app";',
        "app.tsx": "import.meta.env.VITE_X;",
      }),
      ["app.tsx", "main.tsx"],
    );
  });
});

describe("SQL in code", () => {
  before(loadTypeScript);
  const START =
    'import { PrismaClient, Prisma } from "@prisma/client";\nimport { Pool } from "pg";\nconst prisma = new PrismaClient();\nconst pool = new Pool({ connectionString: process.env.DATABASE_URL });\n';

  it("is text with placeholders, by its tag", () => {
    const found = usages(
      only(`${START}prisma.$queryRaw\`select * from t where id = \${id} and x = \${y}\`;
Prisma.sql\`a = \${1}\`;
pool.query("select 1", []);
pool.query({ text: "select 2" });
prisma.$executeRawUnsafe("select 3 " + x);
unknown.query("select 4");`),
      "sql",
    );
    assert.deepEqual(
      found.map((each) => `${each.tag}: ${each.text}`),
      [
        "$queryRaw: select * from t where id = $1 and x = $2",
        "sql: a = $1",
        "query: select 1",
        "query: select 2",
        "$executeRawUnsafe: select 3 $1",
      ],
    );
  });

  it("tells the settings it makes, and whether they end with the transaction", () => {
    const found = usages(
      only(`${START}const NAME = "app.org";
prisma.$executeRaw\`select set_config('app.tenant', \${id}, true)\`;
prisma.$executeRaw\`SELECT set_config(\${NAME}, \${id}::text, FALSE), set_config('app.b', 'x', \${local})\`;
await prisma.$transaction(async (tx) => { await tx.$executeRawUnsafe(\`SET LOCAL app.user_id = '\${id}'\`); });
export async function f(tx: Prisma.TransactionClient) { await tx.$executeRaw\`SET app.x = \${id}\`; }
async function g() { const client = await pool.connect(); await client.query("BEGIN"); await client.query("set app.y = 'z'"); }`),
      "setting",
    );
    assert.deepEqual(
      found.map((each) => [each.setting, each.local, each.inTransaction]),
      [
        ["app.tenant", true, false],
        ["app.org", false, false],
        ["app.b", undefined, false],
        ["app.user_id", true, true],
        ["app.x", false, true],
        ["app.y", false, true],
      ],
    );
  });

  it("comes through connections, which name their URL", () => {
    const files = only(
      'import postgres from "postgres";\nimport { drizzle } from "drizzle-orm/node-postgres";\nimport { env } from "./env";\nconst sql = postgres(process.env.A!);\nconst db = drizzle(env.DATABASE_URL);\nimport pg from "pg";\nnew pg.Pool({ connectionString: "postgres://u:p@h:6543/d" });',
    );
    const found = usages(files, "pg-connection");
    assert.deepEqual(
      found.map((each) => `${each.library} ${each.url?.value}`),
      ["postgres A", "drizzle-orm DATABASE_URL", "pg postgres://u:***@h:6543/d"],
    );
  });
});

describe("Imports, secrets and directives", () => {
  before(loadTypeScript);

  it("of packages that rules ask about, with their places", () => {
    const files = {
      "a.ts":
        'import { drizzle } from "drizzle-orm/postgres-js";\nimport type { Kysely } from "kysely";\nimport { z } from "zod";\nimport React from "react";\nconst { Client } = require("pg");\nexport * from "@supabase/ssr";\ndrizzle; z;',
    };
    const found = usages(files, "import");
    assert.deepEqual(
      names(
        files,
        found.map((each) => each.specifier),
      ),
      ["drizzle-orm/postgres-js", "kysely", "zod", "pg", "@supabase/ssr"],
    );
    assert.deepEqual(
      found.map((each) => [each.package, [...each.names], each.typeOnly]),
      [
        ["drizzle-orm", ["drizzle"], false],
        ["kysely", ["Kysely"], true],
        ["zod", ["z"], false],
        ["pg", ["Client"], false],
        ["@supabase/ssr", ["*"], false],
      ],
    );
  });

  it("of the project are no packages, whatever they are called", () => {
    assert.deepEqual(
      usages(
        {
          "tsconfig.json": '{ "compilerOptions": { "baseUrl": "." } }',
          "knex.ts": "export const knex = 1;",
          "a.ts": 'import { knex } from "knex";\nknex;',
        },
        "import",
      ),
      [],
    );
  });

  it("tell a secret, and never hold it", () => {
    const key = ["sk", "live", "51HvJc2eZvKYlo2CqhV7YtM0"].join("_");
    const files = only(`"use client";\nexport const a = "${key}";`);
    const [found] = usages(files, "secret");
    assert.equal(found!.clientComponent, true);
    assert.equal(found!.demo, false);
    assert.equal(JSON.stringify(link(files)).includes(key), false);
  });

  it("keep suppressions, in JSX too", () => {
    const files = only(
      "// rowguard-ignore a-rule: reason\nexport const x = <p>{/* rowguard-ignore b */}{/* other */}</p>;\n/* rowguard-ignore-file c */",
      "a.tsx",
    );
    const found = link(files).files[0]!.directives;
    assert.deepEqual(
      found.map((each) => each.text),
      ["rowguard-ignore a-rule: reason", "rowguard-ignore b", "rowguard-ignore-file c"],
    );
    for (const { text, span } of found) assert.ok(files["a.tsx"]!.slice(span.start, span.end).includes(text));
  });
});

describe("What a file is", () => {
  before(loadTypeScript);

  for (const [path, text, role] of [
    ["src/a.ts", "", "runtime"],
    ["src/a.test.ts", "", "test"],
    ["src/__tests__/a.ts", "", "test"],
    ["src/check.ts", 'import { it } from "vitest"; it; process.env.X', "test"],
    ["prisma/seed.ts", "", "seed"],
    ["prisma/seed/users.ts", "", "seed"],
    ["db/fill.ts", "", "seed"],
    ["scripts/import.ts", "", "script"],
    ["jobs/nightly.ts", "", "script"],
    ["jobs/worker.ts", "", "runtime"],
    ["next.config.mjs", "", "config"],
    ["src/generated/client.ts", "", "generated"],
    ["src/types.ts", "// This file was automatically generated\nprocess.env.X", "generated"],
    ["src/seedling.ts", "", "runtime"],
  ] as const)
    it(`${path} is ${role}`, () => {
      const scripts = {
        seed: "tsx db/fill.ts",
        nightly: "node --import tsx ./jobs/nightly.ts",
        start: "node jobs/worker.ts",
      };
      const files = link({ "package.json": JSON.stringify({ scripts }), [path]: text }).files;
      assert.equal(files[0]!.role, role);
    });
});

describe("Generated types", () => {
  before(loadTypeScript);
  const BODY =
    "{ public: { Tables: { tasks: { Row: { id: string; owner_id: string | null }; Insert: {}; Update: {}; Relationships: [] } }; Views: { open_tasks: { Row: { id: string } } }; Functions: { add: { Args: {}; Returns: number } }; Enums: {} }; audit: { Tables: { log: { Row: { id: number } } }; Views: {} } }";

  for (const [what, text] of [
    ["a type", `export type Database = ${BODY}`],
    ["an interface", `export interface Database ${BODY}`],
    ["a merged type", `type Base = 1; export type Db = ${BODY} & { extra: 1 };`],
  ] as const)
    it(`give names by schema, from ${what}`, () => {
      const linked = link(only(text, "types.ts"));
      const [found] = linked.generatedNames;
      assert.deepEqual(
        [...found!.tables].map(([name, columns]) => [name, [...columns]]),
        [
          ["public.tasks", ["id", "owner_id"]],
          ["audit.log", ["id"]],
        ],
      );
      assert.deepEqual([...found!.views.keys()], ["public.open_tasks"]);
      assert.deepEqual([...found!.functions], ["public.add"]);
      assert.equal(linked.files[0]!.role, "generated");
    });

  it("are nothing else", () =>
    assert.deepEqual(
      link(only("export type Layout = { public: { Tables: number } }; process.env.X", "a.ts")).generatedNames,
      [],
    ));
});
