import { strict as assert } from "node:assert";
import type { CodeAction, Diagnostic, TextDocumentEdit } from "vscode-languageserver";
import { CAPABLE, eventually, type Files, type PlainClient, PUSHED, withClient } from "./plain-client.ts";

/** Two subscriptions with a model's name, in a workspace that has the table. */
const LIVE: Files = {
  "supabase/migrations/20240101000000_init.sql": `create table public.tasks (id uuid primary key, owner uuid not null);
alter table public.tasks enable row level security;
create policy own on public.tasks for all to authenticated using (owner = (select auth.uid()));
create index on public.tasks (owner);
alter publication supabase_realtime add table public.tasks;
`,
  "lib/live.ts": `import { createClient } from "@supabase/supabase-js";
const client = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!);
export const a = client.channel("a").on("postgres_changes", { event: "*", schema: "public", table: "Task" }, () => {});
export const b = client.channel("b").on("postgres_changes", { event: "*", schema: "public", table: "Tasks" }, () => {});
`,
};
const PATH = "lib/live.ts";

const named = (diagnostics: readonly Diagnostic[], code: string) =>
  diagnostics.filter((each) => each.code === code);
const titled = (actions: readonly CodeAction[], title: RegExp) => {
  const found = actions.find((action) => title.test(action.title));
  assert.ok(found, `${title} is not among: ${actions.map((action) => action.title).join("; ")}`);
  return found;
};
const resolve = (client: PlainClient, action: CodeAction) =>
  client.request<CodeAction>("codeAction/resolve", action);

async function firstPushed(client: PlainClient): Promise<Diagnostic> {
  const found = () => named(client.diagnostics(PATH), "realtime-table-unknown");
  await eventually(() => assert.equal(found().length, 2));
  return found()[0]!;
}

