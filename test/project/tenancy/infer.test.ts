import { strict as assert } from "node:assert";
import { createReplay } from "../../../src/catalog/replay.ts";
import { postgres } from "../../../src/project/platform/postgres.ts";
import { inferTenancy } from "../../../src/project/tenancy/infer.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";
import { inferFromPrisma, inferFromSql, linesOf } from "./infer-from.ts";

/** A history that goes on, and the tenancy as of now: of one project, so that it may stay the same object. */
async function startHistory() {
  await loadGrammar();
  const replay = createReplay(postgres);
  const apply = (text: string) => replay.apply(readSql({ path: `${text.length}.sql`, text }), text);
  const models = new Map();
  const settings = {
    clientRoles: [],
    exposedSchemas: [],
    callerSettings: [],
    scopes: {},
    access: { defaults: {}, tables: {} },
  };
  const infer = () => inferTenancy(replay.snapshot(), models, settings, postgres);
  return { apply, infer };
}

describe("inferTenancy", () => {
  it("finds organizations with members, and what belongs to them over several keys", async () => {
    const tenancy = await inferFromSql(`
      create type member_role as enum ('owner', 'admin', 'member');
      create table plans (id text primary key, name text);
      create table organizations (id uuid primary key, plan_id text references plans, name text not null);
      create table profiles (id uuid primary key references auth.users on delete cascade, email text);
      create table organization_members (
        organization_id uuid not null references organizations,
        user_id uuid not null references profiles,
        invited_by uuid references profiles,
        role member_role not null default 'member',
        primary key (organization_id, user_id));
      create table projects (id uuid primary key, organization_id uuid not null references organizations);
      create table tasks (id uuid primary key, project_id uuid not null references projects, assignee_id uuid references profiles);
      create table comments (id uuid primary key, task_id uuid not null references tasks, author_id uuid not null references profiles);
      create table invitations (id uuid primary key, organization_id uuid not null references organizations, email text, invited_by uuid not null references profiles);
      create table user_settings (user_id uuid primary key references profiles, theme text);
      create table webhook_events (id uuid primary key, payload jsonb);
      create table blobs (id uuid primary key, content bytea);
    `);
    assert.equal(tenancy.tenant?.table, "public.organizations");
    assert.deepEqual(tenancy.tenant?.reasons, [
      "organizations is what tables of tenants are called",
      "public.organization_members says which users belong to it",
      "3 tables refer to it",
    ]);
    assert.equal(tenancy.user?.table, "public.profiles");
    assert.deepEqual(tenancy.memberships, [
      {
        table: "public.organization_members",
        userColumn: "user_id",
        tenantColumn: "organization_id",
        roleColumn: "role",
        roles: ["owner", "admin", "member"],
      },
    ]);
    assert.deepEqual(linesOf(tenancy), {
      plans: "public",
      organizations: "tenant: id",
      profiles: "user: id",
      organization_members: "tenant: organization_members.organization_id, owner user_id",
      projects: "tenant: projects.organization_id",
      tasks: "tenant: tasks.project_id > projects.organization_id, owner assignee_id",
      comments: "tenant: comments.task_id > tasks.project_id > projects.organization_id, owner author_id",
      invitations: "tenant: invitations.organization_id",
      user_settings: "user: user_settings.user_id, owner user_id",
      webhook_events: "service",
      blobs: "unknown",
    });
    const task = tenancy.scopes.get("public.tasks")!;
    assert.deepEqual(task.reasons, [
      "public.tasks.project_id refers to public.projects",
      "public.projects.organization_id refers to public.organizations",
    ]);
    assert.equal(task.column, "organization_id");
  });

  it("finds one organization per user", async () => {
    const tenancy = await inferFromSql(
      `
      create table companies (id serial primary key, name text);
      create table users (id serial primary key, company_id int not null references companies, role text check (role in ('admin', 'staff')));
      create table orders (id serial primary key, company_id int not null references companies, created_by int references users);
      create table order_lines (id serial primary key, order_id int not null references orders);
      create table notifications (id serial primary key, user_id int not null references users);
      `,
      { platform: postgres },
    );
    assert.equal(tenancy.tenant?.table, "public.companies");
    assert.deepEqual(tenancy.memberships, [
      {
        table: "public.users",
        userColumn: "id",
        tenantColumn: "company_id",
        roleColumn: "role",
        roles: ["admin", "staff"],
      },
    ]);
    assert.deepEqual(linesOf(tenancy), {
      companies: "tenant: id",
      users: "tenant: users.company_id",
      orders: "tenant: orders.company_id, owner created_by",
      order_lines: "tenant: order_lines.order_id > orders.company_id",
      notifications: "user: notifications.user_id, owner user_id",
    });
  });

  it("finds that everything is personal, whatever else tables are called", async () => {
    const tenancy = await inferFromSql(`
      create table todos (id bigint primary key, user_id uuid not null default auth.uid(), title text);
      create table workspaces (id uuid primary key, user_id uuid not null references auth.users);
      create table folders (id uuid primary key, user_id uuid not null references auth.users, workspace_id uuid not null references workspaces);
      create table chats (id uuid primary key, user_id uuid not null references auth.users, workspace_id uuid not null references workspaces);
      create table messages (id uuid primary key, chat_id uuid not null references chats);
      create table accounts (id uuid primary key, user_id uuid not null references auth.users, provider text, provider_account_id text);
    `);
    assert.equal(tenancy.tenant, undefined);
    assert.equal(tenancy.user?.table, "auth.users");
    assert.deepEqual(linesOf(tenancy), {
      todos: "user: todos.user_id, owner user_id",
      workspaces: "user: workspaces.user_id, owner user_id",
      folders: "user: folders.user_id, owner user_id",
      chats: "user: chats.user_id, owner user_id",
      messages: "user: messages.chat_id > chats.user_id",
      accounts: "user: accounts.user_id, owner user_id",
    });
  });

  it("finds tenants that a setting names in each transaction", async () => {
    const tenancy = await inferFromSql(
      `
      create table tenants (id uuid primary key, name text);
      create table invoices (id uuid primary key, tenant_id uuid not null references tenants, total numeric);
      create table invoice_lines (tenant_id uuid not null, invoice_id uuid not null references invoices, position int);
      `,
      { platform: postgres },
    );
    assert.equal(tenancy.tenant?.table, "public.tenants");
    assert.deepEqual(tenancy.memberships, []);
    assert.deepEqual(linesOf(tenancy), {
      tenants: "tenant: id",
      invoices: "tenant: invoices.tenant_id",
      invoice_lines: "tenant: invoice_lines.tenant_id",
    });
    assert.equal(tenancy.scopes.get("public.invoice_lines")?.path[0]?.by, "name");
  });

  it("finds tenants that are a column only", async () => {
    const tenancy = await inferFromSql(
      `
      create table customers (id int primary key, tenant_id uuid not null);
      create table orders (id int primary key, "tenantId" uuid not null, customer_id int references customers);
      create table order_notes (id int primary key, order_id int not null references orders);
      `,
      { platform: postgres },
    );
    assert.equal(tenancy.tenant, undefined);
    assert.deepEqual(linesOf(tenancy), {
      customers: "tenant: tenant_id",
      orders: "tenant: tenantId",
      order_notes: "tenant: order_notes.order_id",
    });
    assert.equal(tenancy.scopes.get("public.order_notes")?.column, "tenantId");
  });

  it("finds no tenancy where there is none", async () => {
    const tenancy = await inferFromSql(
      "create table measurements (at timestamptz, value float); create table countries (code text primary key);",
      { platform: postgres },
    );
    assert.deepEqual([tenancy.tenant, tenancy.user, tenancy.memberships], [undefined, undefined, []]);
    assert.deepEqual(linesOf(tenancy), { measurements: "unknown", countries: "public" });
  });

  it("takes the organization above the team, and an account with members", async () => {
    const nested = await inferFromSql(`
      create table orgs (id uuid primary key);
      create table teams (id uuid primary key, org_id uuid not null references orgs);
      create table org_users (org_id uuid references orgs, user_id uuid references auth.users, unique (org_id, user_id));
      create table team_members (team_id uuid references teams, user_id uuid references auth.users, primary key (team_id, user_id));
      create table boards (id uuid primary key, team_id uuid not null references teams);
    `);
    assert.equal(nested.tenant?.table, "public.orgs");
    assert.equal(linesOf(nested).boards, "tenant: boards.team_id > teams.org_id");
    const accounts = await inferFromSql(`
      create table accounts (id uuid primary key, primary_owner_user_id uuid references auth.users not null);
      create table account_user (user_id uuid references auth.users not null, account_id uuid references accounts not null, account_role text, primary key (user_id, account_id));
      create table billing_customers (id text primary key, account_id uuid references accounts not null);
    `);
    assert.equal(accounts.tenant?.table, "public.accounts");
    assert.equal(accounts.memberships[0]?.roleColumn, "account_role");
  });

  it("takes a workspace that one user owns for a tenant where its rows do not name the user again", async () => {
    const tenancy = await inferFromSql(`
      create table workspaces (id uuid primary key, owner_id uuid not null references auth.users);
      create table pages (id uuid primary key, workspace_id uuid not null references workspaces);
      create table domains (id uuid primary key, workspace_id uuid not null references workspaces);
    `);
    assert.deepEqual(tenancy.memberships, [
      { table: "public.workspaces", userColumn: "owner_id", tenantColumn: "id", roles: [] },
    ]);
    assert.equal(linesOf(tenancy).pages, "tenant: pages.workspace_id");
  });

  it("is not misled by favourites, roles, conversations and the team last looked at", async () => {
    const tenancy = await inferFromSql(`
      create table users (id uuid primary key references auth.users, current_team_id uuid);
      create table teams (id uuid primary key);
      create table team_members (team_id uuid not null references teams, user_id uuid not null references users, unique (team_id, user_id));
      create table roles (id int primary key);
      create table user_roles (user_id uuid references users, role_id int references roles, primary key (user_id, role_id));
      create table conversations (id uuid primary key);
      create table conversation_members (conversation_id uuid references conversations, user_id uuid references users, primary key (conversation_id, user_id));
      create table messages (id uuid primary key, conversation_id uuid not null references conversations, sender_id uuid not null references users);
      create table projects (id uuid primary key, team_id uuid not null references teams);
      create table team_configs (team_id uuid references teams, user_id uuid references users, primary key (team_id, user_id));
      create table favorites (project_id uuid references projects, user_id uuid references users, primary key (project_id, user_id));
    `);
    assert.equal(tenancy.tenant?.table, "public.teams");
    assert.deepEqual(
      tenancy.memberships.map(({ table }) => table),
      ["public.team_members"],
    );
    assert.deepEqual(linesOf(tenancy), {
      users: "user: id",
      teams: "tenant: id",
      team_members: "tenant: team_members.team_id, owner user_id",
      roles: "public",
      user_roles: "user: user_roles.user_id, owner user_id",
      conversations: "unknown",
      conversation_members: "user: conversation_members.user_id, owner user_id",
      messages: "user: messages.sender_id, owner sender_id",
      projects: "tenant: projects.team_id",
      team_configs: "tenant: team_configs.team_id, owner user_id",
      favorites: "tenant: favorites.project_id > projects.team_id, owner user_id",
    });
  });

  it("takes the platform's users where the project's profiles merely accompany them", async () => {
    const tenancy = await inferFromSql(`
      create table profiles (id uuid primary key, user_id uuid not null unique references auth.users);
      create table notes (id uuid primary key, user_id uuid not null references auth.users);
      create table files (id uuid primary key, user_id uuid not null references auth.users);
    `);
    assert.equal(tenancy.user?.table, "auth.users");
    assert.equal(linesOf(tenancy).profiles, "user: profiles.user_id, owner user_id");
  });

  it("takes those who are set above users for some of them", async () => {
    const among = async (people: string) =>
      (
        await inferFromSql(`
          create table ${people} (user_id uuid primary key references auth.users);
          create table notes (id uuid primary key, owner_id uuid not null references auth.users, body text);`)
      ).user?.table;
    assert.equal(await among("admins"), "auth.users");
    assert.equal(await among("platform_superadmins"), "auth.users");
    assert.equal(await among("players"), "public.players");
  });

  it("owns nothing by a column that may be empty and names no owner, or by what somebody did", async () => {
    const tenancy = await inferFromSql(
      `
      create table users (id int primary key);
      create table slots (id int primary key, worker_id int references users);
      create table shifts (id int primary key, worker_id int not null references users);
      create table snapshots (id int primary key, "createdByUserId" int references users);
      create table drafts (id int primary key, owner_id int references users);
      create table letters (id int primary key, created_by int not null references users);
      `,
      { platform: postgres },
    );
    assert.deepEqual(linesOf(tenancy), {
      users: "user: id",
      slots: "unknown",
      shifts: "user: shifts.worker_id, owner worker_id",
      snapshots: "unknown",
      drafts: "user: drafts.owner_id, nullable, owner owner_id",
      letters: "user: letters.created_by, owner created_by",
    });
  });

  it("knows lookups by name, by what refers to nothing else, and leaves the rest unknown", async () => {
    const tenancy = await inferFromSql(`
      create table products (id text primary key);
      create table prices (id text primary key, product_id text references products);
      create table price_notes (id int primary key, price_id text references prices);
      create table customers (id uuid primary key references auth.users, stripe_customer_id text);
      create table subscriptions (id text primary key, user_id uuid not null references auth.users, price_id text references prices);
      create table _prisma_migrations (id text);
    `);
    assert.deepEqual(linesOf(tenancy), {
      products: "public",
      prices: "public",
      price_notes: "public",
      customers: "user: id",
      subscriptions: "user: subscriptions.user_id, owner user_id",
      _prisma_migrations: "service",
    });
  });

  it("follows relations that only Prisma knows, mapped names and implicit join tables", async () => {
    const schema = `
      datasource db {
        provider     = "postgresql"
        relationMode = "prisma"
      }
      model Workspace {
        id      String   @id
        members Member[]
        docs    Doc[]
        @@map("workspaces")
      }
      model User {
        id      String   @id
        members Member[]
        @@map("users")
      }
      model Member {
        workspaceId String    @map("workspace_id")
        userId      String    @map("user_id")
        workspace   Workspace @relation(fields: [workspaceId], references: [id])
        user        User      @relation(fields: [userId], references: [id])
        @@id([workspaceId, userId])
        @@map("members")
      }
      model Doc {
        id        String    @id
        space     String    @map("space_ref")
        workspace Workspace @relation(fields: [space], references: [id])
        @@map("docs")
      }`;
    const sql = `
      create table workspaces (id text primary key);
      create table users (id text primary key);
      create table members (workspace_id text not null, user_id text not null, primary key (workspace_id, user_id));
      create table docs (id text primary key, space_ref text not null);`;
    const tenancy = await inferFromPrisma(schema, sql);
    assert.equal(tenancy.tenant?.table, "public.workspaces");
    assert.deepEqual(tenancy.memberships, [
      { table: "public.members", userColumn: "user_id", tenantColumn: "workspace_id", roles: [] },
    ]);
    const [step] = tenancy.scopes.get("public.docs")!.path;
    assert.deepEqual([step?.column, step?.by], ["space_ref", "prisma relation"]);
  });

  it("reads the tables that Prisma alone makes, implicit join tables too", async () => {
    const tenancy = await inferFromPrisma(`
      model Team {
        id    String @id
        users User[]
        posts Post[]
      }
      model User {
        id    String @id
        teams Team[]
      }
      model Post {
        id     String @id
        teamId String
        team   Team   @relation(fields: [teamId], references: [id])
        tags   Tag[]
      }
      model Tag {
        id    Int    @id
        posts Post[]
      }`);
    assert.deepEqual(tenancy.memberships, [
      { table: "public._TeamToUser", userColumn: "B", tenantColumn: "A", roles: [] },
    ]);
    assert.deepEqual(linesOf(tenancy), {
      Team: "tenant: id",
      User: "user: id",
      Post: "tenant: Post.teamId",
      Tag: "public",
      _PostToTag: "tenant: _PostToTag.A > Post.teamId",
      _TeamToUser: "tenant: _TeamToUser.A, owner B",
    });
  });

  it("takes what the configuration says", async () => {
    const sql = `
      create table schools (id uuid primary key);
      create table pupils (id uuid primary key, school_id uuid not null references schools, mentor uuid references auth.users);
      create table meals (id uuid primary key);
      create table grades (id uuid primary key, pupil_id uuid not null references pupils);`;
    const before = await inferFromSql(sql);
    assert.equal(before.tenant, undefined);
    const tenancy = await inferFromSql(sql, {
      settings: {
        tenantTable: "schools",
        scopes: { meals: "public", "public.pupils": "user", "public.nothing": "public" },
      },
    });
    assert.deepEqual(tenancy.tenant, {
      table: "public.schools",
      column: "id",
      reasons: ["the configuration says so"],
    });
    assert.deepEqual(linesOf(tenancy), {
      schools: "tenant: id",
      pupils: "user: pupils.mentor, nullable, owner mentor",
      meals: "public",
      grades: "tenant: grades.pupil_id > pupils.school_id",
    });
  });

  it("takes the straight way over the long one, and one that every row has over one that may be missing", async () => {
    const tenancy = await inferFromSql(`
      create table organizations (id uuid primary key);
      create table memberships (organization_id uuid references organizations, user_id uuid references auth.users, role text);
      create table sites (id uuid primary key, organization_id uuid not null references organizations);
      create table devices (id uuid primary key, site_id uuid references sites, room_id uuid not null, partner_organization_id uuid not null references organizations, organization_id uuid references organizations);
      create table rooms (id uuid primary key, site_id uuid not null references sites);
      create table readings (id uuid primary key, spare_site uuid references sites, room_id uuid not null references rooms, site_id uuid not null references sites);
    `);
    const lines = linesOf(tenancy);
    assert.equal(lines.devices, "tenant: devices.organization_id, nullable");
    assert.equal(lines.readings, "tenant: readings.site_id > sites.organization_id");
  });

  it("takes a column of a key over several for what its own name says", async () => {
    const tenancy = await inferFromSql(
      `
      create table organizations (id text primary key);
      create table projects (id text primary key, organization_id text not null references organizations);
      create table datasets (id text, project_id text not null references projects, primary key (id, project_id));
      create table items (id text primary key, dataset_id text not null, project_id text not null,
        foreign key (dataset_id, project_id) references datasets (id, project_id));
      create table user_details (user_id uuid primary key, default_organization_id text references organizations);
      `,
      { platform: postgres },
    );
    assert.equal(linesOf(tenancy).items, "tenant: items.project_id > projects.organization_id");
    assert.equal(linesOf(tenancy).user_details, "user: user_id, owner user_id");
  });

  it("leaves what lies in somebody's own things to him, also where it may lead to a tenant by a detour", async () => {
    const tenancy = await inferFromSql(`
      create table organizations (id uuid primary key);
      create table members (organization_id uuid not null references organizations, user_id uuid not null references auth.users);
      create table house_rules (id uuid primary key, organization_id uuid not null references organizations);
      create table mailboxes (id uuid primary key, user_id uuid not null references auth.users);
      create table rules (id uuid primary key, house_rule_id uuid references house_rules, mailbox_id uuid not null references mailboxes);
      create table actions (id uuid primary key, rule_id uuid not null references rules);
      create table tasks (id uuid primary key, organization_id uuid not null references organizations);
      create table comments (id uuid primary key, task_id uuid references tasks, user_id uuid not null references auth.users);
      create table senders (id uuid primary key, organization_id uuid references organizations, mailbox_id uuid not null references mailboxes);
    `);
    const lines = linesOf(tenancy);
    assert.equal(lines.rules, "user: rules.mailbox_id > mailboxes.user_id");
    assert.equal(lines.actions, "user: actions.rule_id > rules.mailbox_id > mailboxes.user_id");
    assert.equal(lines.comments, "tenant: comments.task_id > tasks.organization_id, nullable, owner user_id");
    assert.equal(lines.senders, "tenant: senders.organization_id, nullable");
  });

  it("ends on circles, self references, composite keys and partitions", async () => {
    const tenancy = await inferFromSql(
      `
      create table tenants (id int primary key, main_site int);
      create table sites (tenant_id int references tenants, id int, parent_id int, primary key (tenant_id, id),
        foreign key (tenant_id, parent_id) references sites);
      alter table tenants add foreign key (id, main_site) references sites (tenant_id, id);
      create table a (id int primary key, b_id int);
      create table b (id int primary key, a_id int references a);
      alter table a add foreign key (b_id) references b;
      create table logs (tenant_id int not null references tenants, at timestamptz) partition by range (at);
      create table logs_2024 partition of logs for values from ('2024-01-01') to ('2025-01-01');
      `,
      { platform: postgres },
    );
    assert.deepEqual(linesOf(tenancy), {
      tenants: "tenant: id",
      sites: "tenant: sites.tenant_id",
      a: "unknown",
      b: "unknown",
      logs: "tenant: logs.tenant_id",
      logs_2024: "tenant: logs_2024.tenant_id",
    });
  });

  it("gives the same object again while only policies change", async () => {
    const { apply, infer } = await startHistory();
    apply("create table tenants (id int primary key); create table a (tenant_id int references tenants);");
    const first = infer();
    apply("alter table a enable row level security; create policy p on a using (true);");
    assert.equal(infer(), first);
    apply("alter table a add column owner_id int;");
    assert.notEqual(infer(), first);
  });

  it("knows tenants of any name by the policies that ask who belongs to them, and follows these", async () => {
    const { apply, infer } = await startHistory();
    apply(`create table users (id uuid primary key);
      create table mandanten (id uuid primary key);
      create table zugehoerige (mandant uuid references mandanten, person uuid references users, primary key (mandant, person));
      create table rechnungen (id uuid primary key, mandant uuid not null references mandanten);
      create function meine() returns setof uuid language sql stable as $$ select mandant from zugehoerige $$;
      create policy p on rechnungen using (mandant in (select meine()));`);
    assert.equal(infer().tenant, undefined);
    apply(`create or replace function meine() returns setof uuid language sql stable as
      $$ select mandant from zugehoerige where person = current_setting('app.user')::uuid $$;`);
    assert.deepEqual(infer().tenant?.table, "public.mandanten");
    assert.deepEqual(infer().scopes.get("public.rechnungen")?.column, "mandant");
    apply("drop policy p on rechnungen;");
    assert.equal(infer().tenant, undefined);
  });

  it("knows them by policies that compare their keys with what a token or setting says, and tables that may be some", async () => {
    const { apply, infer } = await startHistory();
    apply(`create table users (id uuid primary key);
      create table mandanten (id uuid primary key);
      create table zugehoerige (mandant uuid references mandanten, person uuid references users, primary key (mandant, person));
      create table rechnungen (id uuid primary key, mandant uuid not null references mandanten);
      create policy p on rechnungen using (true);`);
    assert.equal(infer().tenant, undefined);
    assert.deepEqual([...infer().unsure], ["public.mandanten"]);
    apply(
      "alter policy p on rechnungen using (mandant = nullif(current_setting('app.haus', true), '')::uuid);",
    );
    assert.deepEqual(infer().tenant?.table, "public.mandanten");
    assert.deepEqual([...infer().unsure], []);
    apply("drop table zugehoerige;");
    assert.equal(infer().tenant, undefined);
    assert.deepEqual([...infer().unsure], ["public.mandanten"]);
  });

  it("takes what one row of a tenant refers to for that row's: settings, a document's data", async () => {
    const tenancy = await inferFromSql(`
      create table images (id uuid primary key);
      create table notes (id uuid primary key);
      create table paper_data (id uuid primary key, bytes bytea);
      create table organization_settings (id uuid primary key, email_id uuid);
      create table organizations (id uuid primary key, settings_id uuid not null unique references organization_settings, logo_id uuid references images);
      create table members (organization_id uuid references organizations, user_id uuid references auth.users, primary key (organization_id, user_id));
      create table emails (id uuid primary key, organization_id uuid not null references organizations);
      alter table organization_settings add foreign key (email_id) references emails;
      create table papers (id uuid primary key, organization_id uuid not null references organizations, data_id uuid not null unique references paper_data, last_note_id uuid not null unique references notes);
      create table paper_pages (id uuid primary key, data_id uuid not null references paper_data);
      create table tags (id uuid primary key);
      create table colours (id uuid primary key);
      create table labels (id uuid primary key, organization_id uuid not null references organizations, tag_id uuid not null references tags, colour_id uuid not null references colours, name text);
      create unique index one_first on labels (tag_id) where name = 'first';
      create unique index names on labels (colour_id, lower(name));
    `);
    assert.deepEqual(linesOf(tenancy), {
      organizations: "tenant: id",
      members: "tenant: members.organization_id, owner user_id",
      emails: "tenant: emails.organization_id",
      organization_settings: "tenant: organization_settings.id",
      papers: "tenant: papers.organization_id",
      paper_data: "tenant: paper_data.id > papers.organization_id",
      paper_pages: "tenant: paper_pages.data_id > paper_data.id > papers.organization_id",
      images: "unknown",
      notes: "unknown",
      labels: "tenant: labels.organization_id",
      tags: "public",
      colours: "unknown",
    });
  });

  it("takes rows whose key is the caller's for users, by their policies and by what refers to them", async () => {
    const tenancy = await inferFromSql(`
      create table accounts (id uuid primary key, email text);
      create policy mine on accounts for select using ((select auth.uid()) = id);
      create table lists (id uuid primary key, account_id uuid not null references accounts);
      create table app_profiles (id text primary key, email text);
      create table feeds (id text primary key, user_id text references app_profiles);
      create table bots (id uuid primary key, owner_note text);
    `);
    assert.equal(tenancy.scopes.get("public.accounts")?.kind, "user");
    assert.equal(tenancy.scopes.get("public.lists")?.kind, "user");
    assert.equal(tenancy.scopes.get("public.app_profiles")?.kind, "user");
    assert.equal(tenancy.scopes.get("public.feeds")?.kind, "user");
    assert.equal(tenancy.scopes.get("public.bots")?.kind, "unknown");
  });

  it("knows members by what their table is called, where a user may have several rows, and payers' rows for no lookup", async () => {
    const tenancy = await inferFromSql(`
      create type user_min_right as enum ('read', 'write', 'admin');
      create table plans (id text primary key, name text);
      create table stripe_info (customer_id text primary key, product_id text not null references plans);
      create table orgs (id uuid primary key, customer_id text references stripe_info);
      create table users (id uuid primary key references auth.users);
      create table apps (id uuid primary key, owner_org uuid not null references orgs);
      create table org_users (id bigint primary key, user_id uuid not null references users,
        org_id uuid not null references orgs, app_id uuid references apps, user_right user_min_right);
      create table user_compliance (id bigint primary key, user_id uuid not null references users,
        org_id uuid not null references orgs, unique (user_id, org_id));
      create table prices (id text primary key, plan_id text not null references plans, amount int);
    `);
    assert.deepEqual(
      tenancy.memberships.map(({ table, roleColumn, roles }) => [table, roleColumn, roles]),
      [["public.org_users", "user_right", ["read", "write", "admin"]]],
    );
    assert.equal(tenancy.scopes.get("public.stripe_info")?.kind, "unknown");
    assert.equal(tenancy.scopes.get("public.prices")?.kind, "public");
  });

  it("takes a way that every row has before a shorter one that some rows lack", async () => {
    const tenancy = await inferFromSql(`
      create table workspaces (id uuid primary key, name text);
      create table teams (id uuid primary key, workspace_id uuid not null references workspaces);
      create table people (id uuid primary key, workspace_id uuid not null references workspaces);
      create table issues (id uuid primary key, team_id uuid not null references teams);
      create table tickets (id uuid primary key, reported_by uuid references people, issue_id uuid not null unique references issues);
      create table ticket_notes (id uuid primary key, ticket_id uuid references tickets);
      create table labels (id uuid primary key, workspace_id uuid references workspaces, issue_id uuid not null references issues);
    `);
    const { tickets, ticket_notes, labels } = linesOf(tenancy);
    assert.deepEqual(
      [tickets, ticket_notes, labels],
      [
        "tenant: tickets.issue_id > issues.team_id > teams.workspace_id",
        "tenant: ticket_notes.ticket_id > tickets.issue_id > issues.team_id > teams.workspace_id, nullable",
        "tenant: labels.workspace_id, nullable",
      ],
    );
  });

  it("goes by a key's own column where a relation takes several", async () => {
    const tenancy = await inferFromPrisma(`
      model User { id String @id }
      model Organization {
        id String @id
        projects Project[] }
      model Project {
        id String @id
        orgId String
        org Organization @relation(fields: [orgId], references: [id])
        sets Set[] }
      model Set {
        id String
        projectId String
        project Project @relation(fields: [projectId], references: [id])
        items Item[]
        @@id([id, projectId]) }
      model Item {
        id String @id
        setId String
        projectId String
        set Set @relation(fields: [setId, projectId], references: [id, projectId]) }
    `);
    assert.equal(linesOf(tenancy).Item, "tenant: Item.projectId > Project.orgId");
  });

  it("takes a table for a lookup that its policies let everybody read, and belongs to nobody", async () => {
    const open = (table: string, to: string, command = "select") =>
      `alter table ${table} enable row level security; create policy p on ${table} for ${command} to ${to} using (true);`;
    const tenancy = await inferFromSql(`
      create table notes (id uuid primary key, user_id uuid not null references auth.users);
      create table quotes (id int primary key, body text);
      create table limits (id int primary key, most int);
      create table drafts (id int primary key, body text);
      create table leads (id int primary key, email text);
      create table vaults (id int primary key, secret text);
      create table tides (id int primary key, height int);
      ${open("notes", "anon")} ${open("quotes", "anon")} ${open("limits", "authenticated")} ${open("drafts", "anon", "all")}
      ${open("leads", "anon")} ${open("vaults", "anon")}
      create policy p on tides for select using (true);
      create table entries (id int primary key, org text);
      ${open("entries", "anon")}
      create policy own on entries to authenticated using (org = (select auth.jwt() ->> 'org'));
      create table notices (id int primary key, writer text);
      ${open("notices", "anon")}
      create policy own on notices for insert to authenticated with check (writer = (select auth.jwt() ->> 'sub'));
    `);
    assert.deepEqual(linesOf(tenancy), {
      notes: "user: notes.user_id, owner user_id",
      quotes: "public",
      limits: "public",
      drafts: "unknown",
      leads: "unknown",
      vaults: "unknown",
      tides: "unknown",
      entries: "unknown",
      notices: "unknown",
    });
    assert.deepEqual(
      ["quotes", "limits"].map((each) => tenancy.scopes.get(`public.${each}`)?.readers),
      ["everyone", "users"],
    );
  });

  it("keeps codes that sign people in from everybody, and knows tenants called tenancies", async () => {
    const tenancy = await inferFromSql(
      `
      create table tenancies (id uuid primary key);
      create table authorization_codes (id uuid primary key, tenancy_id uuid references tenancies, code text not null);
      create table reports (id uuid primary key, tenancy_id uuid not null references tenancies);
      `,
      { platform: postgres },
    );
    assert.deepEqual(linesOf(tenancy), {
      tenancies: "tenant: id",
      authorization_codes: "service",
      reports: "tenant: reports.tenancy_id",
    });
  });

  it("knows users by uid, asks whose a row is that may be a user's or a team's, and takes a personal account for no tenant", async () => {
    const tenancy = await inferFromSql(`
      create type owner_kind as enum ('USER', 'TEAM');
      create table users (uid text primary key);
      create table teams (id text primary key, name text);
      create table team_members (id text primary key, user_uid text not null, team_id text not null references teams, unique (team_id, user_uid));
      create table snippets (id text primary key, creator_uid text references users);
      create table servers (id text primary key, creator_uid text references users, owner_id text not null, owner_type owner_kind not null);
      create table server_logs (id text primary key, server_id text not null references servers);
    `);
    assert.equal(tenancy.memberships[0]?.userColumn, "user_uid");
    assert.deepEqual(linesOf(tenancy), {
      users: "user: uid",
      teams: "tenant: id",
      team_members: "tenant: team_members.team_id, owner user_uid",
      snippets: "user: snippets.creator_uid, nullable, owner creator_uid",
      servers: "unknown",
      server_logs: "unknown",
    });
    assert.deepEqual(tenancy.scopes.get("public.servers")!.reasons, [
      "owner_id names a row of USER or TEAM, as owner_type says",
    ]);

    const personal = await inferFromSql(`
      create table users (id text primary key);
      create table accounts (id text, user_id text not null references users, primary key (id, user_id));
      create table orders (id text primary key, user_id text not null references users, account_id text, account_user_id text, foreign key (account_id, account_user_id) references accounts);
      create table balances (id text primary key, account_id text not null, user_id text not null references users);
    `);
    assert.equal(personal.style.kind, "personal");
    assert.equal(linesOf(personal).orders, "user: orders.user_id, owner user_id");
    assert.equal(linesOf(personal).balances, "user: balances.user_id, owner user_id");
  });

  const HOLDERS = `
    create table users (id uuid primary key);
    create table teams (id uuid primary key, name text);
    create table team_members (team_id uuid not null references teams, user_id uuid not null references users, primary key (team_id, user_id));
    create table sites (id uuid primary key, user_id uuid references users, team_id uuid references teams, created_by uuid references users);
    create table visits (id uuid primary key, site_id uuid not null references sites);
    create table reports (id uuid primary key, site_id uuid not null references sites, user_id uuid not null references users);
    create table notes (id uuid primary key, team_id uuid not null references teams, user_id uuid references users);
    create table tasks (id uuid primary key, team_id uuid references teams, assignee_id uuid references users);
    create table audit_logs (id uuid primary key, team_id uuid references teams, user_id uuid references users);
    create table drafts (id uuid primary key, team_id uuid references teams, user_id uuid not null references users);
  `;

  it("asks whose a row is that may lack its user and its team, and what hangs on it; not where each row has one", async () => {
    const { scopes } = await inferFromSql(HOLDERS, { platform: postgres });
    const asked = [...scopes].flatMap(([key, each]) => (each.asked === undefined ? [] : [[key, each.asked]]));
    const ofSites = "its rows are those of public.sites, and whose those are is not known";
    assert.deepEqual(asked, [
      ["public.sites", "user_id names a user and team_id a row of public.teams, and a row may lack either"],
      ["public.visits", ofSites],
      ["public.reports", ofSites],
    ]);
  });

  it("takes what hangs on such rows with them once it is said whose they are", async () => {
    const say = async (kind: "tenant" | "user") =>
      linesOf(await inferFromSql(HOLDERS, { platform: postgres, settings: { scopes: { sites: kind } } }));
    const [tenants, users] = [await say("tenant"), await say("user")];
    assert.equal(tenants.visits, "tenant: visits.site_id > sites.team_id, nullable");
    assert.equal(users.sites, "user: sites.user_id, nullable, owner user_id");
    assert.equal(users.visits, "user: visits.site_id > sites.user_id, nullable");
    assert.equal(users.reports, "user: reports.user_id, owner user_id");
    for (const kind of ["tenant", "user"] as const) {
      const { scopes } = await inferFromSql(HOLDERS, { settings: { scopes: { sites: kind } } });
      assert.ok([...scopes.values()].every(({ asked }) => asked === undefined));
    }
  });

  it("asks of rows that are an organization's or one of its projects'", async () => {
    const tenancy = await inferFromSql(
      `
      create table users (id text primary key);
      create table organizations (id text primary key);
      create table organization_members (organization_id text not null references organizations, user_id text not null references users, role text, primary key (organization_id, user_id));
      create table projects (id text primary key, organization_id text not null references organizations);
      create table project_members (project_id text not null references projects, user_id text not null references users, role text, primary key (project_id, user_id));
      create table api_keys (id text primary key, organization_id text references organizations, project_id text references projects);
      create table invoices (id text primary key, organization_id text not null references organizations, project_id text references projects);
      create table traces (id text primary key, project_id text references projects);
      `,
      { platform: postgres },
    );
    const asked = [...tenancy.scopes].filter(([, each]) => each.asked !== undefined).map(([key]) => key);
    assert.deepEqual(asked, ["public.api_keys"]);
    assert.equal(
      tenancy.scopes.get("public.api_keys")!.asked,
      "organization_id names a row of public.organizations and project_id names a row of public.projects, and a row may lack each",
    );
  });
});
