import assert from "node:assert/strict";
import type { Hover, WorkspaceEdit } from "vscode-languageserver";
import {
  ASK_REASON,
  CHOOSE,
  type Choice,
  type Overview,
  type TableDetails,
} from "../../src/protocol/requests.ts";
import { CAPABLE, type Files, type PlainClient, withClient } from "./plain-client.ts";

const INIT = "supabase/migrations/20240101000000_init.sql";

/** Tenants, their members, tasks of theirs, a table of which nothing says whose it is, and one that says two. */
const FILES: Files = {
  [INIT]: `create table public.organizations (id uuid primary key, name text not null);
create table public.organization_members (
  organization_id uuid not null references public.organizations (id),
  user_id uuid not null references auth.users (id),
  role text not null check (role in ('admin', 'member')),
  primary key (organization_id, user_id)
);
create table public.tasks (
  id uuid primary key,
  organization_id uuid not null references public.organizations (id),
  title text not null
);
create table public.ledger (id uuid primary key, amount numeric not null);
create table public.folders (
  id uuid primary key,
  user_id uuid references auth.users (id),
  organization_id uuid references public.organizations (id)
);
`,
};

interface Asked {
  readonly choices: Choice[];
  readonly edits: WorkspaceEdit[];
}

/** A client that has lists, and answers each question by the label of an option; null where it would rather not. */
async function withAnswers(
  answers: readonly (string | null)[],
  use: (client: PlainClient, asked: Asked) => Promise<void>,
): Promise<void> {
  const asked: Asked = { choices: [], edits: [] };
  const given = answers.values();
  await withClient(
    FILES,
    {
      capabilities: CAPABLE,
      initializationOptions: { chooses: true, commands: true },
      answers: {
        [ASK_REASON]: () => null,
        [CHOOSE]: (choice: Choice) => {
          asked.choices.push(choice);
          const label = given.next().value ?? null;
          const index = choice.options.findIndex((option) => option.label === label);
          return index < 0 ? null : index;
        },
        "workspace/applyEdit": ({ edit }: { edit: WorkspaceEdit }) => {
          asked.edits.push(edit);
          return { applied: true };
        },
      },
    },
    (client) => use(client, asked),
  );
}

const run = (client: PlainClient, command: string, ...args: unknown[]) =>
  client.request("workspace/executeCommand", { command: `rowguard.server.${command}`, arguments: args });