describe("quick fixes", function () {
  this.timeout(60_000);

  it("come with their edit, tied to the version that they were made from", () =>
    withClient(LIVE, { capabilities: CAPABLE }, async (client) => {
      await client.open(PATH);
      await client.change(PATH, `${client.read(PATH)}\n`);
      const [first] = named(await client.pull(PATH), "realtime-table-unknown");
      const action = titled(await client.actions(PATH, [first!]), /^Listen to tasks$/);
      assert.equal(action.isPreferred, true);
      const [change] = action.edit!.documentChanges as TextDocumentEdit[];
      assert.equal(change!.textDocument.version, 2);
      await client.apply(action.edit!);
      assert.match(client.text(PATH), /table: "tasks" \}, \(\) => \{\}\);\nexport const b/);
      assert.equal(named(await client.pull(PATH), "realtime-table-unknown").length, 1);
    }));

  it("are offered for no diagnostic of a version in which its finding stood elsewhere", () =>
    withClient(LIVE, { capabilities: CAPABLE }, async (client) => {
      await client.open(PATH);
      const before = named(await client.pull(PATH), "realtime-table-unknown");
      await client.change(PATH, `\n${client.read(PATH)}`);
      assert.deepEqual(await client.actions(PATH, before, ["quickfix"]), []);
      const now = named(await client.pull(PATH), "realtime-table-unknown");
      assert.ok((await client.actions(PATH, now)).length > 2);
    }));

  it("are offered as long as all findings stand where they were, for the text as it is by then", () =>
    withClient(LIVE, { capabilities: CAPABLE }, async (client) => {
      await client.open(PATH);
      const [first] = named(await client.pull(PATH), "realtime-table-unknown");
      await client.change(PATH, `${client.read(PATH)}// more\n`);
      const action = titled(await client.actions(PATH, [first!]), /^Listen to tasks$/);
      await client.apply(action.edit!);
      assert.match(client.text(PATH), /table: "tasks" \}, \(\) => \{\}\);\nexport const b.*\n\/\/ more\n$/);
    }));

  it("are not applied where the file changed between offer and choice", () =>
    withClient(LIVE, { capabilities: CAPABLE }, async (client) => {
      await client.open(PATH);
      const all = named(await client.pull(PATH), "realtime-table-unknown");
      const action = titled(await client.actions(PATH, all), /^Fix all 2 realtime-table-unknown/);
      await client.change(PATH, `// a line\n${client.read(PATH)}`);
      const resolved = await resolve(client, action);
      assert.equal(resolved.edit, undefined);
      assert.match(resolved.command!.title, /changed meanwhile/);
    }));

  it("mend all findings of a rule, and on save all that stay in the file", () =>
    withClient(LIVE, { capabilities: CAPABLE }, async (client) => {
      await client.open(PATH);
      const [first] = named(await client.pull(PATH), "realtime-table-unknown");
      const ofRule = titled(await client.actions(PATH, [first!]), /^Fix all 2 realtime-table-unknown/);
      const resolved = await resolve(client, ofRule);
      await client.apply(resolved.edit!);
      assert.deepEqual(named(await client.pull(PATH), "realtime-table-unknown"), []);
      await client.change(PATH, client.read(PATH));
      const onSave = await client.actions(PATH, [], ["source.fixAll"]);
      assert.deepEqual(
        onSave.map(({ kind }) => kind),
        ["source.fixAll.rowguard"],
      );
      await client.apply((await resolve(client, onSave[0]!)).edit!);
      assert.deepEqual(named(await client.pull(PATH), "realtime-table-unknown"), []);
    }));

  it("that end in a command from the start stay as they are when they are resolved", () =>
    withClient(
      LIVE,
      { capabilities: CAPABLE, initializationOptions: { commands: true, asksReason: true } },
      async (client) => {
        await client.open(PATH);
        const [first] = named(await client.pull(PATH), "realtime-table-unknown");
        for (const title of [/^Explain/, /^Ignore/]) {
          const action = titled(await client.actions(PATH, [first!]), title);
          assert.deepEqual(await resolve(client, action), action);
        }
      },
    ));

  it("say the same to a client that resolves nothing and knows no versions", () =>
    withClient(LIVE, {}, async (client) => {
      await client.open(PATH);
      const first = await firstPushed(client);
      const action = titled(await client.actions(PATH, [first!]), /^Listen to tasks$/);
      assert.deepEqual(Object.keys(action.edit!), ["changes"]);
      const ofRule = titled(await client.actions(PATH, [first!]), /^Fix all 2/);
      assert.equal(ofRule.edit!.changes![client.uri(PATH)]!.length, 2);
    }));
});

