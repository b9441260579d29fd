import { strict as assert } from "node:assert";
import { qualify } from "../../src/catalog/catalog.ts";
import { type EmbeddedDatabase, openEmbedded } from "../../src/database/embedded/open.ts";
import { type Proof, proveAccess } from "../../src/isolation/prove.ts";
import type { Project } from "../../src/project/project.ts";
import { generated, MEMBERS, SCHEMAS, type Schema } from "../policies/schemas.ts";

interface Proven extends Proof {
  readonly sql: string;
  readonly undecided: readonly string[];
}

/** Generates policies for a schema, runs them on the embedded PostgreSQL, and tries everybody. */
async function prove(given: Schema): Promise<Proven> {
  const { sql, undecided, project, database } = await migrated(given);
  try {
    return { ...(await proveAccess(database, project, keysOf(project))), sql, undecided };
  } finally {
    await database.close();
  }
}

async function migrated(given: Schema) {
  const made = await generated(given);
  const database = await openEmbedded(made.project);
  assert.deepEqual((await database.ready()).failures, []);
  return { ...made, database };
}

const keysOf = ({ catalog }: Project): string[] =>
  [...catalog.tables.values()]
    .filter(({ platform, rowSecurity }) => !platform && rowSecurity)
    .map((table) => qualify(table.schema, table.name));

describe("a proof of access", function () {
  this.timeout(120_000);

  it("finds nothing where policies do what is declared", async () => {
    const { differences, unproven, tried, undecided } = await prove({ schema: MEMBERS });
    assert.deepEqual({ differences, unproven, undecided }, { differences: [], unproven: [], undecided: [] });
    assert.ok(tried > 300, `${tried} statements`);
  });

  it("calls unproven what there is no time for, and what is cancelled", async () => {
    const { project, database } = await migrated({ schema: MEMBERS });
    try {
      const keys = keysOf(project);
      const late = await proveAccess(database, project, keys, { timeLimit: 0 });
      assert.deepEqual([late.tried, late.differences, late.unproven.length], [0, [], keys.length]);
      assert.match(late.unproven[0]!.why, /took more than 0 seconds, before it was tried as the owner/);
      const stopped = await proveAccess(database, project, keys, { signal: AbortSignal.abort() });
      assert.match(stopped.unproven[0]!.why, /^it was cancelled/);
    } finally {
      await database.close();
    }
  });

  it("calls unproven what no answer came to, and takes a database that was replaced for none of the rows", async () => {
    const { project, database } = await migrated({ schema: MEMBERS });
    try {
      await database.query("alter policy tasks_select_members on tasks using (pg_sleep(3) is not null)");
      const { differences, unproven } = await proveAccess(database, project, keysOf(project), {
        statementLimit: 500,
      });
      assert.deepEqual(differences, []);
      assert.match(
        unproven.find(({ subject }) => subject === "public.tasks")!.why,
        /^as the owner of the first tenant: The query took longer than 0.75 s and was stopped$/,
      );
    } finally {
      await database.close();
    }
  });

  it("gives each row its own of what only one may refer to", async () => {
    const schema = `${MEMBERS}
create table details (id text primary key, note text);
create table papers (id text primary key, organization_id text not null references organizations (id), detail_id text not null unique references details (id));
create table pages (id text primary key, paper_id text not null references papers (id));`;
    const { differences, unproven } = await prove({ schema });
    assert.deepEqual({ differences, unproven }, { differences: [], unproven: [] });
  });

  it("holds for names of every kind, composite keys, partitions, cycles and several schemas", async () => {
    const { differences, unproven, undecided } = await prove(
      SCHEMAS["names of every kind, composite keys, partitions, cycles and several schemas"],
    );
    assert.deepEqual({ differences, unproven, undecided }, { differences: [], unproven: [], undecided: [] });
  });

  describe("of policies that are not as declared", () => {
    let project: Project;
    let database: EmbeddedDatabase;

    before(async () => {
      const configuration = { access: { tables: { "public.tasks": "everyone reads, members write" } } };
      ({ project, database } = await migrated({ schema: MEMBERS, configuration }));
    });
    after(() => database.close());

    const differencesAfter = async (...statements: string[]): Promise<readonly string[]> => {
      for (const statement of statements) await database.query(statement);
      return (await proveAccess(database, project, keysOf(project))).differences;
    };

    it("names a row that somebody should reach and cannot", async () => {
      const differences = await differencesAfter("drop policy settings_delete_own on settings");
      assert.ok(differences.some((each) => /cannot delete a row of .* in public\.settings/.test(each)));
      assert.ok(
        differences.every((each) => each.includes("public.settings")),
        differences.join("\n"),
      );
    });

    it("names a row that somebody reaches and should not", async () => {
      const differences = await differencesAfter(
        "alter policy projects_select_members on projects using (true)",
      );
      const leak =
        "the owner of the first tenant can select a row of the owner of the second tenant in the second tenant in public.projects";
      assert.ok(differences.includes(leak), differences.join("\n"));
    });

    it("sees a row that can be moved to another tenant", async () => {
      const differences = await differencesAfter(
        "alter policy tasks_update_members on tasks with check (true)",
      );
      assert.ok(differences.some((each) => /can move a row to another tenant of public\.tasks/.test(each)));
    });

    it("sees an admin who can make himself an owner", async () => {
      const admins = "organization_id = any (array(select private.current_user_organizations_as_admin()))";
      const differences = await differencesAfter(
        `alter policy memberships_update_admins on memberships using (${admins}) with check (${admins})`,
      );
      assert.ok(
        differences.some((each) => /^the admin of the first tenant can make somebody owner/.test(each)),
      );
    });

    it("says what PostgreSQL says of policies that ask themselves", async () => {
      const differences = await differencesAfter(
        "alter policy projects_select_members on projects using (id in (select p.id from projects p))",
      );
      assert.ok(
        differences.some((each) => /infinite recursion/.test(each)),
        differences.join("\n"),
      );
    });
  });

  it("holds for declared access by role and by owner", async () => {
    const { differences, undecided } = await prove({
      schema: MEMBERS,
      configuration: {
        access: {
          defaults: { tenant: "members read, admins write" },
          tables: {
            "public.comments": "members read, author writes",
            "public.tasks": "tenant: members read and create; admins update; owners delete",
            "public.plans": "public: users read",
            "public.invitations": "service",
          },
        },
      },
    });
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
  });

  it("holds where every user has one tenant", async () => {
    const { differences, unproven } = await prove(SCHEMAS["one tenant for every user"]);
    assert.deepEqual({ differences, unproven }, { differences: [], unproven: [] });
  });

  it("holds where the token names the tenant", async () => {
    const { differences, undecided, sql } = await prove(SCHEMAS["a claim that names the tenant"]);
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
    assert.match(sql, /-> 'app_metadata' ->> 'tenant_id'/);
  });

  it("holds where rows are personal alone", async () => {
    const { differences, undecided } = await prove(SCHEMAS["rows that are personal"]);
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
  });

  it("holds on plain PostgreSQL, where the server sets who asks", async () => {
    const { differences, undecided, sql } = await prove(SCHEMAS["settings that name who asks"]);
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
    assert.match(sql, /force row level security/);
    assert.match(sql, /current_setting\('app\.tenant_id', true\)/);
  });
});
