import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { type Files, names, textAt, usages } from "./linking.ts";

const LIB = `import { PrismaClient } from "@prisma/client";
const globalForPrisma = globalThis as unknown as { prisma: PrismaClient };
export const prisma = globalForPrisma.prisma ?? new PrismaClient();
if (process.env.NODE_ENV !== "production") globalForPrisma.prisma = prisma;
`;

function calls(files: Files): string[] {
  return usages(files, "prisma-call").map((each) => {
    assert.equal(textAt(files, each.model), each.model.value);
    return `${each.path} ${each.model.value}.${each.method}`;
  });
}

/** The calls in \`use.ts\`, where \`lib/prisma.ts\` is the usual client. */
const inUse = (text: string, others: Files = {}): string[] =>
  calls({ "lib/prisma.ts": LIB, ...others, "use.ts": text })
    .filter((each) => each.startsWith("use.ts"))
    .map((each) => each.slice("use.ts ".length));

describe("Prisma clients followed through a project", () => {
  before(loadTypeScript);

  it("through a named import", () => {
    assert.deepEqual(inUse('import { prisma } from "./lib/prisma";\nprisma.task.findMany();'), [
      "task.findMany",
    ]);
  });

  it("through a default import under another name", () => {
    const others = { "lib/db.ts": 'import { prisma } from "./prisma";\nexport default prisma;' };
    assert.deepEqual(inUse('import database from "./lib/db";\ndatabase.user.count();', others), [
      "user.count",
    ]);
  });

  it("through renaming re-exports and export *", () => {
    const others = {
      "lib/index.ts": 'export * from "./all";',
      "lib/all.ts": 'export { prisma as db } from "./prisma";',
    };
    assert.deepEqual(inUse('import { db } from "./lib";\ndb.task.create({ data: {} });', others), [
      "task.create",
    ]);
  });

  it("through a namespace import, require and dynamic import", () => {
    assert.deepEqual(inUse('import * as lib from "./lib/prisma";\nlib.prisma.a.findMany();'), ["a.findMany"]);
    assert.deepEqual(inUse('const { prisma: p } = require("./lib/prisma");\np.b.findMany();'), [
      "b.findMany",
    ]);
    assert.deepEqual(inUse('const { prisma } = await import("./lib/prisma");\nprisma.c.findMany();'), [
      "c.findMany",
    ]);
    assert.deepEqual(inUse('export const task = await (await import("./lib/prisma")).prisma.d.findMany();'), [
      "d.findMany",
    ]);
  });

  it("through CommonJS exports", () => {
    const whole = {
      "db.js": 'const { PrismaClient } = require("@prisma/client");\nmodule.exports = new PrismaClient();',
    };
    assert.deepEqual(inUse('const db = require("./db");\ndb.task.findMany();', whole), ["task.findMany"]);
    assert.deepEqual(inUse('import db from "./db";\ndb.task.findMany();', whole), ["task.findMany"]);
    const part = {
      "db.js":
        'const { PrismaClient } = require("@prisma/client");\nmodule.exports = { db: new PrismaClient() };',
    };
    assert.deepEqual(inUse('const { db } = require("./db");\ndb.task.findMany();', part), ["task.findMany"]);
    const named = {
      "db.js": 'const { PrismaClient } = require("@prisma/client");\nexports.db = new PrismaClient();',
    };
    assert.deepEqual(inUse('const lib = require("./db");\nlib.db.task.findMany();', named), [
      "task.findMany",
    ]);
  });

  it("through $extends", () => {
    const text =
      'import { prisma } from "./lib/prisma";\nconst db = prisma.$extends({}).$extends({});\ndb.task.findFirst();';
    assert.deepEqual(inUse(text), ["task.findFirst"]);
  });

  it("through functions that give it", () => {
    const others = {
      "lib/get.ts":
        'import { PrismaClient } from "@prisma/client";\nlet client: PrismaClient | undefined;\nexport function getPrisma() {\n  if (!client) client = new PrismaClient();\n  return client;\n}\nexport const getDb = async () => getPrisma();',
    };
    assert.deepEqual(inUse('import { getPrisma } from "./lib/get";\ngetPrisma().task.findMany();', others), [
      "task.findMany",
    ]);
    assert.deepEqual(
      inUse('import { getDb } from "./lib/get";\nconst db = await getDb();\ndb.task.findMany();', others),
      ["task.findMany"],
    );
  });

  it("through fields of classes, parameter properties and base classes", () => {
    const service =
      'import { PrismaClient } from "@prisma/client";\nexport class PrismaService extends PrismaClient { async onModuleInit() { await this.$connect(); this.own.findMany(); } }\nexport class Base { protected readonly base: PrismaService; constructor(base: PrismaService) { this.base = base; } }';
    const others = { "service.ts": service };
    const text = `import { PrismaService, Base } from "./service";
export class Tasks extends Base {
  private readonly second: PrismaService;
  constructor(private readonly first: PrismaService, second: PrismaService) { super(first); this.second = second; }
  a() { return this.first.one.findMany(); }
  b() { return this.second.two.findMany(); }
  c() { return this.base.three.findMany(); }
}`;
    assert.deepEqual(inUse(text, others), ["one.findMany", "two.findMany", "three.findMany"]);
    assert.ok(calls({ "service.ts": service }).includes("service.ts own.findMany"));
  });

  it("through parameters by type, and through transactions", () => {
    const text = `import { Prisma, PrismaClient } from "@prisma/client";
import { prisma } from "./lib/prisma";
export const a = (db: PrismaClient) => db.one.findMany();
export async function b(tx: Prisma.TransactionClient) { await tx.two.findMany(); }
export function c({ db }: { db: typeof prisma }) { return db.three.findMany(); }
prisma.$transaction(async (tx) => { await tx.four.create({ data: {} }); });`;
    assert.deepEqual(inUse(text), ["one.findMany", "two.findMany", "three.findMany", "four.create"]);
  });

  it("through wrappers that call back", () => {
    const others = {
      "lib/tenant.ts":
        'import { prisma } from "./prisma";\nexport function withTenant(id, work) {\n  return prisma.$transaction(async (tx) => work(tx));\n}',
    };
    const text = 'import { withTenant } from "./lib/tenant";\nwithTenant("x", (tx) => tx.task.findMany());';
    assert.deepEqual(inUse(text, others), ["task.findMany"]);
  });

  it("through untyped parameters of the project's own functions", () => {
    const text =
      'import { prisma } from "./lib/prisma";\nconst list = (db) => db.task.findMany();\nlist(prisma);';
    assert.deepEqual(inUse(text), ["task.findMany"]);
  });

  it("through context objects where the project assigns or types them", () => {
    const others = {
      "trpc.ts":
        'import { prisma } from "./lib/prisma";\nexport const createContext = () => ({ prisma, user: 1 });',
    };
    const text =
      'import { procedure } from "elsewhere";\nexport const list = procedure.query(({ ctx }) => ctx.prisma.task.findMany());';
    assert.deepEqual(inUse(text, others), ["task.findMany"]);
    const typed = {
      "types.d.ts":
        'import type { PrismaClient } from "@prisma/client";\ndeclare module "fastify" { interface FastifyInstance { db: PrismaClient } }',
    };
    assert.deepEqual(inUse("export default async (app) => { await app.db.task.findMany(); };", typed), [
      "task.findMany",
    ]);
  });

  it("through models held in constants and picked by name", () => {
    const text = `import { prisma } from "./lib/prisma";
const tasks = prisma.task;
tasks.findMany();
const { user } = prisma;
user.findMany();
prisma["comment"].findMany();
for (const model of ["a", "b"] as const) prisma[model].deleteMany();`;
    assert.deepEqual(inUse(text), [
      "task.findMany",
      "user.findMany",
      "comment.findMany",
      "a.deleteMany",
      "b.deleteMany",
    ]);
  });

  it("through a file that never says so", () => {
    const others = { "lib/db.ts": 'export { prisma as db } from "./prisma";' };
    const text = 'import { db } from "./lib/db";\nexport const list = () => db.task.findMany();';
    assert.deepEqual(inUse(text, others), ["task.findMany"]);
  });

  it("through aliases of tsconfig.json and packages of the workspace", () => {
    const files = {
      "apps/web/tsconfig.json": '{ "extends": "../../tsconfig.base.json", "compilerOptions": {} }',
      "tsconfig.base.json":
        '{ "compilerOptions": { "baseUrl": ".", "paths": { "#data/*": ["packages/data/src/*"], }, } } // relaxed',
      "packages/db/package.json": '{ "name": "@acme/db" }',
      "packages/db/src/index.ts": LIB,
      "packages/data/src/one.ts": 'export { prisma } from "@acme/db";',
      "apps/web/package.json": '{ "name": "web", "dependencies": { "@acme/db": "*" } }',
      "apps/web/src/lib/local.ts": 'export { prisma } from "@acme/db";',
      "apps/web/use.ts": 'import { prisma } from "#data/one";\nprisma.a.findMany();',
      "apps/web/direct.ts": 'import { prisma } from "@acme/db";\nprisma.b.findMany();',
      "apps/web/habit.ts": 'import { prisma } from "@/lib/local";\nprisma.c.findMany();',
    };
    assert.deepEqual(calls(files).sort(), [
      "apps/web/direct.ts b.findMany",
      "apps/web/habit.ts c.findMany",
      "apps/web/use.ts a.findMany",
    ]);
  });

  it("through a generated client that is not in the sources, or is", () => {
    const text =
      'import { PrismaClient } from "../generated/prisma/client";\nconst db = new PrismaClient();\ndb.task.findMany();';
    assert.deepEqual(calls({ "src/use.ts": text }), ["src/use.ts task.findMany"]);
    const files = {
      "generated/prisma/client.ts": "/* code is generated */\nexport const PrismaClient = make();",
      "src/use.ts": text,
    };
    assert.deepEqual(calls(files), ["src/use.ts task.findMany"]);
    const banner = "/* !!! This is code generated by Prisma. Do not edit directly. !!! */\n";
    const written = {
      "generated/prisma/internal/class.ts": `${banner}import * as runtime from "@prisma/client/runtime/client";
export function getPrismaClientClass(): PrismaClientConstructor {
  return runtime.getPrismaClient(config) as unknown as PrismaClientConstructor;
}`,
      "generated/prisma/client.ts": `${banner}import * as $Class from "./internal/class.ts";
export const PrismaClient = $Class.getPrismaClientClass();`,
      "src/use.ts": text,
    };
    assert.deepEqual(calls(written), ["src/use.ts task.findMany"]);
  });
});

