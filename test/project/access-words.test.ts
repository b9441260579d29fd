import assert from "node:assert/strict";
import { accessInWords, policyInWords } from "../../src/project/access-words.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

const SCHEMA = `
create table organizations (id uuid primary key);
create table organization_members (user_id uuid not null references auth.users, organization_id uuid not null references organizations, role text not null, primary key (user_id, organization_id));
create table projects (id uuid primary key, organization_id uuid not null references organizations);
create table tasks (id uuid primary key, organization_id uuid not null references organizations, project_id uuid references projects, owner_id uuid not null, title text, is_public boolean, readers uuid[]);
alter table tasks enable row level security;
create function current_user_org(wanted text) returns setof uuid language sql stable security definer set search_path = '' as
  $$ select m.organization_id from public.organization_members m where m.user_id = auth.uid() and m.role = wanted $$;
create function has_feature() returns boolean language plpgsql stable as $$ begin execute 'select 1'; return true; end $$;
`;

async function read(policies: string) {
  const [project] = await buildProjectFromTexts([
    { path: "supabase/migrations/20240101000000_init.sql", text: SCHEMA + policies },
  ]);
  return { project: project!, table: project!.catalog.tables.get("public.tasks")! };
}

async function words(policies: string): Promise<string[]> {
  const { project, table } = await read(policies);
  return accessInWords(project, table).flatMap(({ sentences, unread }) => [...sentences, ...unread]);
}

const NOBODY = "no row: no policy lets one through";

