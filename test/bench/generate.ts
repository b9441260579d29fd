import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How large a generated workspace is. */
export interface Size {
  readonly models: number;
  /** Half of them make tables, half protect them. */
  readonly migrations: number;
  readonly policies: number;
  readonly codeFiles: number;
  /** One code file in so many speaks to the database; the others are components. */
  readonly speaking: number;
}

/**
 * Of 18,600 code files in 14 public projects 23 % say anything of a database, an environment or a client; in the median
 * project 39 %, in the most talkative application 46 %.
 */
export const ISSUE_SIZE: Size = {
  models: 1000,
  migrations: 2000,
  policies: 5000,
  codeFiles: 3000,
  speaking: 2,
};

export const timesSize = (size: Size, times: number): Size => ({
  ...size,
  models: size.models * times,
  migrations: size.migrations * times,
  policies: size.policies * times,
  codeFiles: size.codeFiles * times,
});

/** Paths of a generated workspace by what an edit of them means. */
export interface Workspace {
  readonly schema: string;
  /** In the order of history. */
  readonly migrations: readonly string[];
  /** Those that speak to the database. */
  readonly code: readonly string[];
}

/** Bytes of one code file. */
const CODE_SIZE = 4096;
/** One table in so many is left without protection, and one code file in so many has a wrong name: there is something to find. */
const SLIP = 100;

/** Writes a Prisma and Supabase workspace as such projects look: the same bytes at every call. */
export function writeWorkspace(folder: string, size: Size): Workspace {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
  };
  write("package.json", PACKAGE);
  write("lib/prisma.ts", CLIENT);
  write("lib/supabase.ts", SUPABASE);
  write(".env.example", "DATABASE_URL=\nNEXT_PUBLIC_SUPABASE_URL=\nNEXT_PUBLIC_SUPABASE_ANON_KEY=\n");
  write("supabase/config.toml", 'project_id = "bench"\n');
  const schema = write("prisma/schema.prisma", renderSchema(size.models));
  const migrations = migrationFiles(size).map(({ path, text }) => write(path, text));
  const code: string[] = [];
  for (let i = 0; i < size.codeFiles; i++) {
    const folder = `app/part${i % 50}`;
    if (i % size.speaking) write(`${folder}/card${i}.tsx`, renderComponent(i));
    else code.push(write(`${folder}/action${i}.ts`, renderCode(i, size)));
  }
  return { schema, migrations, code };
}

const model = (i: number): string => `Entity${i}`;
const table = (i: number): string => `entities_${i}`;

/** A field per kind of thing that real models have; every model but the first points at the organization. */
function renderSchema(models: number): string {
  const blocks = Array.from({ length: models }, (_, i) =>
    i === 0 ? renderTenantModel(models) : renderModel(i),
  );
  return `${SCHEMA_HEAD}\n${blocks.join("\n")}`;
}

function renderTenantModel(models: number): string {
  const backs = Array.from({ length: models - 1 }, (_, i) => `  list${i + 1} ${model(i + 1)}[]`);
  return `model ${model(0)} {
  id        String   @id @default(uuid()) @db.Uuid
  name      String
  createdAt DateTime @default(now()) @map("created_at")
${backs.join("\n")}

  @@map("${table(0)}")
}
`;
}

const renderModel = (i: number): string => `/// What number ${i} is about.
model ${model(i)} {
  id             String   @id @default(uuid()) @db.Uuid
  title          String   @db.VarChar(200)
  body           String?
  amount         Decimal  @default(0) @db.Decimal(12, 2)
  isDone         Boolean  @default(false) @map("is_done")
  organizationId String   @map("organization_id") @db.Uuid
  organization   ${model(0)} @relation(fields: [organizationId], references: [id], onDelete: Cascade)
  createdAt      DateTime @default(now()) @map("created_at")
  updatedAt      DateTime @updatedAt @map("updated_at")

  @@index([organizationId])
  @@map("${table(i)}")
}
`;

/** Tables first and their protection after, spread over both tools; all in one history by their timestamps. */
function migrationFiles({ models, migrations, policies }: Size): { path: string; text: string }[] {
  const half = Math.ceil(migrations / 2);
  const perHalf = Math.ceil(models / half);
  const each = Math.max(1, Math.round(policies / models));
  return Array.from({ length: half }, (_, n) => {
    const tables = Array.from({ length: perHalf }, (_, k) => n * perHalf + k).filter((i) => i < models);
    return [
      {
        path: `prisma/migrations/${timestamp(2 * n)}_make_${n}/migration.sql`,
        text: tables.map(renderTable).join("\n"),
      },
      {
        path: `supabase/migrations/${timestamp(2 * n + 1)}_protect_${n}.sql`,
        text: tables.map((i) => renderProtection(i, each)).join("\n") || "-- nothing\n",
      },
    ];
  }).flat();
}

const timestamp = (n: number): string =>
  new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString().replace(/\D/g, "").slice(0, 14);

const renderTable = (i: number): string => `-- CreateTable
CREATE TABLE "${table(i)}" (
    "id" UUID NOT NULL,
${i === 0 ? '    "name" TEXT NOT NULL,' : COLUMNS}
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "${table(i)}_pkey" PRIMARY KEY ("id")
);
${i === 0 ? "" : renderTenantKey(i)}`;

const COLUMNS = `    "title" VARCHAR(200) NOT NULL,
    "body" TEXT,
    "amount" DECIMAL(12,2) NOT NULL DEFAULT 0,
    "is_done" BOOLEAN NOT NULL DEFAULT false,
    "organization_id" UUID NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,`;

