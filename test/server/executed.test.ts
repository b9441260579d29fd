import { strict as assert } from "node:assert";
import { createExecuted } from "../../src/server/executed.ts";
import { OpenWorkspace } from "../../src/workspace/open.ts";
import { withFiles } from "../cli/temporary.ts";

const LOOP = "migrations/002_loop.sql";

const FILES = {
  "rowguard.config.json": '{ "clientRoles": ["app_client"], "requireRowSecurity": true }',
  "migrations/001_first.sql": `create role app_client;
create table tasks (id int primary key);
create table notes (id int primary key);
grant select on tasks, notes to app_client;
`,
  [LOOP]: `do $$ declare t text; begin
  for t in select tablename from pg_tables where schemaname = 'public' and tablename like 'ta%' loop
    execute format('alter table %I enable row level security', t);
  end loop;
  execute 'create table made_' || 'here (id int)';
  execute 'grant select on made_here to app_client';
end $$;
`,
};

describe("what running the migrations shows in an editor", function () {
  this.timeout(180_000);

  it("comes a moment after the static answer, once for each state, with places in files", () =>
    withFiles(FILES, async (folder) => {
      let news = 0;
      let told = () => {};
      const heard = () =>
        new Promise<void>((resolve) => {
          told = resolve;
        });
      const executed = createExecuted(
        folder,
        () => true,
        () => {
          news++;
          told();
        },
      );
      const workspace = new OpenWorkspace(folder, {});
      const open = async () => {
        const report = executed.place(await workspace.report({ settle: executed.settle }));
        return report.findings
          .filter(({ rule }) => rule === "table-without-rls")
          .map(({ subject, at }) => `${subject} ${at.path}`);
      };
      try {
        const first = heard();
        assert.deepEqual(await open(), []);
        await first;
        assert.deepEqual(await open(), ["public.notes migrations/001_first.sql", `public.made_here ${LOOP}`]);
        workspace.setText(LOOP, FILES[LOOP].replace("'ta%'", "'%'"));
        const second = heard();
        await open();
        await second;
        assert.deepEqual(await open(), [`public.made_here ${LOOP}`]);
        assert.equal(news, 2);
      } finally {
        executed.close();
        await workspace.close();
      }
    }));

  it("is not asked for where everything is known, or the user does not want it", () =>
    withFiles({ ...FILES, [LOOP]: "select 1;" }, async (folder) => {
      let asked = 0;
      const mayRun = () => {
        asked++;
        return false;
      };
      const executed = createExecuted(folder, mayRun, () => assert.fail("nothing is run"));
      const workspace = new OpenWorkspace(folder, {});
      await workspace.report({ settle: executed.settle });
      assert.equal(asked, 0);
      workspace.setText(LOOP, FILES[LOOP]);
      await workspace.report({ settle: executed.settle });
      assert.equal(asked, 1);
      executed.close();
      await workspace.close();
    }));
});
