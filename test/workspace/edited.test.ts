import { strict as assert } from "node:assert";
import { findOccurrences } from "../../src/project/occurrences.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";
import { withFolder } from "./folder.ts";

const ROUNDS = 24;

const SCHEMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

/// Whose everything is.
model Organization {
  id      String   @id
  name    String
  Members Member[]
  tasks   Task[]
}

model Member {
  organizationId String       @map("organization_id")
  userId         String       @map("user_id")
  role           Role         @default(MEMBER)
  organization   Organization @relation(fields: [organizationId], references: [id])
  user           User         @relation(fields: [userId], references: [id])

  @@id([organizationId, userId])
  @@map("members")
}

// rowguard-ignore prisma-table-unmapped: it is called so elsewhere
model User {
  id      String   @id @db.Uuid
  members Member[]
  tags    Tag[]
}

/// @access members of its organization may do everything
model Task {
  id             String       @id
  title          String?
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])

  @@index([organizationId])
  @@map("tasks")
}

model Tag {
  id    Int    @id @default(autoincrement())
  Label String
  users User[]
}

enum Role {
  MEMBER
  ADMIN
}
`;

const MADE = `create table "Organization" (id text primary key, name text not null);
create table members (organization_id text references "Organization", user_id uuid, role text, primary key (organization_id, user_id));
create table "User" (id uuid primary key);
create table tasks (id text primary key, organization_id text);
alter table tasks enable row level security;
create policy own on tasks for select using (organization_id = auth.jwt() ->> 'organization_id');
`;

const CODE = `import { PrismaClient } from "@prisma/client";
const prisma = new PrismaClient();
export const tasks = () => prisma.task.findMany();
export const tags = () => prisma.tag.findMany();
`;

/** Files that only pass on what others make are read whole where somebody wants what they pass on. */
const PASSING = {
  "lib/db.ts": `import { PrismaClient } from "@prisma/client";
const made = new PrismaClient();
export const db = made;
export const setting = (name: string) => process.env[name];
`,
  "lib/index.ts": `export { db } from "./db";
export { setting } from "./db";
`,
  "lib/store.ts": `import { db } from "./index";
import { setting } from "./index";
export const store = { db };
export const url = setting("STORE_URL");
`,
  "lib/pages.ts": `import { store } from "./store";
import { db } from "./index";
export const people = () => store.db.user.findMany();
export const groups = () => db.organization.findMany();
`,
  ".env.example": "DATABASE_URL=\n",
};

const BASE = {
  "package.json": JSON.stringify({
    dependencies: { "@prisma/client": "6.0.0", "@supabase/supabase-js": "2.50.0" },
  }),
  "rowguard.config.json": JSON.stringify({ rules: { "prisma-table-unmapped": "warning" } }),
  "prisma/schema.prisma": SCHEMA,
  "lib/tasks.ts": CODE,
};

const LINES = [
  "",
  "// a comment",
  "  note String?",
  '  @@map("others")',
  "}",
  "model Other {",
  "/// @access everybody may read",
];

/** The same numbers in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** Takes lines out, puts one in, writes one twice, or moves a stretch of them to another place. */
function edit(text: string, random: (below: number) => number): string {
  const lines = text.split("\n");
  const at = random(lines.length);
  const kind = random(4);
  if (kind === 0) return lines.toSpliced(at, 1 + random(2)).join("\n");
  if (kind === 1) return lines.toSpliced(at, 0, LINES[random(LINES.length)]!).join("\n");
  if (kind === 2) return lines.toSpliced(at, 0, lines[at]!).join("\n");
  const moved = lines.splice(at, 1 + random(8));
  return lines.toSpliced(random(lines.length + 1), 0, ...moved).join("\n");
}

/** All that is known of a workspace. */
async function known(workspace: Workspace) {
  const { findings, suppressed, health, failures } = await workspace.report();
  const projects = (await workspace.projects()).map(({ text, ...project }) => ({
    ...project,
    occurrences: findOccurrences({ text, ...project }),
  }));
  return { findings, suppressed, health, failures, projects };
}

describe("what is known after edits, one after another, is what a workspace opened anew knows", () => {
  for (const [what, files] of Object.entries({
    "where migrations make the tables": { ...BASE, "prisma/migrations/20240101000000_a/migration.sql": MADE },
    "where models make them": BASE,
    "where code passes clients on": { ...BASE, ...PASSING },
  }))
    it(what, () =>
      withFolder(files, async (root) => {
        const workspace = await openWorkspace(root);
        const texts = new Map<string, string>(Object.entries(files));
        const paths = ["prisma/schema.prisma", "prisma/schema.prisma", ...texts.keys()].filter(
          (path) => !path.endsWith(".json"),
        );
        const random = seeded(11);
        for (let round = 0; round < ROUNDS; round++) {
          const path = paths[random(paths.length)]!;
          // Now and then all that was done to a file is taken back.
          const text = random(6) ? edit(texts.get(path)!, random) : files[path as keyof typeof files];
          texts.set(path, text);
          workspace.setText(path, text);
          const anew = await openWorkspace(root);
          for (const each of texts) anew.setText(...each);
          assert.deepEqual(await known(workspace), await known(anew), `round ${round}, in ${path}`);
        }
      }),
    );
});
