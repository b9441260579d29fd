import assert from "node:assert/strict";
import { loadTypeScript } from "../../src/source/code/typescript.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { readTree } from "../../src/workspace/draft/code-tree.ts";
import type { DraftRequest } from "../../src/workspace/draft/draft-for.ts";
import { addImport } from "../../src/workspace/draft/imports.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withFolder } from "./folder.ts";

const CLOCK = new Date("2025-03-04T05:06:07Z");
const SCHEMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Shop {
  id        String   @id @default(uuid())
  createdAt DateTime @default(now()) @map("created_at")
  clerks    Clerk[]

  @@map("shops")
}

model Clerk {
  id     String @id @default(uuid()) @db.Uuid
  shopId String @map("shop_id")
  shop   Shop   @relation("staff", fields: [shopId], references: [id], onDelete: Cascade)

  @@map("clerks")
}
`.replace("clerks    Clerk[]", 'clerks    Clerk[]  @relation("staff")');

const CODE = `import { PrismaClient } from "@prisma/client";

export const prisma = new PrismaClient();

export const sell = (shopId: string, clerkId: string, note?: string) =>
  prisma.saleEntry.create({ data: { shopId, clerkId, cents: 100, note, refunded: false, createdAt: new Date() } });
export const list = (shopId: string) =>
  prisma.saleEntry.findMany({ where: { shopId }, orderBy: { createdAt: "desc" } });
