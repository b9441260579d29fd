import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../src/build/tree.ts";
import { qualify } from "../../src/catalog/catalog.ts";
import { proveAccess } from "../../src/isolation/prove.ts";
import type { Project } from "../../src/project/project.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withRealHistory } from "../database/real-history.ts";
import { type Server, startServer } from "../database/server.ts";
import { generated, SCHEMAS, type Schema } from "./schemas.ts";

const EXAMPLE = join(ROOT, "examples/strive/after");

/** Tables that row-level security is on for. */
const protectedTables = ({ catalog }: Project): string[] =>
  [...catalog.tables.values()]
    .filter(({ platform, rowSecurity }) => !platform && rowSecurity)
    .map((table) => qualify(table.schema, table.name));

for (const version of [15, 18]) {
  describe(`generated migrations on PostgreSQL ${version}`, function () {
    this.timeout(240_000);
    let server: Server;

    before(async function () {
      const started = await startServer(version);
      // Its binaries come from the registry: without one there is nothing to test with.
      if (!started) return this.skip();
      server = started;
    });
    after(() => server?.stop());

    /** Runs everything, and tries everybody on what is protected. */
    const holds = (project: Project) =>
      withRealHistory(server, project, async ({ failures }, database) => {
        assert.deepEqual(
          failures.map(({ place, message }) => `${place.path}: ${message}`),
          [],
        );
        const { differences, unproven, tried } = await proveAccess(database, project, {
          tables: protectedTables(project),
        });
        assert.deepEqual({ differences, unproven }, { differences: [], unproven: [] });
        assert.ok(tried > 0);
      });

    it("apply to the mended example, and do what is declared", async () => {
      const workspace = await openWorkspace(EXAMPLE);
      try {
        for (const project of await workspace.projects()) await holds(project);
      } finally {
        await workspace.close();
      }
    });

    it("are unproven where the server stops a statement", async () => {
      const { project } = await generated(SCHEMAS["rows that are personal"]);
      await withRealHistory(server, project, async (_, database) => {
        await database.query("alter policy lists_select_own on lists using (pg_sleep(2) is not null)");
        const { differences, unproven } = await proveAccess(
          database,
          project,
          { tables: ["public.lists"] },
          {
            statementLimit: 200,
          },
        );
        assert.deepEqual(differences, []);
        assert.deepEqual(unproven, [
          {
            subject: "public.lists",
            why: "as user 1, select was not answered: canceling statement due to statement timeout",
          },
        ]);
      });
    });

    for (const [name, schema] of Object.entries<Schema>(SCHEMAS))
      it(`apply to a schema with ${name}, and do what is declared`, async () => {
        const { project, undecided } = await generated(schema);
        assert.deepEqual(undecided, []);
        await holds(project);
      });
  });
}
