import assert from "node:assert/strict";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withFolder } from "./folder.ts";

const files = (init: string): Record<string, string> => ({
  "db/init.sql": init,
  "db/data/schema.sql": "create schema data;\nset search_path = data;\n\\ir users.sql\n\\ir 'to do.sql'\n",
  "db/data/users.sql": "create table users (id uuid primary key);",
  "db/data/to do.sql":
    "create table todos (id uuid primary key, owner uuid references users);\nalter table todos enable row level security;\n",
  "db/policies.sql": "create policy own on data.todos using (owner is not null);",
});

/** What a workspace comes to: tables with their policies, events, and the files in the order of the history. */
async function read(root: string) {
  const workspace = await openWorkspace(root);
  const [project] = await workspace.projects();
  const { sources } = await workspace.report();
  const tables = [...project!.catalog.tables.values()].filter(({ platform }) => !platform);
  return {
    workspace,
    tables: tables.map(({ schema, name, policies }) => `${schema}.${name} ${[...policies.keys()]}`),
    unknown: project!.catalog.events.filter(({ kind }) => kind === "target-unknown").length,
    history: sources.map(({ path, why }) => `${path}: ${why}`),
  };
}

describe("files that psql reads in", () => {
  it("run where they are read in, in the session of the file that does", () =>
    withFolder(
      files("\\set quiet on\nbegin;\n\\ir data/schema.sql\n\\i db/policies.sql\ncommit;\n"),
      async (root) => {
        const { tables, unknown, history, workspace } = await read(root);
        assert.deepEqual(tables, ["data.users ", "data.todos own"]);
        assert.equal(unknown, 0);
        assert.deepEqual(history, [
          "db/init.sql: 1st of the history, 1 passed over",
          "db/data/schema.sql: 2nd of the history",
          "db/data/users.sql: 3rd of the history",
          "db/data/to do.sql: 4th of the history",
          "db/policies.sql: 5th of the history",
        ]);
        await workspace.close();
      },
    ));

  it("are followed anew where one of them is edited, made or read in no more", () =>
    withFolder(files("\\ir data/schema.sql\n\\ir more.sql\n\\ir policies.sql\n"), async (root) => {
      const { workspace, tables, history } = await read(root);
      assert.deepEqual(tables, ["data.users ", "data.todos own"]);
      assert.match(history[0]!, /1 passed over/);
      const tablesNow = async () => {
        const [project] = await workspace.projects();
        return [...project!.catalog.tables.values()]
          .filter(({ platform }) => !platform)
          .map(({ schema, name }) => `${schema}.${name}`);
      };
      workspace.setText("db/more.sql", "create table more (id int);");
      assert.deepEqual(await tablesNow(), ["data.users", "data.todos", "data.more"]);
      workspace.setText("db/data/users.sql", "create table people (id uuid primary key);");
      assert.deepEqual(await tablesNow(), ["data.people", "data.todos", "data.more"]);
      workspace.setText("db/init.sql", "\\ir data/schema.sql\n");
      assert.deepEqual(await tablesNow(), ["data.people", "data.todos", "public.more"]);
      await workspace.close();
    }));

  it("are never looked for outside the workspace, and not followed in a circle", () =>
    withFolder(
      {
        "work/schema.sql":
          "create table a (id int);\n\\ir ../../outside.sql\n\\i /etc/hosts.sql\n\\ir again.sql\n",
        "work/again.sql": "create table b (id int);\n\\ir schema.sql\n",
        "outside.sql": "create table c (id int);",
      },
      async (root) => {
        const { workspace, tables, history } = await read(`${root}/work`);
        assert.deepEqual(tables, ["public.b ", "public.a "]);
        assert.deepEqual(history, [
          "again.sql: 1st of the history",
          "schema.sql: 2nd of the history, 2 passed over",
        ]);
        await workspace.close();
      },
    ));
});