`;

const INIT = "prisma/migrations/20240101000000_init/migration.sql";
const TABLES = `CREATE TABLE "shops" ("id" TEXT NOT NULL PRIMARY KEY, "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "clerks" ("id" UUID NOT NULL PRIMARY KEY, "shop_id" TEXT NOT NULL REFERENCES "shops" ("id"));
`;
const SHOP = { "package.json": '{ "dependencies": { "@prisma/client": "6.16.2", "zod": "3.25.0" } }' };

/** The texts of all files that a draft changes or makes, by path, and what is left to do. */
async function drafted(files: Readonly<Record<string, string>>, request: DraftRequest) {
  return withFolder(files, async (root) => {
    const workspace = await openWorkspace(root);
    const { fix, todo } = await workspace.draft(request, CLOCK);
    const texts = new Map(fix.files.map(({ path, text }) => [path, text]));
    for (const path of new Set(fix.edits.map((edit) => edit.path)))
      texts.set(
        path,
        applyEdits(
          files[path]!,
          fix.edits.filter((edit) => edit.path === path),
        ),
      );
    await workspace.applyFix(fix);
    const rules = ["prisma-model-unknown", "prisma-migrations-behind", "environment-unvalidated"];
    const { findings } = await workspace.report({ onlyRules: rules });
    return { texts, todo, left: findings.map(({ message }) => message) };
  });
}

describe("a drafted model", () => {
  const request: DraftRequest = { verb: "draft-model", subject: "SaleEntry" };

  it("has the fields that code uses, as the other models declare theirs, and both sides of its relations", async () => {
    const { texts, left } = await drafted(
      { ...SHOP, "prisma/schema.prisma": SCHEMA, [INIT]: TABLES, "lib/sales.ts": CODE },
      request,
    );
    const schema = texts.get("prisma/schema.prisma")!;
    assert.match(schema, /\n {2}clerks +Clerk\[\] +@relation\("staff"\)\n {2}saleEntries +SaleEntry\[\]\n/);
    assert.equal(
      schema.slice(schema.indexOf("model SaleEntry ")),
      `model SaleEntry {
  id        String   @id @default(uuid())
  shopId    String   @map("shop_id")
  clerkId   String   @map("clerk_id") @db.Uuid
  cents     Int
  note      String?
  refunded  Boolean  @default(false)
  createdAt DateTime @default(now()) @map("created_at")
  shop      Shop     @relation(fields: [shopId], references: [id], onDelete: Cascade)
  clerk     Clerk    @relation(fields: [clerkId], references: [id], onDelete: Cascade)

  @@index([shopId, createdAt])
  @@map("sale_entries")
}
`,
    );
    const migration = "prisma/migrations/20250304050607_create_the_table_of_saleentry/migration.sql";
    assert.match(texts.get(migration)!, /CREATE TABLE "sale_entries" \([\s\S]*REFERENCES "clerks"\("id"\)/);
    assert.deepEqual(left, []);
  });

  it("gets no migration where the schema is pushed", async () => {
    const { texts } = await drafted(
      { ...SHOP, "prisma/schema.prisma": SCHEMA, "lib/sales.ts": CODE },
      request,
    );
    assert.deepEqual([...texts.keys()], ["prisma/schema.prisma"]);
  });

  it("is refused with a sentence where no code wants it, or Prisma would not take it", async () => {
    const files = { ...SHOP, "prisma/schema.prisma": SCHEMA, "lib/sales.ts": CODE };
    await assert.rejects(
      drafted(files, { verb: "draft-model", subject: "Clerk" }),
      /^WorkspaceProblem: The schema has a model Clerk already\.$/,
    );
    await assert.rejects(
      drafted(files, { verb: "draft-model", subject: "Elsewhere" }),
      /No code uses a model Elsewhere that the schema lacks\./,
    );
  });
});

describe("a drafted environment", () => {
  const request: DraftRequest = { verb: "draft-environment", subject: "" };
  const CLIENT = `"use client";
import { mark } from "@/lib/mark";

export const home = mark(process.env.NEXT_PUBLIC_HOME_URL!);
`;
  const SERVER = `// Payments.
export const key = process.env.PAY_KEY as string;
export const debug = process.env.PAY_DEBUG ?? "no";
export const port = Number(process.env.PAY_PORT!);
`;
  const files = {
    ...SHOP,
    "lib/mark.ts": "export const mark = (url: string) => url;\n",
    "app/page.tsx": CLIENT,
    "lib/pay.ts": SERVER,
  };

  it("is a module for browsers and one for the server, imported where variables were taken for granted", async () => {
    const { texts, todo, left } = await drafted(files, request);
    assert.deepEqual([...texts.keys()].sort(), [
      "app/page.tsx",
      "lib/env/public.ts",
      "lib/env/server.ts",
      "lib/pay.ts",
    ]);
    assert.equal(
      texts.get("app/page.tsx"),
      CLIENT.replace('mark";\n', 'mark";\nimport { publicEnv } from "@/lib/env/public";\n').replace(
        "process.env.NEXT_PUBLIC_HOME_URL!",
        "publicEnv.NEXT_PUBLIC_HOME_URL",
      ),
    );
    assert.match(texts.get("lib/env/public.ts")!, /NEXT_PUBLIC_HOME_URL: z\.string\(\)\.url\(\),/);
    const server = texts.get("lib/env/server.ts")!;
    assert.match(server, /PAY_DEBUG: z\.string\(\)\.min\(1\)\.optional\(\),/);
    assert.match(server, /PAY_PORT: z\.coerce\.number\(\)\.int\(\),/);
    assert.match(texts.get("lib/pay.ts")!, /^\/\/ Payments\.\nimport \{ env \} from "\.\/env\/server";\n/);
    assert.match(texts.get("lib/pay.ts")!, /port = Number\(env\.PAY_PORT\);/);
    assert.deepEqual([todo, left], [[], []]);
  });

  it("leaves a secret under a public prefix out, and says what is missing", async () => {
    const { texts, todo } = await drafted(
      {
        "package.json": "{}",
        "lib/a.ts": "export const a = [process.env.NEXT_PUBLIC_SERVICE_ROLE_KEY!, process.env.A!];\n",
      },
      request,
    );
    assert.doesNotMatch([...texts.values()].join(), /env\.NEXT_PUBLIC_SERVICE_ROLE_KEY[^!]/);
    assert.deepEqual(
      todo.map((sentence) => sentence.split(" ")[0]),
      ["zod", "NEXT_PUBLIC_SERVICE_ROLE_KEY"],
    );
  });

  it("never writes over a file, and has a sentence where nothing is read", async () => {
    await assert.rejects(
      drafted({ ...files, "lib/env/server.ts": "export {};\n" }, request),
      /exists already/,
    );
    await assert.rejects(drafted({ ...SHOP, "lib/a.ts": "export {};\n" }, request), /No code here reads/);
  });
});

describe("an import that is added", () => {
  before(loadTypeScript);

  for (const [what, text, after] of [
    [
      "behind the last import",
      'import a from "a";\nimport {\n  b,\n} from "b";\n\nb();\n',
      'import a from "a";\nimport {\n  b,\n} from "b";\nNEW\n\nb();\n',
    ],
    ["behind a directive", '"use client";\n\nb();\n', '"use client";\n\nNEW\n\nb();\n'],
    ["behind a hash-bang", "#!/usr/bin/env node\nb();\n", "#!/usr/bin/env node\nNEW\n\nb();\n"],
    ["at the top", "b();\n", "NEW\n\nb();\n"],
    ["with the file's line ends", 'import a from "a";\r\na();\r\n', 'import a from "a";\r\nNEW\r\na();\r\n'],
  ] as const)
    it(`stands ${what}`, () => {
      assert.equal(applyEdits(text, [addImport(readTree("x.ts", text), "NEW")]), after);
    });
});