describe("What is no Prisma client", () => {
  before(loadTypeScript);

  for (const [what, text] of Object.entries({
    Stripe:
      'import Stripe from "stripe";\nconst client = new Stripe("x");\nclient.subscriptions.update("s", {});\nclient.customers.create({});',
    "an unknown receiver": "export const list = (db) => db.task.findMany();",
    "a Map and a Set": 'const prisma = { cache: new Map() };\nprisma.cache.delete("x");',
    "an array": "const rows = [1];\nrows.entries.count();",
    "another package's client": 'import { prisma } from "some-package";\nprisma.task.findMany();',
    "a name of another scope":
      'import { prisma } from "./lib/prisma";\nfunction f(prisma: Map<string, string>) { prisma.task.findMany(); }',
  }))
    it(what, () => assert.deepEqual(inUse(text), []));

  it("a dynamic model has no name", () => {
    assert.deepEqual(
      inUse(
        'import { prisma } from "./lib/prisma";\nexport const list = (model: string) => prisma[model].findMany();',
      ),
      [],
    );
  });
});

describe("Prisma clients that are made", () => {
  before(loadTypeScript);
  const made = (text: string) =>
    usages({ "a.ts": `import { PrismaClient } from "@prisma/client";\n${text}` }, "prisma-client");

  for (const [what, text] of Object.entries({
    "??": "export const prisma = globalThis.prisma ?? new PrismaClient();",
    "||": "const prisma = global.prisma || new PrismaClient();",
    "??=": "globalThis.prisma ??= new PrismaClient();",
    "a function behind ??":
      "const make = () => { return new PrismaClient(); };\nexport const prisma = globalThis.prisma ?? make();",
    "if (!x)":
      "let client;\nexport function get() { if (!client) client = new PrismaClient(); return client; }",
    "an early return":
      "let client;\nexport function get() { if (client) return client; client = new PrismaClient(); return client; }",
    "a branch for production":
      "let prisma;\nif (process.env.NODE_ENV === 'production') { prisma = new PrismaClient(); } else { if (!global.prisma) { global.prisma = new PrismaClient(); } prisma = global.prisma; }",
    "a memoising call": 'export const prisma = singleton("prisma", () => new PrismaClient());',
    "a static instance":
      "class Db { static instance; static get() { if (!Db.instance) { Db.instance = new PrismaClient(); } return Db.instance; } }",
    "a conditional": "export const prisma = globalThis.prisma ? globalThis.prisma : new PrismaClient();",
  }))
    it(`guarded by ${what}`, () => {
      const all = made(text);
      assert.ok(all.length > 0);
      assert.ok(all.every((each) => each.guarded));
    });

  for (const [what, text] of Object.entries({
    "at the top": "export const prisma = new PrismaClient();",
    "in a handler":
      "export async function GET() { const prisma = new PrismaClient(); return prisma.task.findMany(); }",
    "for want of an argument": "export const make = (client?: PrismaClient) => client ?? new PrismaClient();",
    "after an early return of something else":
      "export function f() { if (!ready) return; const prisma = new PrismaClient(); return prisma.a.findMany(); }\nlet ready;",
    "under a test of something else":
      "let user;\nexport function f() { if (!user) { const prisma = new PrismaClient(); prisma.a.findMany(); } }",
    "by environment": "const prisma = process.env.X ? new PrismaClient({ log: [] }) : new PrismaClient();",
  }))
    it(`unguarded ${what}`, () =>
      assert.deepEqual([...new Set(made(text).map((each) => each.guarded))], [false]));

  it("name their module, variable, export, declaration and URL", () => {
    const files = {
      "lib/db.ts":
        'import { PrismaClient } from "../generated/prisma";\nconst client = new PrismaClient({ datasources: { db: { url: process.env.DIRECT_URL } } });\nexport { client as db };',
    };
    const [only] = usages(files, "prisma-client");
    assert.equal(only!.module, "../generated/prisma");
    assert.equal(only!.variable, "client");
    assert.equal(only!.exportedAs, "db");
    assert.equal(
      files["lib/db.ts"].slice(only!.declaration!.start, only!.declaration!.end).startsWith("const client"),
      true,
    );
    assert.deepEqual(names(files, [only!.url]), ["DIRECT_URL"]);
  });

  it("find the URL in an adapter, and keep no password", () => {
    const files = {
      "db.ts":
        'import { PrismaPg } from "@prisma/adapter-pg";\nimport { PrismaClient } from "./generated/client";\nconst adapter = new PrismaPg({ connectionString: "postgres://me:secret@host:6543/db" });\nexport default new PrismaClient({ adapter });',
    };
    const [only] = usages(files, "prisma-client");
    assert.equal(only!.url!.value, "postgres://me:***@host:6543/db");
    assert.equal(only!.exportedAs, "default");
  });
});