describe("a fix that becomes the next migration", function () {
  this.timeout(240_000);

  it("creates the file, shows it, and takes the findings away", () =>
    withClient("strive", { capabilities: PUSHED }, async (client) => {
      const path = "prisma/schema.prisma";
      const ofTasks = () =>
        client.diagnostics(path).filter(({ message }) => String(message).startsWith("tasks has"));
      await eventually(() => assert.equal(ofTasks().length, 1));
      const [action] = await client.actions(path, ofTasks());
      const resolved = await resolve(client, action!);
      assert.ok(resolved.edit, JSON.stringify(resolved.command));
      const created = resolved.edit!.documentChanges!.find((change) => "kind" in change)!;
      assert.match(JSON.stringify(created), /"create".*supabase\/migrations\/\d{14}_\w+\.sql/);
      const [written] = await client.apply(resolved.edit!);
      await client.watched("created", written!);
      await eventually(() => assert.deepEqual(ofTasks(), []));
      await client.request("workspace/executeCommand", resolved.command);
      assert.deepEqual(
        client.heard.flatMap(({ method, params }) =>
          method === "window/showDocument" ? [(params as { uri: string }).uri] : [],
        ),
        [client.uri(written!)],
      );
    }));

  it("drafts a model, or the model with its queries, and says what is left to do", () =>
    withClient(
      {
        "prisma/schema.prisma":
          'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id String @id\n}\n',
        "lib/db.ts":
          'import { PrismaClient } from "@prisma/client";\n\nexport const db = new PrismaClient();\n\nexport const add = (userId: string) => db.note.create({ data: { userId } });\n',
        "package.json": '{ "dependencies": { "@prisma/client": "6.16.2" } }',
      },
      { capabilities: PUSHED },
      async (client) => {
        const found = () => named(client.diagnostics("lib/db.ts"), "prisma-model-unknown");
        await eventually(() => assert.equal(found().length, 1));
        const actions = await client.actions("lib/db.ts", found());
        const [, withQueries] = actions.filter(({ title }) => title.startsWith("Draft the model Note"));
        assert.match(withQueries!.title, /, with its schemas, queries and actions$/);
        const { edit, command } = await resolve(client, withQueries!);
        assert.match(JSON.stringify(edit), /"create".*lib\/notes\/queries\.ts/);
        assert.match(command!.title, /^Left to you: zod is not among the dependencies/);
      },
    ));

  it("is offered to a client that only says which operations on files it knows, as Neovim does", () =>
    withClient(
      OPEN,
      { capabilities: { ...PUSHED, workspace: { workspaceEdit: { resourceOperations: ["create"] } } } },
      async (client) => {
        const found = () => named(client.diagnostics(MIGRATION), "table-without-rls");
        await eventually(() => assert.equal(found().length, 1));
        const [action] = await client.actions(MIGRATION, found());
        const resolved = await resolve(client, action!);
        assert.match(JSON.stringify(resolved.edit?.documentChanges), /"kind":"create"/);
      },
    ));

  it("comes to a client that answers nothing before it has the fix, as Helix does", () => {
    let answer = () => {};
    const waiting = new Promise<null>((resolve) => {
      answer = () => resolve(null);
    });
    const answers = { "window/workDoneProgress/create": () => waiting };
    return withClient(OPEN, { capabilities: CAPABLE, answers }, async (client) => {
      const diagnostics = named(await client.pull(MIGRATION), "table-without-rls");
      const [action] = await client.actions(MIGRATION, diagnostics);
      const resolved = await resolve(client, action!);
      answer();
      assert.match(JSON.stringify(resolved.edit?.documentChanges), /"kind":"create"/);
    });
  });

  const MIGRATION = "supabase/migrations/20240101000000_init.sql";
  const OPEN: Files = {
    [MIGRATION]:
      "create table public.notes (id uuid primary key, owner uuid not null references auth.users (id));\n",
    "lib/other.ts": "export const one = 1;\n",
  };

  /** The fix of the open table, while a file changes under it. */
  const whileChanging = (path: string, text: string, look: (resolved: CodeAction) => void) =>
    withClient(OPEN, { capabilities: PUSHED }, async (client) => {
      const found = () => named(client.diagnostics(MIGRATION), "table-without-rls");
      await eventually(() => assert.equal(found().length, 1));
      const [action] = await client.actions(MIGRATION, found());
      const heard = client.heard.length;
      const resolving = resolve(client, action!);
      // The trial's bar begins when the fix is made.
      await eventually(() => assert.match(JSON.stringify(client.heard.slice(heard)), /tries the fix/));
      await client.open(path);
      await client.change(path, text);
      look(await resolving);
    });

  it("is written though another file changes while it is tried", () =>
    whileChanging("lib/other.ts", "export const two = 2;\n", ({ edit, command }) =>
      assert.ok(edit, JSON.stringify(command)),
    ));

  it("is not written where what it was made from changes while it is tried", () =>
    whileChanging(MIGRATION, "create table public.notes (id uuid primary key);\n", ({ edit, command }) => {
      assert.equal(edit, undefined);
      assert.match(command!.title, /changed meanwhile/);
    }));

  it("is not offered whole where the editor cannot create files", () =>
    withClient("strive", { capabilities: { textDocument: CAPABLE.textDocument } }, async (client) => {
      const path = "prisma/schema.prisma";
      const [diagnostic] = named(await client.pull(path), "table-without-rls");
      const [action] = await client.actions(path, [diagnostic!]);
      const resolved = await resolve(client, action!);
      assert.equal(resolved.edit, undefined);
      await client.request("workspace/executeCommand", resolved.command);
      assert.match(JSON.stringify(client.heard.at(-1)), /cannot create files; run: rowguard fix/);
    }));
});

