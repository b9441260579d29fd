import { strict as assert } from "node:assert";
import { qualify } from "../../src/catalog/catalog.ts";
import { type EmbeddedDatabase, openEmbedded } from "../../src/database/embedded/open.ts";
import { type Proof, proveAccess } from "../../src/isolation/prove.ts";
import { generatePolicies } from "../../src/policies/generate.ts";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { generated, MEMBERS, SCHEMAS, type Schema } from "../policies/schemas.ts";

interface Proven extends Proof {
  readonly sql: string;
  readonly undecided: readonly string[];
}

/** Generates policies for a schema, runs them on the embedded PostgreSQL, and tries everybody. */
async function prove(given: Schema): Promise<Proven> {
  const { sql, undecided, project, database } = await migrated(given);
  try {
    return { ...(await proveAccess(database, project, { tables: keysOf(project) })), sql, undecided };
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
      const late = await proveAccess(database, project, { tables: keys }, { timeLimit: 0 });
      assert.deepEqual([late.tried, late.differences, late.unproven.length], [0, [], keys.length]);
      assert.match(late.unproven[0]!.why, /took more than 0 seconds, before it was tried as the owner/);
      const stopped = await proveAccess(database, project, { tables: keys }, { signal: AbortSignal.abort() });
      assert.match(stopped.unproven[0]!.why, /^it was cancelled/);
    } finally {
      await database.close();
    }
  });

  it("calls unproven what no answer came to, and takes a database that was replaced for none of the rows", async () => {
    const { project, database } = await migrated({ schema: MEMBERS });
    try {
      await database.query("alter policy tasks_select_members on tasks using (pg_sleep(3) is not null)");
      const { differences, unproven } = await proveAccess(
        database,
        project,
        { tables: keysOf(project) },
        {
          statementLimit: 500,
        },
      );
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
      return (await proveAccess(database, project, { tables: keysOf(project) })).differences;
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

  describe("of buckets and channels", () => {
    const schema = `${MEMBERS}
insert into storage.buckets (id, name, public) values ('files', 'files', false), ('faces', 'faces', false);`;
    const code = `import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://x.supabase.co", "key");
export async function open(organizationId: string, projectId: string, user: { id: string }, file: File) {
  supabase.channel(\`project:\${projectId}\`).on("broadcast", { event: "move" }, () => {}).subscribe();
  supabase.channel(\`office:\${organizationId}\`).on("presence", { event: "sync" }, () => {}).subscribe();
  await supabase.storage.from("files").upload(\`v1/\${organizationId}/\${file.name}\`, file);
  await supabase.storage.from("faces").upload(\`\${user.id}/face.png\`, file);
}
`;
    const what = { buckets: ["files", "faces"], channels: ["project:*", "office:*"] };
    let project: Project;
    let database: EmbeddedDatabase;

    before(async () => {
      const files = [
        { path: "supabase/migrations/20240101000000_init.sql", text: schema },
        { path: "lib/live.ts", text: code },
      ];
      const [open] = await buildProjectFromTexts(files);
      const { groups, undecided } = generatePolicies(open!, { tables: [], ...what });
      assert.deepEqual(undecided, []);
      const text = groups.flatMap(({ statements }) => statements).join("\n");
      [project] = (await buildProjectFromTexts([
        ...files,
        { path: "supabase/migrations/20240102000000_policies.sql", text },
      ])) as [Project];
      database = await openEmbedded(project);
      assert.deepEqual((await database.ready()).failures, []);
    });
    after(() => database.close());

    it("holds where folders and topics are kept apart as they are named", async () => {
      const { differences, leaks, unproven, tried } = await proveAccess(database, project, what);
      assert.deepEqual({ differences, leaks, unproven }, { differences: [], leaks: [], unproven: [] });
      assert.ok(tried > 100, `${tried} statements`);
    });

    it("names who reaches what is not his, and who is kept out of what is", async () => {
      for (const statement of [
        "alter policy files_select_members on storage.objects using (bucket_id = 'files')",
        "drop policy faces_delete_own on storage.objects",
        "alter policy project_channel_insert_members on realtime.messages with check (true)",
        "drop policy office_channel_select_members on realtime.messages",
      ])
        await database.query(statement);
      const { differences, leaks } = await proveAccess(database, project, what);
      const owner = "the owner of the first tenant";
      for (const lack of [
        `${owner} cannot delete an object in his own folder in the bucket faces`,
        `${owner} cannot hear presence in a channel office:* of his own`,
      ])
        assert.ok(differences.includes(lack), differences.join("\n"));
      assert.deepEqual(
        leaks.filter(({ text }) => text.startsWith(owner)),
        [
          {
            of: "bucket",
            subject: "files",
            text: `${owner} can select an object in the folder of another in the bucket files`,
          },
          ...["project:*", "office:*"].map((subject) => ({
            of: "channel",
            subject,
            text: `${owner} can send ${subject === "project:*" ? "broadcast" : "presence"} in a channel ${subject} of another`,
          })),
        ],
      );
    });
  });
});