describe("tenancy in the editor", function () {
  this.timeout(240_000);

  it("is said on hover and in the overview: whose rows, by which way, why, and what could be the tenants", () =>
    withAnswers([], async (client) => {
      const hover = async (needle: string) => {
        const at = client.at(INIT, needle, "public.".length);
        const answer = await client.request<Hover>("textDocument/hover", at);
        return (answer.contents as { value: string }).value;
      };
      const tasks = await hover("public.tasks");
      assert.match(tasks, /\*\*Rows belong to a tenant\\\.\*\* By `organization_id > public\.organizations`/);
      assert.match(tasks, /tasks\\\.organization\\_id refers to public\\\.organizations/);
      assert.match(tasks, /command:rowguard\.setScope\?%5B%22public\.tasks%22%5D/);
      assert.match(await hover("public.organizations"), /It holds the tenants/);
      const shared = await hover("public.folders");
      assert.match(shared, /user\\_id names a user and organization\\_id a row of public\\\.organizations/);
      assert.doesNotMatch(shared, /Rows belong to a tenant|\*\* By /);
      const { folders } = await client.request<Overview>("rowguard/overview", {});
      const { uri: folder, schemas } = folders[0]!;
      const { database, tables } = schemas[0]!;
      const asked = tables.map(async ({ key, name, scope: kind }) => {
        const { scope } = await client.request<TableDetails>("rowguard/table", { folder, database, key });
        assert.equal(scope.kind, kind);
        return [name, kind, scope.path];
      });
      const scopes = await Promise.all(asked);
      assert.deepEqual(scopes, [
        ["organizations", "tenant", "id"],
        ["organization_members", "tenant", "organization_id > public.organizations"],
        ["tasks", "tenant", "organization_id > public.organizations"],
        ["ledger", "unknown", ""],
        ["folders", "unknown", ""],
      ]);
    }));

  it("is corrected by a choice that says what would follow, and writes it into the configuration", () =>
    withAnswers(["public.ledger", "The service's alone"], async (client, { choices, edits }) => {
      await run(client, "setScope", client.uri(INIT));
      assert.equal(choices[0]!.options[0]!.description, "not known");
      assert.equal(choices[1]!.title, "Whose rows does public.ledger hold?");
      assert.match(choices[1]!.options[0]!.detail!, /No column leads to it yet/);
      await client.apply(edits[0]!);
      assert.deepEqual(JSON.parse(client.read("rowguard.config.json")), {
        tenancy: { scopes: { "public.ledger": "service" } },
      });
    }));

  it("is asked where policies are wanted and nothing says whose the rows are; the answer is written with them", () =>
    withAnswers(["The service's alone"], async (client, { choices, edits }) => {
      await run(client, "protect", client.uri(INIT), "public.ledger");
      assert.equal(choices.length, 1);
      assert.equal(edits.length, 1, JSON.stringify(client.heard.at(-1)));
      const written = await client.apply(edits[0]!);
      assert.match(client.read("rowguard.config.json"), /"public\.ledger": "service"/);
      const migration = written.find((path) => path.endsWith(".sql"))!;
      assert.match(client.read(migration), /alter table public\.ledger enable row level security/);
    }));

  it("writes nothing where the user would rather not say", () =>
    withAnswers([null], async (client, { choices, edits }) => {
      await run(client, "protect", client.uri(INIT), "public.ledger");
      assert.deepEqual([choices.length, edits.length], [1, 0]);
    }));

  it("protects the tables that the policies of one go by as well, tried before they are shown", () =>
    withAnswers([], async (client, { edits }) => {
      await run(client, "protect", client.uri(INIT), "public.tasks");
      assert.equal(edits.length, 1, JSON.stringify(client.heard.at(-1)));
      const [path] = await client.apply(edits[0]!);
      const protectedTables = [...client.read(path!).matchAll(/alter table (\S+) enable row level/g)];
      assert.deepEqual(protectedTables.map((match) => match[1]).sort(), [
        "public.organization_members",
        "public.tasks",
      ]);
      const shown = client.heard.flatMap(({ method, params }) =>
        method === "$/progress"
          ? [(params as { value: { message?: string; cancellable?: boolean } }).value]
          : [],
      );
      assert.ok(shown.some(({ cancellable }) => cancellable));
      assert.ok(shown.some(({ message }) => message?.includes("tries every command")));
    }));

  it("leaves to the user what PostgreSQL refuses, and protects the rest", () =>
    withAnswers(["The service's alone", "The service's alone"], async (client, { edits }) => {
      const odd =
        "create table public.odd (user_id uuid not null references auth.users (id), what nowhere);\n";
      client.write(INIT, client.read(INIT) + odd);
      await client.watched("changed", INIT);
      await run(client, "protect", client.uri(INIT));
      const written = await client.apply(edits[0]!);
      const sql = client.read(written.find((path) => path.endsWith(".sql"))!);
      assert.match(sql, /alter table public\.tasks enable row level/);
      assert.doesNotMatch(sql, /public\.odd/);
      assert.match(
        JSON.stringify(client.heard),
        /Left to you: public\.odd: PostgreSQL refuses the generated SQL/,
      );
    }));

  it("says that nothing makes tables, where nothing does", () =>
    withClient(
      { "rowguard.config.json": "{}\n" },
      { capabilities: CAPABLE, initializationOptions: { commands: true } },
      async (client) => {
        await run(client, "protect", client.uri("rowguard.config.json"));
        assert.match(JSON.stringify(client.heard), /Nothing in [^"]+ makes tables: no migrations/);
      },
    ));

  it("protects all that is open, and asks of each table that nothing says whose it is", () =>
    withAnswers(["The service's alone", "The service's alone"], async (client, { choices, edits }) => {
      await run(client, "protect", client.uri(INIT));
      assert.deepEqual([choices.length, edits.length], [2, 1], JSON.stringify(client.heard.at(-1)));
      const written = await client.apply(edits[0]!);
      const sql = client.read(written.find((path) => path.endsWith(".sql"))!);
      const enabled = [...sql.matchAll(/alter table (\S+) enable row level/g)].map((match) => match[1]);
      assert.deepEqual(enabled.sort(), [
        "public.folders",
        "public.ledger",
        "public.organization_members",
        "public.organizations",
        "public.tasks",
      ]);
    }));
});