describe("access in plain words", () => {
  before(loadGrammar);

  it("asks for what nullif gives, not that it be given, and leaves out ways that a check rules out", async () => {
    const said = await words(`
create function my_org() returns uuid language sql stable as $$ select nullif(current_setting('app.org', true), '')::uuid $$;
create function my_role() returns text language sql stable as $$ select nullif(current_setting('app.role', true), '') $$;
alter table tasks add check (project_id is not null or title is not null);
create policy a on tasks for select to authenticated using (my_role() = 'admin' or (my_role() in ('boss', 'clerk') and organization_id = my_org()));
create policy b on tasks for delete to authenticated using ((project_id is null or owner_id = (select auth.uid())) and (title is null or organization_id = my_org()));`);
    assert.deepEqual(said.slice(1), [
      "authenticated may select rows for callers whose setting app.role is admin, or whose organization_id is the setting app.org and for callers whose setting app.role is boss or clerk (a, through my_role and my_org).",
      `authenticated may insert or update ${NOBODY}.`,
      "authenticated may delete rows without project_id and whose organization_id is the setting app.org, or whose owner_id is the caller and without title, or whose owner_id is the caller and whose organization_id is the setting app.org (b, through my_org).",
    ]);
  });

  it("says that another row is there without a where of its own", async () => {
    const said = await words(`
create policy a on tasks for select to authenticated using (organization_id in (
  select o.id from organizations o where exists (select from organization_members m where m.user_id = (select auth.uid()))));`);
    assert.equal(
      said[1],
      "authenticated may select rows whose organization_id is the id of a row of organizations as long as there is a row of organization_members where user_id is the caller (a).",
    );
  });

  it("says of an element of an array what is said of the array", async () => {
    const said = await words(`
create function my_orgs() returns uuid[] language sql stable security definer set search_path = '' as
  $$ select array_agg(m.organization_id) from public.organization_members m where m.user_id = auth.uid() $$;
create policy a on tasks for select to authenticated using ((select auth.uid()) in (select unnest(readers)));
create policy b on tasks for update to authenticated using (exists (select from unnest(readers) r where r = (select auth.uid())));
create policy c on tasks for delete to authenticated using (organization_id in (select unnest(my_orgs())));`);
    assert.deepEqual(said.slice(1), [
      "authenticated may select rows where the caller is among readers (a).",
      `authenticated may insert ${NOBODY}.`,
      "authenticated may update rows where the caller is among readers (b).",
      "authenticated may delete rows whose organization the caller belongs to (c, through my_orgs).",
    ]);
  });

  it("says that several rows must be there", async () => {
    const said = await words(`
create policy a on tasks for select to authenticated
  using ((select count(*) from organization_members m where m.user_id = (select auth.uid())) > 1);
create policy b on tasks for update to authenticated
  using ((select count(*) from organization_members m where m.organization_id = tasks.organization_id) > 1);
create policy c on tasks for delete to authenticated
  using ((select count(*) from organization_members m where m.user_id = auth.uid()) < 2);`);
    assert.deepEqual(said.slice(1), [
      "authenticated may select rows as long as there are several rows of organization_members where user_id is the caller (a).",
      `authenticated may insert ${NOBODY}.`,
      "authenticated may update rows whose organization_id is the organization_id of several rows of organization_members (b).",
      "authenticated may delete rows as long as there are not several rows of organization_members where user_id is the caller (c).",
    ]);
  });

  it("says that an array is empty where nothing is said of its elements", async () => {
    const said = await words(`
create policy a on tasks for select to authenticated using ((select auth.uid()) <> all (readers));
create policy b on tasks for update to authenticated using (readers = '{}');
create policy c on tasks for delete to authenticated using ((select auth.uid()) = any (readers) and id <> all (readers));`);
    assert.deepEqual(said.slice(1), [
      "authenticated may select rows where the caller is not among readers (a).",
      `authenticated may insert ${NOBODY}.`,
      "authenticated may update rows where readers is empty (b).",
      "authenticated may delete rows where the caller is among readers and whose id is not among readers (c).",
    ]);
  });

  it("names who belongs to what, as what, and through which helper", async () => {
    assert.deepEqual(
      await words(
        "create policy tasks_update on tasks for update to authenticated using (organization_id in (select current_user_org('admin')));",
      ),
      [
        `anon may select, insert, update or delete ${NOBODY}.`,
        `authenticated may select, insert or delete ${NOBODY}.`,
        "authenticated may update rows whose organization the caller belongs to as admin (tasks_update, through current_user_org).",
      ],
    );
  });

  it("leaves out what an anonymous caller never gets, and says each way on its own", async () => {
    assert.deepEqual(
      await words("create policy own on tasks for select using (owner_id = auth.uid() or is_public);"),
      [
        "anon may select rows where is_public is true (own).",
        `anon may insert, update or delete ${NOBODY}.`,
        "authenticated may select rows whose owner_id is the caller, or where is_public is true (own).",
        `authenticated may insert, update or delete ${NOBODY}.`,
      ],
    );
    const [first] = await words("create policy own on tasks for all using (owner_id = auth.uid());");
    assert.equal(first, `anon may select, insert, update or delete ${NOBODY}.`);
  });

  it("follows a parent to its tenant, and restrictive policies", async () => {
    const said = await words(`
      create policy by_project on tasks for select to authenticated using (project_id in (select p.id from projects p join organization_members m using (organization_id) where m.user_id = auth.uid()));
      create policy floor on tasks as restrictive for select to authenticated using ((auth.jwt() -> 'app_metadata' ->> 'plan') = 'paid');`);
    assert.ok(
      said.some(
        (each) =>
          /whose project_id is the projects\.id of rows of projects and organization_members where projects\.organization_id is organization_members\.organization_id and organization_members\.user_id is the caller/.test(
            each,
          ) && /for callers whose token's app_metadata\.plan is paid \(floor\)/.test(each),
      ),
      said.join("\n"),
    );
  });

  it("says what else is asked of a membership, and whose a column is where two have it", async () => {
    const said = await words(`
      create policy titled on tasks for select to authenticated using (exists (select from organization_members m
        where m.organization_id = tasks.organization_id and m.user_id = auth.uid() and m.role in ('boss', 'clerk') and m.role <> tasks.title));
      create policy foreman on tasks for delete to authenticated using (exists (select from organization_members m
        where m.organization_id = tasks.organization_id and m.user_id = auth.uid() and (m.role = 'boss' or m.role > 'x')));
      create policy parent on tasks for update to authenticated using (project_id in (select p.id from projects p
        where p.organization_id in (select m.organization_id from organization_members m where m.user_id = auth.uid() and m.role = tasks.title and m.role < p.id::text)));`);
    assert.deepEqual(said, [
      `anon may select, insert, update or delete ${NOBODY}.`,
      "authenticated may select rows whose organization the caller belongs to as boss or clerk, by a row of organization_members where role is not the row's title (titled).",
      `authenticated may insert ${NOBODY}.`,
      "authenticated may update rows whose project_id is the id of a row of projects whose organization the caller belongs to, by a row of organization_members where role is the row's title and role is below projects.id (parent).",
      "authenticated may delete rows whose organization the caller belongs to, by a row of organization_members where either role is boss or role is above x (foreman).",
    ]);
  });

  it("says in one breath what differs in a value alone, and nothing that cannot be", async () => {
    const said = await words(`
      create function tenant() returns uuid language sql stable as $$ select nullif(auth.jwt() ->> 'tenant', '')::uuid $$;
      create policy staff on tasks for select to authenticated using (organization_id = tenant() and (auth.jwt() ->> 'role_name') in ('owner', 'admin', 'member'));`);
    assert.ok(
      said.some((each) =>
        /rows whose organization_id is tenant of the caller's token.* for callers whose token's role_name is owner, admin or member \(staff, through tenant\)\.$/.test(
          each,
        ),
      ),
      said.join("\n"),
    );
    assert.ok(!said.some((each) => /never are|, or /.test(each)), said.join("\n"));
  });

  it("writes operators where people do, and what is asked of a column beginning with it", async () => {
    const said = await words(
      "alter table tasks add column made timestamptz; create policy fresh on tasks for select to authenticated using (made > now() - interval '24 hours' and owner_id = auth.uid());",
    );
    assert.ok(
      said.some((each) => /where made is above now\(\) - 24 hours/.test(each)),
      said.join("\n"),
    );
  });

  it("says what was not understood", async () => {
    const { project, table } = await read(
      "create policy f on tasks for select to authenticated using (has_feature());",
    );
    const [, signedIn] = accessInWords(project, table);
    assert.deepEqual(signedIn!.unread, ["has_feature() in f"]);
    assert.match(
      policyInWords(project, table, table.policies.get("f")!),
      /Not understood: has_feature\(\)\./,
    );
  });

  it("says what the row holds before what other rows do, and what JSON is asked for", async () => {
    const [, members] = await words(`alter table tasks add labels jsonb not null default '{}';
      create policy read on tasks for select to authenticated using (
        exists (select 1 from projects p where p.id = tasks.project_id) and title is null and labels ? 'shared');`);
    assert.equal(
      members,
      "authenticated may select rows without title, where labels ? 'shared' holds and whose project_id is the id of a row of projects (read).",
    );
  });

  it("says that a restrictive policy lets none through", async () => {
    const said = await words(`
      create policy own on tasks for select to authenticated using (owner_id = auth.uid());
      create policy floor on tasks as restrictive to authenticated using (false);`);
    assert.equal(said[1], 'authenticated may select no row: "floor" lets none through.');
  });

  it("says that PostgreSQL refuses what leads back to its own table", async () => {
    const [, select] = await words(
      "create policy again on tasks for select to authenticated using (project_id in (select t.project_id from tasks t where t.owner_id = auth.uid()));",
    );
    assert.equal(
      select,
      'authenticated may select no row: "again" leads back to tasks, and PostgreSQL refuses the query.',
    );
  });

  it("says that PostgreSQL refuses what leads to another table that leads back to itself", async () => {
    const [, select] = await words(`
      create table people (project_id uuid, user_id uuid);
      alter table people enable row level security;
      create policy visible on people for select using (project_id in (select p.project_id from people p where p.user_id = auth.uid()));
      create policy read on tasks for select to authenticated using (project_id in (select p.project_id from people p where p.user_id = auth.uid()));`);
    assert.equal(
      select,
      'authenticated may select no row: "read" leads to people, whose "visible" leads back to it, and PostgreSQL refuses the query.',
    );
  });

  it("says what a function gives that is made elsewhere, and that it was not understood", async () => {
    const { project, table } = await read(
      "create policy f on tasks for select to authenticated using (project_id in (select private.my_projects()));",
    );
    const [, signedIn] = accessInWords(project, table);
    assert.equal(
      signedIn!.sentences[0],
      "authenticated may select rows whose project_id is among my_projects() (f).",
    );
    assert.deepEqual(signedIn!.unread, ["private.my_projects() in f"]);
  });
});
