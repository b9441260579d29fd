import { strict as assert } from "node:assert";
import type {
  CodeLens,
  CompletionItem,
  DocumentSymbol,
  Hover,
  Location,
  Range,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
} from "vscode-languageserver";
import type { FindingOverview, Overview, TableDetails, TableWanted } from "../../src/protocol/requests.ts";
import {
  applyTextEdits,
  CAPABLE,
  type Files,
  type PlainClient,
  startClient,
  withClient,
} from "./plain-client.ts";

const INIT = "supabase/migrations/20240101000000_init.sql";
const STORAGE = "supabase/migrations/20240102000000_storage.sql";
const DRAFT = "supabase/policies.sql";
const SCHEMA = "prisma/schema.prisma";
const LIVE = "lib/live.ts";

const FILES: Files = {
  [INIT]: `create table public.members (org uuid not null, user_id uuid not null, primary key (user_id, org));
create table public.tasks (id uuid primary key, org uuid not null, owner_id uuid not null, title text);
create table public.notes (id uuid primary key, "authorId" uuid);
create function public.is_member(o uuid) returns boolean language sql stable
  as $$ select exists (select 1 from public.members m where m.org = o) $$;
alter table public.tasks enable row level security;
create policy "org tasks" on public.tasks for select to authenticated using (public.is_member(org));
create policy own on public.tasks for update to authenticated
  using (owner_id = (select auth.uid()) and exists (select 1 from members where members.org = tasks.org));
create policy gone on public.tasks for delete to authenticated using (true);
drop policy gone on public.tasks;
`,
  [STORAGE]: `insert into storage.buckets (id, name, public) values ('files', 'files', false);
create policy "read files" on storage.objects for select to authenticated
  using (bucket_id = 'files' and owner = (select auth.uid()));
`,
  [SCHEMA]: `datasource db {
  provider = "postgresql"
}

generator client {
  provider = "prisma-client-js"
}

model Task {
  id      String  @id @db.Uuid
  org     String  @db.Uuid
  ownerId String  @map("owner_id") @db.Uuid
  title   String?

  @@map("tasks")
}
`,
  [LIVE]: `import { createClient } from "@supabase/supabase-js";
import { PrismaClient } from "@prisma/client";
const prisma = new PrismaClient();
const client = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!);
export const all = () => prisma.task.findMany();
export const live = client.channel("a").on("postgres_changes", { event: "*", schema: "public", table: "tasks" }, () => {});
export const files = () => client.storage.from("files").list();
export const member = () => client.rpc("is_member", { o: "x" });
`,
};

const lineOf = (client: PlainClient, path: string, { start }: Range) =>
  client.text(path).split("\n")[start.line]!;

