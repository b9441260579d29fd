import { strict as assert } from "node:assert";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

const ROLES = `create role app_owner login; create role app_user login;
create table tasks (id int primary key, tenant_id text not null);
alter table tasks owner to app_owner;
grant select, insert on tasks to app_user;`;
const PROTECTED = `${ROLES}
alter table tasks enable row level security;
create policy tenant on tasks to app_user using (tenant_id = current_setting('app.tenant_id', true));`;

const rolesOf = async (sql: string, url: string, configured: object = {}): Promise<readonly string[]> => {
  const texts = [
    {
      path: "prisma/schema.prisma",
      text: 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
    },
    { path: "prisma/migrations/1_init/migration.sql", text: sql },
    { path: ".env", text: `DATABASE_URL=${url}\nOTHER_URL=postgresql://app_owner:x@localhost/db\n` },
  ];
  const [project] = await buildProjectFromTexts(texts, { ...DEFAULT_CONFIGURATION, ...configured });
  return project!.settings.clientRoles;
};
const as = (role: string) => `postgresql://${role}:secret@localhost:5432/db`;

describe("client roles of a plain PostgreSQL", () => {
  it("are the role with which the application connects", async () => {
    assert.deepEqual(await rolesOf(PROTECTED, as("app_user")), ["app_user"]);
  });

  it("are not the owner of the tables, a superuser, or a role of whom nothing is known", async () => {
    for (const role of ["app_owner", "postgres", "somebody"])
      assert.deepEqual(await rolesOf(PROTECTED, as(role)), []);
    assert.deepEqual(await rolesOf(`${PROTECTED} alter role app_user bypassrls;`, as("app_user")), []);
    assert.deepEqual(await rolesOf(`${PROTECTED} grant app_owner to app_user;`, as("app_user")), []);
  });

  it("are none where nothing is protected: the application keeps rows apart", async () => {
    assert.deepEqual(await rolesOf(ROLES, as("app_user")), []);
  });

  it("are what the configuration says of the application's role, and of clients", async () => {
    assert.deepEqual(await rolesOf(PROTECTED, as("app_owner"), { applicationRole: "app_user" }), [
      "app_user",
    ]);
    assert.deepEqual(await rolesOf(PROTECTED, as("app_user"), { clientRoles: ["web"] }), ["web"]);
  });
});
