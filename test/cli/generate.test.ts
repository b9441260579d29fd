import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runIn } from "./recorder.ts";
import { type Files, withFiles } from "./temporary.ts";

const OPEN: Files = {
  "supabase/migrations/20240101000000_init.sql": `create table notes (id uuid primary key, user_id uuid not null references auth.users (id));\n`,
};

const listing = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe("generate", function () {
  this.timeout(60_000);

  it("writes the next migration, and says what was tried", () =>
    withFiles(OPEN, async (folder) => {
      const { code, out, err } = await runIn(folder, ["generate", "--no-cache"]);
      assert.equal(code, 0);
      assert.match(out, /^created {2}supabase\/migrations\/\d{14}_row_level_security_fixes\.sql\n$/);
      assert.match(err, /^tried {2}\d+ statements as everybody who may ask: each did what is declared\.\n$/);
    }));

  it("leaves out the table that PostgreSQL refuses, names it, and writes the rest", async () => {
    const [[path, sql]] = Object.entries(OPEN) as [[string, string]];
    const odd = sql.replace("notes (", "odd (what nowhere, ");
    const refused =
      'PostgreSQL refuses the generated SQL: relation "public.odd" does not exist, for a migration of your own failed before it';
    await withFiles({ [path]: sql + odd }, async (folder) => {
      const dry = ["generate", "--dry-run", "--no-cache", "--format", "json"];
      const { changes, left, trial } = JSON.parse((await runIn(folder, dry)).out);
      assert.match(changes[0].patch, /alter table public\.notes enable row level security/);
      assert.doesNotMatch(changes[0].patch, /public\.odd/);
      assert.ok(trial.tried > 0);
      assert.deepEqual(
        left.map(({ subject, why }: { subject: string; why: string }) => [subject, why.startsWith(refused)]),
        [["public.odd", true]],
      );
      const { code, out, err } = await runIn(folder, ["generate", "--no-cache"]);
      assert.match(out, /^created {2}\S+\n$/);
      assert.match(
        err,
        /^tried [^\n]*\nleft to you {2}public\.odd: PostgreSQL refuses [^\n]*rowguard\.config\.json\.\n$/,
      );
      assert.equal(code, 1);
    });
    await withFiles({ [path]: odd }, async (folder) => {
      const { code, err } = await runIn(folder, ["generate", "--no-cache"]);
      assert.ok(err.startsWith(`rowguard: Nothing was written: ${refused}`), err);
      assert.deepEqual([code, listing(folder).filter((each) => each.endsWith(".sql"))], [2, [path]]);
    });
  });

  it("does not call a table closed whose policies do not hold", () => {
    const idle = "create policy shut on notes as restrictive for select to authenticated using (false);\n";
    const [[path, sql]] = Object.entries(OPEN) as [[string, string]];
    return withFiles({ [path]: sql + idle }, async (folder) => {
      const { code, err } = await runIn(folder, ["generate", "--no-cache"]);
      assert.equal(code, 1);
      assert.match(
        err,
        /^left to you {2}public\.notes: row-level security is off, so that the policies it has/,
      );
      assert.doesNotMatch(err, /Nothing is open/);
    });
  });

  it("writes nothing where Ctrl-C stops the trial", () =>
    withFiles(OPEN, async (folder) => {
      const before = listing(folder);
      const running = runIn(folder, ["generate", "--no-cache"]);
      while (!process.listenerCount("SIGINT")) await new Promise((resolve) => setTimeout(resolve, 10));
      process.emit("SIGINT");
      const { code, out, err } = await running;
      assert.deepEqual(
        { code, out, err },
        { code: 130, out: "", err: "rowguard: It was cancelled. Nothing was written.\n" },
      );
      assert.deepEqual(listing(folder), before);
    }));

  it("shows in a dry run the new SQL as it is, and what changes of files that are there as a patch", () => {
    const schema = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model User {
  id    String @id @db.Uuid
  notes Note[]
}

model Note {
  id     String @id @db.Uuid
  userId String @map("user_id") @db.Uuid
  user   User   @relation(fields: [userId], references: [id])
}
`;
    const tables = `CREATE TABLE "User" ("id" UUID NOT NULL PRIMARY KEY);
CREATE TABLE "Note" ("id" UUID NOT NULL PRIMARY KEY, "user_id" UUID NOT NULL REFERENCES "User" ("id"));\n`;
    const files = {
      "prisma/schema.prisma": schema,
      "prisma/migrations/20240101000000_init/migration.sql": tables,
      "supabase/config.toml": 'project_id = "a"\n',
    };
    return withFiles(files, async (folder) => {
      const before = listing(folder);
      const { code, out } = await runIn(folder, ["generate", "--no-cache", "--dry-run"]);
      assert.equal(code, 0);
      assert.match(out, /^-- What the policies ask|^-- Protect public\./);
      assert.match(
        out,
        /\n--- a\/prisma\/schema\.prisma\n\+\+\+ b\/prisma\/schema\.prisma\n@@[\s\S]*\n\+ {2}@@index\(\[userId\]/,
      );
      assert.deepEqual(listing(folder), before);
    });
  });

  it("asks for the tenants in the same sentence as fix", () => {
    const both = `create table organizations (id uuid primary key);
create table teams (id uuid primary key);
create table organization_members (organization_id uuid references organizations, user_id uuid references auth.users, primary key (organization_id, user_id));
create table team_members (team_id uuid references teams, user_id uuid references auth.users, primary key (team_id, user_id));\n`;
    return withFiles({ "supabase/migrations/20240101000000_init.sql": both }, async (folder) => {
      const asked = /Which table holds the tenants, [^\n]*\? Say so in rowguard\.config\.json: [^\n]*\n/;
      const generated = await runIn(folder, ["generate", "--no-cache"]);
      const fixed = await runIn(folder, ["fix", "--all", "--no-cache"]);
      assert.equal(generated.code, 2);
      const [sentence] = asked.exec(generated.err)!;
      assert.match(
        sentence,
        /organizations \([^)]*\) or public\.teams \(|teams \([^)]*\) or public\.organizations \(/,
      );
      assert.ok(fixed.err.includes(sentence), fixed.err);
    });
  });

  const CHANNEL = {
    "lib/live.ts": `import { createClient } from "@supabase/supabase-js";

const supabase = createClient("https://x.supabase.co", "key");

export const open = (id: string) =>
  supabase.channel(\`room:\${id}\`).on("broadcast", { event: "move" }, () => {}).on("presence", { event: "sync" }, () => {}).subscribe();
`,
    "supabase/migrations/20240101000000_init.sql": `create table organizations (id uuid primary key);
create table members (organization_id uuid not null references organizations, user_id uuid not null references auth.users, primary key (organization_id, user_id));
create table rooms (id uuid primary key, organization_id uuid not null references organizations);
`,
  };

  it("does not offer to make a channel private that is", async () => {
    const hear = "create policy hear on realtime.messages for select to authenticated using (true);";
    const live = CHANNEL["lib/live.ts"].replace("}`)", "}`, { config: { private: true } })");
    for (const [text, title] of [
      [CHANNEL["lib/live.ts"], "Make the channel private, with policies on its topic"],
      [live, "Write policies on the channel's topic"],
    ] as const)
      await withFiles(
        { ...CHANNEL, "lib/live.ts": text, "supabase/migrations/20240102000000_hear.sql": hear },
        async (folder) => {
          const { out } = await runIn(folder, ["check", "--no-cache"]);
          assert.ok(out.includes(`fix   ${title}: `), out);
        },
      );
  });

  it("makes a channel of broadcast and presence private, of which the linter then has nothing to say", async () => {
    await withFiles(CHANNEL, async (folder) => {
      const isOpen = async () =>
        (
          JSON.parse((await runIn(folder, ["check", "--no-cache", "--format", "json"])).out).findings as {
            rule: string;
            message: string;
          }[]
        )
          .filter(
            ({ rule, message }) => rule.startsWith("realtime-") || message.includes("realtime.messages"),
          )
          .map(({ rule }) => rule);
      assert.deepEqual(await isOpen(), ["realtime-channel-open"]);
      const { code, err } = await runIn(folder, ["generate", "--no-cache", "--channel", "room:*"]);
      assert.equal(code, 0, err);
      assert.match(err, /each did what is declared/);
      const migration = readdirSync(join(folder, "supabase/migrations")).at(-1)!;
      const sql = readFileSync(join(folder, "supabase/migrations", migration), "utf8");
      assert.match(sql, /extension in \('broadcast', 'presence'\)/);
      // Who may write himself into them would be let in.
      const closed = [...sql.matchAll(/alter table (\S+) enable row level security/g)].map(
        ([, name]) => name,
      );
      assert.deepEqual(closed.sort(), ["public.members", "public.rooms"]);
      assert.deepEqual(await isOpen(), []);
      const again = await runIn(folder, ["generate", "--no-cache", "--channel", "room:*"]);
      assert.match(again.out + again.err, /Nothing is open: there is nothing to write/);
    });
  });

  it("tries a channel as everybody, writes it as private, and says of an older policy that it opens the topic", async () => {
    const older = "create policy anything on realtime.messages for select to authenticated using (true);\n";
    const init = "supabase/migrations/20240101000000_init.sql";
    const files = { ...CHANNEL, [init]: CHANNEL[init] + older };
    await withFiles(files, async (folder) => {
      const { code: exit, out, err } = await runIn(folder, ["generate", "--no-cache", "--channel", "room:*"]);
      assert.equal(exit, 0, err);
      assert.match(out, /^changed {2}lib\/live\.ts\ncreated {2}supabase\/migrations\/\d{14}_/);
      assert.match(readFileSync(join(folder, "lib/live.ts"), "utf8"), /\{ config: \{ private: true \} \}/);
      const tried = Number(/^tried {2}(\d+) statements as everybody/m.exec(err)?.[1]);
      assert.ok(tried >= 12, err);
      const opens = /^to mend {2}.* can .*room:.*: a policy that was there before opens that topic\.$/m;
      assert.match(err, opens);
    });
  });
});
