import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../src/build/tree.ts";
import { createLocator } from "../../src/report/place.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { eventually, type Files, type PlainClient, PUSHED, withClient } from "./plain-client.ts";

const STRIVE = join(ROOT, "examples", "strive", "before");
const NEWEST = "supabase/migrations/20250609100000_realtime.sql";
const SCHEMA = "prisma/schema.prisma";
const POLICY = `
alter table public.tasks enable row level security;
create policy "own tasks" on public.tasks for select to authenticated using (assignee_id = (select auth.uid()));
`;

/** Rule and place of everything that the client shows below a folder. */
const shown = (client: PlainClient, folder: string): string[] =>
  [...client.pushed]
    .flatMap(([uri, { diagnostics }]) => {
      const within = client.uri(folder).replace(/\/?$/, "/");
      if (!uri.startsWith(within)) return [];
      const path = decodeURIComponent(uri.slice(within.length));
      return diagnostics.map(
        ({ code, range: { start } }) => `${path}:${start.line + 1}:${start.character + 1} ${code}`,
      );
    })
    .sort();

/** The same of a workspace that is opened anew, with the texts that are open. */
async function found(client: PlainClient, folder: string, open: Files): Promise<string[]> {
  const workspace = await openWorkspace(join(client.root, folder));
  for (const [path, text] of Object.entries(open)) workspace.setText(path, text);
  const report = await workspace.report();
  const locator = createLocator(report);
  await workspace.close();
  return report.findings
    .map(({ rule, at }) => {
      const { start } = locator.range(at);
      return `${at.path}:${start.line}:${start.column} ${rule}`;
    })
    .sort();
}

async function settles(client: PlainClient, folder = "", open: Files = {}): Promise<void> {
  const expected = await found(client, folder, open);
  await eventually(() => assert.deepEqual(shown(client, folder), expected));
}

const ask = (client: PlainClient, path: string) =>
  ["completion", "hover", "codeLens", "documentSymbol"].map((method) =>
    client.request(`textDocument/${method}`, {
      textDocument: { uri: client.uri(path) },
      position: { line: 1, character: 3 },
    }),
  );

/** What a watcher tells of what git did to the files. */
async function tell(client: PlainClient, changes: string): Promise<void> {
  const of = (letter: string) =>
    changes.split("\n").flatMap((line) => (line.startsWith(letter) ? [line.slice(2)] : []));
  await client.watched("deleted", ...of("D"));
  await client.watched("created", ...of("A"));
  await client.watched("changed", ...of("M"), ".git/HEAD");
}

/** Whatever comes between, in the end the editor lists what a check of the same texts finds. */
describe("a storm of changes", function () {
  this.timeout(120_000);

  it("typed: a policy letter by letter, and half of it taken back, between questions", () =>
    withClient("strive", { capabilities: PUSHED }, async (client) => {
      const text = client.read(NEWEST);
      await client.open(NEWEST);
      const asked: Promise<unknown>[] = [];
      for (let i = 1; i <= POLICY.length; i++) {
        await client.change(NEWEST, text + POLICY.slice(0, i));
        if (i % 16 === 0) asked.push(...ask(client, NEWEST));
      }
      await settles(client, "", { [NEWEST]: text + POLICY });
      for (let i = POLICY.length; i > POLICY.length / 2; i--)
        await client.change(NEWEST, text + POLICY.slice(0, i));
      await Promise.all(asked);
      await settles(client, "", { [NEWEST]: client.text(NEWEST) });
      await client.close(NEWEST);
      await settles(client);
    }));

  it("on disk: files and folders renamed, deleted and put back, some of them open", () =>
    withClient("strive", { capabilities: PUSHED }, async (client) => {
      const move = async (from: string, to: string) => {
        mkdirSync(dirname(join(client.root, to)), { recursive: true });
        renameSync(join(client.root, from), join(client.root, to));
        await client.watched("deleted", from);
        await client.watched("created", to);
      };
      await client.open(SCHEMA);
      await move("hooks", "app/hooks");
      await move(NEWEST, NEWEST.replace("realtime", "late"));
      await move("prisma/migrations", "kept");
      await settles(client, "", { [SCHEMA]: client.text(SCHEMA) });
      await move("kept", "prisma/migrations");
      await move("app/hooks", "hooks");
      client.remove(NEWEST.replace("realtime", "late"));
      await client.watched("deleted", NEWEST.replace("realtime", "late"));
      await client.close(SCHEMA);
      await settles(client);
    }));

  it("of git: branches switched to and fro faster than they are read", () =>
    withClient("strive", { capabilities: PUSHED }, async (client) => {
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
          cwd: client.root,
          encoding: "utf8",
        });
      git("init", "-q", "-b", "main");
      git("add", ".");
      git("commit", "-qm", "main");
      git("switch", "-qc", "other");
      client.write(NEWEST.replace("20250609", "20250610"), POLICY);
      client.write(SCHEMA, `${client.read(SCHEMA)}\nmodel Extra {\n  id String @id\n}\n`);
      git("mv", "hooks", "components/hooks");
      git("rm", "-q", NEWEST);
      git("add", ".");
      git("commit", "-qm", "other");
      git("switch", "-q", "main");
      for (const [from, to] of Array.from({ length: 5 }, (_, i) =>
        i % 2 ? (["other", "main"] as const) : (["main", "other"] as const),
      )) {
        git("switch", "-q", to);
        await tell(client, git("diff", "--name-status", "--no-renames", from, to));
      }
      await settles(client);
      git("switch", "-q", "main");
      await tell(client, git("diff", "--name-status", "--no-renames", "other", "main"));
      await settles(client);
    }));

  it("in several folders, of which one comes late and one goes", () =>
    withClient({ "a/readme.md": "" }, { capabilities: PUSHED, folders: ["a"] }, async (client) => {
      for (const folder of ["a", "b"]) cpSync(STRIVE, join(client.root, folder), { recursive: true });
      const change = (added: string[], removed: string[]) => {
        const named = (paths: string[]) => paths.map((name) => ({ uri: client.uri(name), name }));
        const event = { added: named(added), removed: named(removed) };
        return client.notify("workspace/didChangeWorkspaceFolders", { event });
      };
      await client.watched("created", "a");
      await client.open(`b/${NEWEST}`, POLICY);
      await change(["b"], []);
      await client.open(`a/${NEWEST}`, "");
      for (let i = 1; i <= POLICY.length; i++) await client.change(`a/${NEWEST}`, POLICY.slice(0, i));
      await settles(client, "a", { [NEWEST]: POLICY });
      await settles(client, "b", { [NEWEST]: POLICY });
      await change([], ["a"]);
      await eventually(() => assert.deepEqual(shown(client, "a"), []));
      await settles(client, "b", { [NEWEST]: POLICY });
    }));
});