describe("what the server knows of names", function () {
  this.timeout(60_000);
  let client: PlainClient;
  before(async () => {
    client = await startClient(FILES, { capabilities: CAPABLE, initializationOptions: { commands: true } });
  });
  after(() => client.end());

  const places = (locations: readonly Location[]) =>
    locations.map(({ uri, range }) => {
      const path = decodeURIComponent(uri)
        .slice(decodeURIComponent(client.uri("")).length)
        .replace(/^\//, "");
      return `${path}: ${lineOf(client, path, range).trim().slice(0, 60)}`;
    });
  const definition = async (path: string, needle: string, after = 1) =>
    places(await client.request<Location[]>("textDocument/definition", client.at(path, needle, after)));
  const references = async (path: string, needle: string, after = 1, includeDeclaration = true) =>
    places(
      await client.request<Location[]>("textDocument/references", {
        ...client.at(path, needle, after),
        context: { includeDeclaration },
      }),
    );
  const hover = async (path: string, needle: string, after = 1) => {
    const answer = await client.request<Hover | null>("textDocument/hover", client.at(path, needle, after));
    return (answer?.contents as { value: string } | undefined)?.value ?? "";
  };
  const MODEL = `${SCHEMA}: model Task {`;
  const TABLE = `${INIT}: create table public.tasks (id uuid primary key, org uuid not`;

  it("goes from the model to its table and back, and from code and subscriptions to both", async () => {
    assert.deepEqual(await definition(SCHEMA, "Task {"), [TABLE]);
    assert.deepEqual(await definition(INIT, "public.tasks (id", 8), [MODEL]);
    assert.deepEqual(await definition(LIVE, "task.findMany"), [TABLE, MODEL]);
    assert.deepEqual(await definition(LIVE, 'tasks" }'), [TABLE, MODEL]);
    assert.deepEqual(await definition(INIT, "on public.tasks for select", 10), [TABLE, MODEL]);
  });

  it("finds all that names a table, from any of the places", async () => {
    const all = await references(SCHEMA, "Task {");
    assert.deepEqual(all, await references(LIVE, "task.findMany"));
    assert.deepEqual(all, await references(INIT, "update to", -14));
    const paths = all.map((each) => each.slice(0, each.indexOf(":")));
    assert.deepEqual(
      [SCHEMA, INIT, LIVE].map((path) => paths.filter((each) => each === path).length),
      [1, 6, 2],
      all.join("\n"),
    );
    assert.equal((await references(SCHEMA, "Task {", 1, false)).length, all.length - 2);
  });

  it("follows policies, the tables and functions inside them, and buckets", async () => {
    assert.deepEqual(await definition(INIT, "gone on public.tasks;"), [
      `${INIT}: create policy gone on public.tasks for delete to authenticat`,
    ]);
    assert.deepEqual(await definition(INIT, "from members where", 6), [
      `${INIT}: create table public.members (org uuid not null, user_id uuid`,
    ]);
    const func = `${INIT}: create function public.is_member(o uuid) returns boolean lan`;
    assert.deepEqual(await definition(INIT, "public.is_member(org)", 8), [func]);
    assert.deepEqual(await definition(LIVE, "is_member"), [func]);
    const bucket = `${STORAGE}: insert into storage.buckets (id, name, public) values ('file`;
    assert.deepEqual(await definition(LIVE, 'files").list'), [bucket]);
    assert.deepEqual(await definition(STORAGE, "bucket_id = 'files'", 14), [bucket]);
    assert.deepEqual(await references(STORAGE, "('files'", 3), [
      `${STORAGE}: using (bucket_id = 'files' and owner = (select auth.uid()));`,
      bucket,
      `${LIVE}: export const files = () => client.storage.from("files").list`,
    ]);
    assert.deepEqual(await references(INIT, "from public.members m", 7, false), [
      `${INIT}: as $$ select exists (select 1 from public.members m where m.`,
      `${INIT}: using (owner_id = (select auth.uid()) and exists (select 1 f`,
    ]);
  });

  it("says on hover who may do what, in words and SQL", async () => {
    const table = await hover(SCHEMA, "Task {");
    assert.match(table, /Row-level security is on\./);
    assert.match(table, /\| `anon` \| no row: no policy lets one through \|/);
    assert.match(table, /rows that "org tasks" lets through/);
    assert.match(
      table,
      /```sql\ncreate policy "org tasks" on public\.tasks\n {2}for select to authenticated\n {2}using \(public\.is_member\(org\)\);/,
    );
    assert.equal(await hover(LIVE, 'tasks" }'), table);
    assert.match(await hover(INIT, '"org tasks"'), /Lets these roles read the rows .*`authenticated`/);
    assert.match(await hover(INIT, "public.is_member(org)", 8), /Runs as whoever calls it/);
    assert.match(await hover(LIVE, 'files").list'), /Private\.[\s\S]*create policy "read files"/);
    assert.equal(await hover(LIVE, "import"), "");
  });

  it("counts policies and findings above models, tables and policies", async () => {
    const lenses = async (path: string) => {
      const all = await client.request<CodeLens[]>("textDocument/codeLens", {
        textDocument: { uri: client.uri(path) },
      });
      return all.map(({ range, command }) => {
        assert.equal(range.start.line, range.end.line);
        return `${lineOf(client, path, range).trim().slice(0, 30)} | ${command!.title}`;
      });
    };
    assert.match((await lenses(SCHEMA)).join(), /^model Task \{ \| RLS on, 2 policies/);
    const sql = await lenses(INIT);
    assert.match(sql.join("\n"), /create table public\.notes \(id +\| RLS off, 0 policies, 1 finding/);
    assert.match(sql.join("\n"), /create policy own on public\.ta \| RLS on/);
    assert.equal(sql.length, 5);
  });

  it("says so once a lens is seen, to a client that asks then, where a file has many", () => {
    const codeLens = { resolveSupport: { properties: ["command"] } };
    const capabilities = { ...CAPABLE, textDocument: { ...CAPABLE.textDocument, codeLens } };
    const many = Array.from({ length: 101 }, (_, i) => `create table public.m${i} (id uuid primary key);\n`);
    const MANY = INIT.replace("init", "many");
    return withClient({ ...FILES, [MANY]: many.join("") }, { capabilities }, async (other) => {
      const textDocument = { uri: other.uri(MANY) };
      const few = await other.request<CodeLens[]>("textDocument/codeLens", {
        textDocument: { uri: other.uri(INIT) },
      });
      assert.match(few.map(({ command }) => command?.title).join("\n"), /RLS on, 2 policies, 3 findings\n/);
      const unseen = await other.request<CodeLens[]>("textDocument/codeLens", { textDocument });
      assert.ok(unseen.every(({ command }) => command === undefined));
      const seen = await Promise.all(unseen.map((lens) => other.request<CodeLens>("codeLens/resolve", lens)));
      assert.deepEqual(
        [...new Set(seen.map(({ command }) => command!.title))],
        ["RLS off, 0 policies, 1 finding"],
      );
      assert.deepEqual(
        seen.map(({ range }) => range),
        unseen.map(({ range }) => range),
      );
      const strange = { range: unseen[0]!.range, data: { uri: other.uri(INIT), table: "public.nothing" } };
      assert.equal((await other.request<CodeLens>("codeLens/resolve", strange)).command!.title, "");
    });
  });

  it("sends the overview again only where it is another one, and the places of what is opened in it", () =>
    withClient(FILES, { capabilities: CAPABLE }, async (other) => {
      const overview = (known?: string) => other.request<Overview | null>("rowguard/overview", { known });
      const details = (wanted: TableWanted) => other.request<TableDetails | null>("rowguard/table", wanted);
      const first = (await overview())!;
      const { uri: folder, schemas, findings } = first.folders[0]!;
      const { database, tables } = schemas[0]!;
      const notes = tables.find(({ name }) => name === "notes")!;
      assert.deepEqual(notes, {
        key: "public.notes",
        name: "notes",
        rowSecurity: false,
        forced: false,
        uncertain: false,
        scope: notes.scope,
        policies: 0,
        worst: "error",
      });
      const wanted = { folder, database, key: "public.notes" };
      const lineOfNotes = async () => (await details(wanted))!.place!.range.start.line;
      assert.equal(await lineOfNotes(), 2);
      await other.open(INIT);
      await other.change(INIT, `\n${FILES[INIT]}`);
      assert.equal(await overview(first.id), null);
      assert.equal(await lineOfNotes(), 3);
      for (const { category, count } of findings) {
        const listed = await other.request<FindingOverview[]>("rowguard/findings", { folder, category });
        assert.equal(listed.length, count, category);
        assert.ok(listed.every((finding) => finding.category === category && finding.place.uri));
      }
      assert.equal(await details({ ...wanted, key: "public.gone" }), null);
      assert.equal(await details({ ...wanted, folder: "file:///elsewhere" }), null);
      await other.change(INIT, `${FILES[INIT]}alter table public.notes enable row level security;\n`);
      assert.notEqual(await overview(first.id), null);
    }));

  it("lists tables and policies of a document and of the workspace", async () => {
    const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri: client.uri(INIT) },
    });
    assert.deepEqual(
      symbols.map(({ name, detail }) => `${name}, ${detail}`),
      [
        "public.members, table",
        "public.tasks, table",
        "public.notes, table",
        "org tasks, policy on public.tasks",
        "own, policy on public.tasks",
      ],
    );
    const { selectionRange } = symbols.find(({ name }) => name === "org tasks")!;
    assert.equal(
      client
        .text(INIT)
        .split("\n")
        [selectionRange.start.line]!.slice(selectionRange.start.character, selectionRange.end.character),
      '"org tasks"',
    );
    const found = await client.request<WorkspaceSymbol[]>("workspace/symbol", { query: "pubtas" });
    assert.deepEqual(
      found.map(({ name }) => name),
      ["public.tasks"],
    );
    const tables = await client.request<WorkspaceSymbol[]>("workspace/symbol", { query: "public.members" });
    assert.deepEqual(places(tables.map(({ location }) => location as Location)), [
      `${INIT}: create table public.members (org uuid not null, user_id uuid`,
    ]);
    const policies = await client.request<WorkspaceSymbol[]>("workspace/symbol", { query: "org ta" });
    assert.deepEqual(places(policies.map(({ location }) => location as Location)), [
      `${INIT}: create policy "org tasks" on public.tasks for select to auth`,
    ]);
  });
});

describe("renaming a policy", function () {
  this.timeout(60_000);
  const rename = (client: PlainClient, path: string, needle: string, newName: string) =>
    client.request<WorkspaceEdit>("textDocument/rename", { ...client.at(path, needle, 1), newName });

  it("becomes the next migration where the policy may be applied", () =>
    withClient(FILES, { capabilities: CAPABLE }, async (client) => {
      const prepared = await client.request<{ placeholder: string }>(
        "textDocument/prepareRename",
        client.at(INIT, '"org tasks"', 2),
      );
      assert.equal(prepared.placeholder, "org tasks");
      const [path] = await client.apply(await rename(client, INIT, '"org tasks"', "Members read"));
      assert.match(path!, /^supabase\/migrations\/\d{14}_rename_policy_org_tasks_to_members_read\.sql$/);
      assert.match(
        client.read(path!),
        /^alter policy "org tasks" on public\.tasks rename to "Members read";$/m,
      );
      await client.watched("created", path!);
      const hover = await client.request<Hover>("textDocument/hover", client.at(SCHEMA, "Task {"));
      assert.match(JSON.stringify(hover.contents), /Members read/);
    }));

  it("edits every statement that names it where the SQL is no migration", () =>
    withClient(
      {
        [DRAFT.replace("supabase/", "sql/")]:
          `create table public.tasks (id uuid primary key, owner uuid not null);
alter table public.tasks enable row level security;
drop policy if exists own on public.tasks;
create policy own on public.tasks using (owner = current_setting('app.user_id', true)::uuid);
alter policy own on public.tasks to public;
`,
      },
      { capabilities: CAPABLE },
      async (client) => {
        await client.open("sql/policies.sql");
        const edit = await rename(client, "sql/policies.sql", "own on public.tasks using", "mine");
        await client.apply(edit);
        assert.deepEqual(
          [...client.text("sql/policies.sql").matchAll(/\b(own|mine) on/g)].map(([, name]) => name),
          ["mine", "mine", "mine"],
        );
      },
    ));

  it("is refused with a sentence where there is nothing to rename, or the name cannot be had", () =>
    withClient(FILES, { capabilities: CAPABLE }, async (client) => {
      await assert.rejects(
        client.request("textDocument/prepareRename", client.at(INIT, "gone on", 1)),
        /A later statement drops or renames "gone"/,
      );
      await assert.rejects(rename(client, INIT, "own on", "org tasks"), /has a policy "org tasks" already/);
      await assert.rejects(rename(client, INIT, "own on", " "), /needs a name/);
      await assert.rejects(rename(client, INIT, "own on", "é".repeat(40)), /63 bytes/);
      assert.equal(
        await client.request("textDocument/prepareRename", client.at(INIT, "public.notes", 8)),
        null,
      );
    }));

  it("is refused with the SQL to write where the editor cannot create files", () =>
    withClient(FILES, {}, async (client) => {
      await assert.rejects(
        rename(client, INIT, "own on", "mine"),
        /may be applied; write in the next migration: alter policy own on public\.tasks rename to mine;/,
      );
    }));
});

describe("completion", function () {
  this.timeout(60_000);
  let client: PlainClient;
  before(async () => {
    client = await startClient(FILES, { capabilities: CAPABLE });
    for (const path of [DRAFT, LIVE, SCHEMA, "rowguard.config.json"]) await client.open(path, "");
  });
  after(() => client.end());

  /** Items where the text has `|`, and the text after the first of them was taken. */
  async function complete(path: string, written: string) {
    const text = written.replace("|", "");
    await client.change(path, text);
    const before = written.slice(0, written.indexOf("|")).split("\n");
    const items = await client.request<CompletionItem[]>("textDocument/completion", {
      textDocument: { uri: client.uri(path) },
      position: { line: before.length - 1, character: before.at(-1)!.length },
    });
    const sorted = items.sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1));
    const take = (label: string) => {
      const item = sorted.find((each) => each.label === label);
      assert.ok(item, `no "${label}" in ${sorted.map((each) => each.label).join(", ")}`);
      return applyTextEdits(text, [item.textEdit as TextEdit]);
    };
    return { labels: sorted.map(({ label }) => label), take, items: sorted };
  }

  it("writes a policy for the table at hand", async () => {
    const { labels, take, items } = await complete(
      DRAFT,
      "alter table notes enable row level security;\ncreate po|",
    );
    assert.deepEqual(
      labels.slice(0, 5),
      ["select", "insert", "update", "delete", "all"].map(
        (command) => `create policy on notes for ${command}`,
      ),
    );
    assert.ok(labels.includes("create policy on members for all"));
    assert.equal(items[0]!.insertTextFormat, 2);
    assert.match(
      take("create policy on tasks for all"),
      /;\ncreate policy "\$\{1:tasks_all\}" on tasks\n {2}for all to authenticated\n {2}using \(\$\{2:owner_id = \(select auth\.uid\(\)\)\}\)\n {2}with check/,
    );
  });

  it("names tables, roles, columns and functions in a policy, each where it belongs", async () => {
    assert.deepEqual((await complete(DRAFT, "create policy x on no|")).labels, ["members", "notes", "tasks"]);
    assert.equal((await complete(DRAFT, "create policy x on no|")).take("notes"), "create policy x on notes");
    const roles = (await complete(DRAFT, "create policy x on tasks for select to au|")).labels;
    assert.ok(
      ["anon", "authenticated", "public"].every((role) => roles.includes(role)),
      roles.join(),
    );
    const inside = await complete(DRAFT, "create policy x on notes using (|");
    assert.deepEqual(inside.labels.slice(0, 2), ['"authorId"', "id"]);
    assert.ok(
      ["(select auth.uid())", "public.is_member", "tasks"].every((each) => inside.labels.includes(each)),
    );
    assert.equal(
      (
        await complete(DRAFT, "create policy x on tasks using (exists (select 1 from members m where m.u|")
      ).take("m.user_id"),
      "create policy x on tasks using (exists (select 1 from members m where m.user_id",
    );
    assert.deepEqual((await complete(DRAFT, "create policy x on tasks using (members.|")).labels, [
      "members.org",
      "members.user_id",
    ]);
  });

  it("goes on where a word ends: tables after FROM, the caller's functions after their schema", async () => {
    const policy = "create policy x on tasks for select to authenticated using (";
    assert.deepEqual((await complete(DRAFT, `${policy}exists (select 1 from |`)).labels, [
      "members",
      "notes",
      "tasks",
    ]);
    const caller = await complete(DRAFT, `${policy}owner_id = auth.u|`);
    assert.equal(caller.take("auth.uid()"), `${policy}owner_id = (select auth.uid())`);
    const selected = await complete(DRAFT, `${policy}owner_id = (select auth.|`);
    assert.equal(selected.take("auth.uid()"), `${policy}owner_id = (select auth.uid()`);
    assert.ok((await complete(DRAFT, "create policy |")).labels.includes("create policy on tasks for all"));
    const roles = await complete(DRAFT, "create policy x on tasks to |");
    assert.deepEqual(roles.labels.slice(0, 2), ["anon", "authenticated"]);
  });

  it("says nothing in comments and strings of SQL, nor at a blank where no table is to follow", async () => {
    for (const written of [
      "-- every |",
      "select 1; -- create po|",
      "/* tables are |",
      "insert into notes (id) values ('no|",
      "insert into notes (id) values ('it''s |",
      "create function f() |",
    ])
      assert.deepEqual((await complete(DRAFT, written)).labels, [], written);
    for (const written of [
      "select 'done' from |",
      "/* all */ delete from |",
      "-- it's all\nalter table |",
      'comment on column "it\'s".x is null; select * from n|',
    ])
      assert.deepEqual((await complete(DRAFT, written)).labels, ["members", "notes", "tasks"], written);
  });

  it("names tables, columns, buckets and functions in code", async () => {
    const on = 'c.channel("x").on("postgres_changes", { event: "*", schema: "public", ';
    assert.deepEqual((await complete(LIVE, `${on}table: "t|" })`)).labels, ["members", "notes", "tasks"]);
    const filter = await complete(LIVE, `${on}table: "tasks", filter: "o|" })`);
    assert.deepEqual(filter.labels, ["id", "org", "owner_id", "title"]);
    assert.match(filter.take("org"), /filter: "org=eq\." \}/);
    assert.deepEqual((await complete(LIVE, `${on}filter: \`|\`, table: "members" })`)).labels, [
      "org",
      "user_id",
    ]);
    assert.deepEqual((await complete(LIVE, 'client.storage.from("|")')).labels, ["files"]);
    assert.deepEqual((await complete(LIVE, "client.rpc('is|')")).labels, ["is_member"]);
    assert.deepEqual((await complete(LIVE, "const x = |")).labels, []);
    assert.deepEqual((await complete(LIVE, 'const x = Buffer.from("|")')).labels, []);
    assert.deepEqual((await complete(LIVE, 'const x = Array.from("|")')).labels, []);
  });

  it("names rules in comments and in the configuration, and nowhere else in it", async () => {
    for (const [path, comment] of [
      [DRAFT, "-- rowguard-ignore table-w|"],
      [LIVE, "// rowguard-ignore-file service-key-in-client, table-w|"],
      [SCHEMA, "// rowguard-ignore table-w|"],
    ] as const) {
      const { take } = await complete(path, comment);
      assert.ok(take("table-without-rls").endsWith("table-without-rls"));
    }
    const path = "rowguard.config.json";
    const key = await complete(path, '{ "rules": { "table-w|" } }');
    assert.equal(key.take("table-without-rls"), '{ "rules": { "table-without-rls" } }');
    const value = await complete(path, '{ "ignore": [{ "rule": "|" }] }');
    assert.equal(value.take("policy-always-true"), '{ "ignore": [{ "rule": "policy-always-true" }] }');
    assert.deepEqual((await complete(path, '{ "threshold": "|" }')).labels, []);
  });
});
