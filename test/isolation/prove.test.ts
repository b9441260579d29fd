import { strict as assert } from "node:assert";
import { qualify } from "../../src/catalog/catalog.ts";
import { type EmbeddedDatabase, openEmbedded } from "../../src/database/embedded/open.ts";
import { type Proof, proveAccess } from "../../src/isolation/prove.ts";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

interface Case {
  readonly schema: string;
  readonly configuration?: object;
  readonly folder?: "supabase" | "db";
}

interface Proven extends Proof {
  readonly sql: string;
  readonly undecided: readonly string[];
}

/** Generates policies for a schema, runs them on the embedded PostgreSQL, and tries everybody. */
async function prove(given: Case): Promise<Proven> {
  const { sql, undecided, project, database } = await migrated(given);
  try {
    return { ...(await proveAccess(database, project, keysOf(project))), sql, undecided };
  } finally {
    await database.close();
  }
}

async function migrated({ schema, configuration, folder = "supabase" }: Case) {
  const files = [{ path: `${folder}/migrations/20240101000000_init.sql`, text: schema }];
  const settings = await readConfiguration(
    configuration && { path: "rowguard.config.json", text: JSON.stringify(configuration) },
    [],
  );
  assert.deepEqual(settings.problems, []);
  const [before] = await buildProjectFromTexts(files, settings);
  const { groups, undecided } = generatePolicies(before!, everythingOpen(before!));
  const sql = groups.flatMap(({ statements }) => statements).join("\n");
  const policies = { path: `${folder}/migrations/20240102000000_policies.sql`, text: sql };
  const [project] = await buildProjectFromTexts([...files, policies], settings);
  const database = await openEmbedded(project!);
  assert.deepEqual((await database.ready()).failures, []);
  return {
    sql,
    undecided: undecided.map(({ subject, why }) => `${subject}: ${why}`),
    project: project!,
    database,
  };
}

const keysOf = ({ catalog }: Project): string[] =>
  [...catalog.tables.values()]
    .filter(({ platform, rowSecurity }) => !platform && rowSecurity)
    .map((table) => qualify(table.schema, table.name));

const MEMBERS = `
create type member_role as enum ('owner', 'admin', 'member');
create table organizations (id text primary key, name text not null check (length(name) > 3), owner_note text);
create table users (id uuid primary key, email text not null unique);
create table memberships (organization_id text not null references organizations (id), user_id uuid not null references users (id), role member_role not null, primary key (organization_id, user_id));
create table projects (id text primary key, organization_id text not null references organizations (id));
create table tasks (id bigint generated always as identity primary key, project_id text not null references projects (id), title text not null);
create table comments (id uuid primary key default gen_random_uuid(), task_id bigint not null references tasks (id), author_id uuid not null references users (id));
create table settings (user_id uuid primary key references users (id), theme text);
create table plans (id text primary key, price int not null);
create table invitations (id uuid primary key, organization_id text not null references organizations (id), email text not null, role member_role not null);
`;

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
    const { differences, unproven, undecided } = await prove({
      schema: `
create schema "Büro";
grant usage on schema "Büro" to authenticated;
create table "Büro"."Organisation" ("Id" uuid primary key, main uuid);
create table "user" ("order" uuid primary key);
create table "Büro"."member ship" ("organisationId" uuid references "Büro"."Organisation", "user" uuid references "user", "role" text check ("role" in ('Owner''s', 'owner', 'admin', 'member')), primary key ("organisationId", "user"));
create table "select" ("from ""here""" uuid primary key, "organisationId" uuid not null references "Büro"."Organisation");
alter table "Büro"."Organisation" add foreign key (main) references "select";
create table "Büro"."задачи" (id uuid primary key, "select" uuid not null references "select");
create table "a_table_with_a_name_that_is_as_long_as_postgresql_lets_it_be_63" (id int primary key, "organisationId" uuid not null references "Büro"."Organisation");
create table "Büro"."select" ("organisationId" uuid not null references "Büro"."Organisation", nr int, note text, primary key ("organisationId", nr));
create table parts ("organisationId" uuid, nr int, id serial primary key, foreign key ("organisationId", nr) references "Büro"."select" ("organisationId", nr));
create table events ("organisationId" uuid references "Büro"."Organisation", at date not null) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
`,
    });
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
    const { differences, unproven } = await prove({
      schema: `create type role as enum ('ADMIN', 'STAFF');
create table companies (id uuid primary key, name text);
create table users (id uuid primary key references auth.users (id), company_id uuid references companies (id), role role not null default 'STAFF', is_banned boolean not null default false);
create table jobs (id int primary key, company_id uuid not null references companies (id), created_by uuid references users (id));`,
    });
    assert.deepEqual({ differences, unproven }, { differences: [], unproven: [] });
  });

  it("holds where the token names the tenant", async () => {
    const { differences, undecided, sql } = await prove({
      schema: `create table jobs (id int primary key, tenant_id uuid not null);
create table notes (id int primary key, tenant_id uuid not null, job_id int references jobs (id));`,
      configuration: { tenancy: { tenantClaim: "app_metadata.tenant_id" } },
    });
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
    assert.match(sql, /-> 'app_metadata' ->> 'tenant_id'/);
  });

  it("holds where rows are personal alone", async () => {
    const { differences, undecided } = await prove({
      schema: `create table profiles (id uuid primary key references auth.users (id), role text not null default 'user');
create table lists (id uuid primary key, user_id uuid not null references auth.users (id));
create table items (id uuid primary key, list_id uuid not null references lists (id));`,
    });
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
  });

  it("holds on plain PostgreSQL, where the server sets who asks", async () => {
    const { differences, undecided, sql } = await prove({
      schema: MEMBERS.replaceAll("uuid", "text").replace(" default gen_random_text()", ""),
      configuration: { platform: "postgres" },
      folder: "db",
    });
    assert.deepEqual({ differences, undecided }, { differences: [], undecided: [] });
    assert.match(sql, /force row level security/);
    assert.match(sql, /current_setting\('app\.tenant_id', true\)/);
  });
});