describe("ignoring a finding", function () {
  this.timeout(60_000);
  const ignoreAction = async (client: PlainClient) => {
    await client.open(PATH);
    const first = await firstPushed(client);
    return titled(await client.actions(PATH, [first]), /^Ignore realtime-table-unknown/);
  };

  it("asks for the reason where the client can ask", async () => {
    const asked: unknown[] = [];
    const settings = {
      capabilities: PUSHED,
      initializationOptions: { asksReason: true },
      answers: {
        "rowguard/askReason": (params: unknown) => {
          asked.push(params);
          return "it is a view\nin another database";
        },
      },
    };
    await withClient(LIVE, settings, async (client) => {
      const action = await ignoreAction(client);
      await client.request("workspace/executeCommand", action.command);
      assert.match(JSON.stringify(asked), /"rule":"realtime-table-unknown","message":".*Task/);
      const applied = client.heard.find(({ method }) => method === "workspace/applyEdit")!;
      await client.apply((applied.params as CodeAction).edit!);
      assert.match(
        client.text(PATH),
        /\n\/\/ rowguard-ignore realtime-table-unknown: it is a view in another database\nexport const a/,
      );
      await eventually(() =>
        assert.equal(named(client.diagnostics(PATH), "realtime-table-unknown").length, 1),
      );
    });
  });

  it("writes nothing where the user thinks better of it", () =>
    withClient(
      LIVE,
      { capabilities: PUSHED, initializationOptions: { asksReason: true } },
      async (client) => {
        const action = await ignoreAction(client);
        await client.request("workspace/executeCommand", action.command);
        assert.ok(!client.heard.some(({ method }) => method === "workspace/applyEdit"));
      },
    ));

  it("is a snippet where the client knows them, its place the reason", () => {
    const workspace = {
      ...PUSHED.workspace,
      workspaceEdit: { ...PUSHED.workspace.workspaceEdit, snippetEditSupport: true },
    };
    return withClient(LIVE, { capabilities: { ...PUSHED, workspace } }, async (client) => {
      const resolved = await resolve(client, await ignoreAction(client));
      assert.deepEqual((resolved.edit!.documentChanges as TextDocumentEdit[])[0]!.edits, [
        {
          range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } },
          snippet: { kind: "snippet", value: "// rowguard-ignore realtime-table-unknown: $1\n" },
        },
      ]);
      assert.equal(resolved.command, undefined);
    });
  });

  it("else leaves the cursor where the reason is missing, which is a finding until it is there", () =>
    withClient(LIVE, { capabilities: PUSHED }, async (client) => {
      const resolved = await resolve(client, await ignoreAction(client));
      await client.apply(resolved.edit!);
      const [, range] = resolved.command!.arguments as [string, Diagnostic["range"]];
      const line = client.text(PATH).split("\n")[range.start.line]!;
      assert.equal(line.slice(0, range.start.character), "// rowguard-ignore realtime-table-unknown: ");
      await eventually(() => {
        assert.equal(named(client.diagnostics(PATH), "suppression-without-reason").length, 1);
        assert.equal(named(client.diagnostics(PATH), "realtime-table-unknown").length, 1);
      });
    }));

  it("of an applied migration goes into the configuration, with the cursor in the reason", () =>
    withClient(
      { "supabase/migrations/20240101000000_init.sql": "create table public.tasks (id uuid primary key);\n" },
      { capabilities: PUSHED },
      async (client) => {
        const path = "supabase/migrations/20240101000000_init.sql";
        await eventually(() => assert.ok(client.codes(path).includes("table-without-rls")));
        const diagnostics = named(client.diagnostics(path), "table-without-rls");
        const action = titled(await client.actions(path, diagnostics), /^Ignore table-without-rls/);
        const resolved = await resolve(client, action);
        assert.deepEqual(await client.apply(resolved.edit!), ["rowguard.config.json"]);
        const [uri, range] = resolved.command!.arguments as [string, Diagnostic["range"]];
        assert.equal(uri, client.uri("rowguard.config.json"));
        const line = client.read("rowguard.config.json").split("\n")[range.start.line]!;
        assert.equal(line.slice(0, range.start.character).trim(), '"reason": "');
      },
    ));
});