const renderTenantKey = (i: number): string => `
-- CreateIndex
CREATE INDEX "${table(i)}_organization_id_idx" ON "${table(i)}"("organization_id");

-- AddForeignKey
ALTER TABLE "${table(i)}" ADD CONSTRAINT "${table(i)}_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "${table(0)}"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`;

const COMMANDS = ["select", "insert", "update", "delete", "all"] as const;

function renderProtection(i: number, policies: number): string {
  if (i % SLIP === SLIP - 1) return `-- ${table(i)} was forgotten\n`;
  const lines = Array.from({ length: policies }, (_, n) => renderPolicy(i, n));
  return `alter table public.${table(i)} enable row level security;\n\n${lines.join("\n")}`;
}

function renderPolicy(i: number, n: number): string {
  const command = COMMANDS[n % COMMANDS.length]!;
  const column = i === 0 ? "id" : "organization_id";
  const test = `${column} = ((select auth.jwt()) -> 'app_metadata' ->> 'organization_id')::uuid`;
  const clauses = command === "insert" ? `with check (${test})` : `using (${test})`;
  return `create policy "${table(i)}_${command}_${n}" on public.${table(i)} for ${command} to authenticated\n  ${clauses};\n`;
}

/** One code file: calls through both clients, a subscription now and then, and ordinary code up to its size. */
function renderCode(i: number, { models }: Size): string {
  const at = (i * 7) % models;
  const wrong = i % SLIP === SLIP - 1;
  const head = `import { prisma } from "../../lib/prisma";
import { supabase } from "../../lib/supabase";

export async function list${i}(organizationId: string) {
  const rows = await prisma.entity${at}.findMany({ where: { organizationId }, orderBy: { createdAt: "desc" } });
  const { data } = await supabase.from("${wrong ? model(at) : table(at)}").select("id, title").eq("organization_id", organizationId);
  return { rows, data };
}
${i % 5 === 0 ? renderSubscription(i, at) : ""}`;
  return head + renderFiller(i, CODE_SIZE - head.length);
}

const renderSubscription = (i: number, at: number): string => `
export const watch${i} = (refresh: () => void) =>
  supabase
    .channel("changes-${i}")
    .on("postgres_changes", { event: "*", schema: "public", table: "${table(at)}" }, refresh)
    .subscribe();
`;

/** One code file that shows what others fetched. */
function renderComponent(i: number): string {
  const head = `"use client";

import { useMemo, useState } from "react";
import { Button } from "../../components/button";
import { total${i - 1}_0 } from "./action${i - 1}";

interface Card${i}Props {
  readonly title: string;
  readonly items: readonly { price: number; count: number }[];
  readonly onClose?: () => void;
}

/** Shows the sum of its items, and each of them when it is open. */
export function Card${i}({ title, items, onClose }: Card${i}Props) {
  const [isOpen, setOpen] = useState(false);
  const sum = useMemo(() => total${i - 1}_0(items), [items]);
  return (
    <section className="flex flex-col gap-2 rounded-lg border p-4 shadow-sm" aria-label={title}>
      <h2 className="text-lg font-semibold">{title}: {sum.toFixed(2)}</h2>
      <Button variant="ghost" onClick={() => setOpen((before) => !before)}>{isOpen ? "Less" : "More"}</Button>
      {isOpen && items.map(({ price, count }, index) => (
        <p key={index} className="text-sm text-gray-500">{count} at {price}</p>
      ))}
      {onClose && <Button onClick={onClose}>Close</Button>}
    </section>
  );
}
`;
  return head + renderFiller(i, CODE_SIZE - head.length);
}

/** Whole functions, and a comment for the bytes that are left. */
function renderFiller(i: number, size: number): string {
  const parts: string[] = [];
  let left = size;
  for (let n = 0; ; n++) {
    const part = renderFunction(i, n);
    if (part.length + 4 > left) break;
    parts.push(part);
    left -= part.length;
  }
  return `${parts.join("")}// ${"-".repeat(Math.max(0, left - 4))}\n`;
}

const renderFunction = (i: number, n: number): string => `
export function total${i}_${n}(items: readonly { price: number; count: number }[]): number {
  let sum = ${n};
  for (const { price, count } of items) {
    if (count > ${n}) sum += Math.round(price * count * 100) / 100;
  }
  return sum;
}
`;

const SCHEMA_HEAD = `generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
`;

const PACKAGE = `${JSON.stringify(
  {
    name: "bench",
    private: true,
    dependencies: { "@prisma/client": "6.0.0", "@supabase/supabase-js": "2.50.0", next: "15.0.0" },
    devDependencies: { prisma: "6.0.0" },
  },
  null,
  2,
)}\n`;

const CLIENT = `import { PrismaClient } from "@prisma/client";

const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient };

export const prisma = globalForPrisma.prisma ?? new PrismaClient();
if (process.env.NODE_ENV !== "production") globalForPrisma.prisma = prisma;
`;

const SUPABASE = `import { createClient } from "@supabase/supabase-js";

export const supabase = createClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!);
`;

/** One migration of `bytes`: tables, keys, indexes, protection and policies, as one file. */
export function renderLargeMigration(bytes: number): string {
  const parts: string[] = [];
  let size = 0;
  for (let i = 0; size < bytes; i++) {
    const part = `${renderTable(i)}\n${renderProtection(i, 4)}\n`;
    parts.push(part);
    size += part.length;
  }
  return parts.join("");
}