describe("Fields of Prisma calls", () => {
  before(loadTypeScript);

  it("come from data, where, select, include and orderBy, with a guess at their types", () => {
    const text = `import { prisma } from "./lib/prisma";
const where = { userId: user.id, AND: [{ readAt: null }, { title: { contains: "x" } }] };
prisma.notification.findMany({ where, select: { id: true, author: { select: { name: true } } }, orderBy: [{ createdAt: "desc" }] });
prisma.notification.create({ data: { title: "a", count: 1, isRead: false, at: new Date(), meta: { a: 1 }, task: { connect: { id } } } });`;
    const [find, create] = usages({ "lib/prisma.ts": LIB, "use.ts": text }, "prisma-call");
    assert.deepEqual(
      find!.fields.map((each) => `${each.in} ${each.name} ${each.type}${each.text ? ` ${each.text}` : ""}`),
      [
        "where userId string user.id",
        "where readAt date",
        "where title string",
        "select id string",
        "select author relation",
        "orderBy createdAt date",
      ],
    );
    assert.deepEqual(
      create!.fields.map((each) => `${each.name} ${each.type}`),
      ["title string", "count number", "isRead boolean", "at date", "meta json", "task relation"],
    );
  });

  it("come from rows of createMany and both sides of upsert", () => {
    const text = `import { prisma } from "./lib/prisma";
prisma.tag.createMany({ data: rows.map((row) => ({ name: row.name, color: "x" })) });
prisma.tag.upsert({ where: { id: "x", team_slug: { team: "t", slug: "s" } }, create: { name: "a" }, update: { color: "b" } });`;
    const fields = usages({ "lib/prisma.ts": LIB, "use.ts": text }, "prisma-call").map((each) =>
      each.fields.map((field) => `${field.in} ${field.name}`),
    );
    assert.deepEqual(fields, [
      ["data name", "data color"],
      ["where id", "where team", "where slug", "data name", "data color"],
    ]);
  });
});
