import { strict as assert } from "node:assert";
import { listRuleFiles, loadRule } from "../../src/build/rule-files.ts";
import { ROOT } from "../../src/build/tree.ts";
import { lintTexts } from "../fixture/lint-texts.ts";
import { readMap } from "./compare.ts";

/** What the rules beside an advisor say of a few statements: `rule severity`, or nothing. */
interface Difference {
  readonly advisor: string;
  readonly what: string;
  readonly sql: string;
  /** `supabase/config.toml`, in place of one that enables anonymous sign-ins. */
  readonly config?: string;
  readonly said: readonly string[];
}

const TABLES = `
  create table orgs (id uuid primary key, name text);
  create table members (org_id uuid not null references orgs, user_id uuid not null references auth.users, role text not null, primary key (org_id, user_id));
  create table tasks (id uuid primary key, org_id uuid not null references orgs, user_id uuid not null references auth.users, title text);
  alter table orgs enable row level security;
  alter table members enable row level security;
  alter table tasks enable row level security;
  create policy mine on members for select to authenticated using (user_id = (select auth.uid()));
  create policy mine on orgs for select to authenticated using (id in (select org_id from members where user_id = (select auth.uid())));`;

const CONFIG = "[auth]\nenable_anonymous_sign_ins = true\n";

/** What the column "where the two differ" says, row by row. */
const DIFFERENCES: readonly Difference[] = [
  {
    advisor: "auth_rls_initplan",
    what: "a helper that asks for the caller counts too",
    sql: `create function me() returns uuid language sql stable as $$ select auth.uid() $$;
      create policy p on tasks for select to authenticated using (user_id = me());`,
    said: ["policy-function-per-row warning"],
  },
  {
    advisor: "auth_rls_initplan",
    what: "an info in a sub-select that names the row",
    sql: `create policy p on tasks for select to authenticated using (
      exists (select 1 from members m where m.org_id = tasks.org_id and m.user_id = auth.uid()));`,
    said: ["policy-function-per-row info"],
  },
  {
    advisor: "auth_rls_initplan",
    what: "nothing in one that does not",
    sql: `create policy p on tasks for select to authenticated using (org_id in (select org_id from members where user_id = auth.uid()));`,
    said: [],
  },
  {
    advisor: "multiple_permissive_policies",
    what: "ALL beside a command is a design",
    sql: `create policy p on tasks for all to authenticated using (user_id = (select auth.uid()));
      create policy q on tasks for select to authenticated using (org_id in (select org_id from members where user_id = (select auth.uid())));`,
    said: [],
  },
  {
    advisor: "multiple_permissive_policies",
    what: "two for one command are said",
    sql: `create policy p on tasks for select to authenticated using (user_id = (select auth.uid()));
      create policy q on tasks for select to authenticated using (org_id in (select org_id from members where user_id = (select auth.uid())));`,
    said: ["policies-overlapping warning"],
  },
  {
    advisor: "rls_enabled_no_policy",
    what: "a policy that PostgreSQL refuses is named, with what is wrong in it",
    sql: "create policy p on tasks for select to authenticated using (user_id = (select auth.jwt() ->> 'sub'));",
    said: ["policy-type-mismatch error"],
  },
  {
    advisor: "security_definer_view",
    what: "said of a view over protected rows",
    sql: "create view v as select id, title from tasks;",
    said: ["view-bypasses-rls error"],
  },
  {
    advisor: "security_definer_view",
    what: "silent where it binds its rows to the caller and is not written through",
    sql: `create view v as select id, title from tasks where user_id = auth.uid() group by id, title;`,
    said: [],
  },
  {
    advisor: "security_definer_view",
    what: "said where it binds its rows and can be written through, past what policies say of new rows",
    sql: "create view v as select id, org_id, user_id, title from tasks where user_id = auth.uid();",
    said: ["view-bypasses-rls error"],
  },
  {
    advisor: "security_definer_view",
    what: "silent where its owner is held by policies",
    sql: `create role reader nologin;
      grant select on tasks to reader;
      create view v as select id, title from tasks;
      alter view v owner to reader;`,
    said: [],
  },
  {
    advisor: "security_definer_view",
    what: "silent where it shows what everybody may read anyway",
    sql: `create table countries (code text primary key, name text);
      alter table countries enable row level security;
      create policy everybody on countries for select to anon, authenticated using (true);
      create view v as select distinct name from countries;`,
    said: [],
  },
  {
    advisor: "function_search_path_mutable",
    what: "silent where the body names every object with its schema",
    sql: "create function titles() returns setof text language sql stable as $$ select t.title from public.tasks t $$;",
    said: [],
  },
  {
    advisor: "function_search_path_mutable",
    what: "an info where it does not, and an error where it runs as its owner",
    sql: `create function titles() returns setof text language sql stable as $$ select title from tasks $$;
      create function all_titles() returns setof text language sql stable security definer as $$ select title from tasks $$;`,
    said: ["function-search-path-mutable error", "function-search-path-mutable info"],
  },
  {
    advisor: "function_search_path_mutable",
    what: "silent in a schema that the API does not show",
    sql: `create schema internal;
      create function internal.titles() returns setof text language sql stable as $$ select title from tasks $$;`,
    said: [],
  },
  {
    advisor: "function_search_path_mutable",
    what: "a path without pg_temp at its end is said where it runs as its owner",
    sql: "create function titles() returns setof text language sql stable security definer set search_path = public as $$ select title from tasks $$;",
    said: ["function-search-path-mutable warning"],
  },
  {
    advisor: "rls_disabled_in_public",
    what: "by what is granted: an error, or nothing",
    sql: `create table notes (id uuid primary key, text text);
      create table drafts (id uuid primary key, text text);
      revoke all on drafts from anon, authenticated;`,
    said: ["table-without-rls error"],
  },
  {
    advisor: "rls_disabled_in_public",
    what: "tenants' rows that nobody is granted are a warning beside protected tables",
    sql: `create table notes (id uuid primary key, org_id uuid not null references orgs);
      revoke all on notes from anon, authenticated;`,
    said: ["table-without-rls warning"],
  },
  {
    advisor: "rls_references_user_metadata",
    what: "helpers are looked into",
    sql: `create function role_of() returns text language sql stable as $$ select auth.jwt() -> 'user_metadata' ->> 'role' $$;
      create policy p on tasks for select to authenticated using ((select role_of()) = 'admin');`,
    said: ["policy-user-metadata error"],
  },
  {
    advisor: "rls_references_user_metadata",
    what: "a column of one's own by that name is silent",
    sql: `alter table tasks add column user_metadata jsonb;
      create policy p on tasks for select to authenticated using (user_metadata ->> 'owner' = (select auth.uid())::text);`,
    said: [],
  },
  {
    advisor: "materialized_view_in_api",
    what: "said over protected rows, silent over what everybody may read",
    sql: `create table countries (code text primary key, name text);
      alter table countries enable row level security;
      create policy everybody on countries for select to anon, authenticated using (true);
      create materialized view names as select name from countries;
      create materialized view titles as select title from tasks;`,
    said: ["materialized-view-exposed error"],
  },
  {
    advisor: "sensitive_columns_exposed",
    what: "where row-level security is off the table's own finding speaks",
    sql: "create table cards (id uuid primary key, org_id uuid not null references orgs, card_number text);",
    said: [],
  },
  {
    advisor: "rls_policy_always_true",
    what: "silent for reading what is meant to be public, and for founding a tenant",
    sql: `create table countries (code text primary key, name text);
      alter table countries enable row level security;
      create policy everybody on countries for select using (true);
      create policy found on orgs for insert to authenticated with check (true);`,
    said: [],
  },
  {
    advisor: "auth_allow_anonymous_sign_ins",
    what: "where signing in is all that is asked, and not of rows of one's own",
    sql: `create table posts (id uuid primary key, status text);
      alter table posts enable row level security;
      create policy p on posts for select to authenticated using (status = 'published');
      create policy q on tasks for update to authenticated using (user_id = (select auth.uid()));`,
    said: ["policy-admits-anonymous-users info"],
  },
  {
    advisor: "auth_allow_anonymous_sign_ins",
    what: "only where the configuration enables them",
    sql: `create table posts (id uuid primary key, status text);
      alter table posts enable row level security;
      create policy p on posts for select to authenticated using (status = 'published');`,
    config: "[auth]\nenable_anonymous_sign_ins = false\n",
    said: [],
  },
  {
    advisor: "rls_policy_null_auth_disjunct",
    what: "whatever the shape, for every command",
    sql: `create policy p on tasks for delete to anon, authenticated using (coalesce(user_id = (select auth.uid()), true));
      create policy q on tasks for update using (user_id = (select auth.uid()) is not false);
      create policy r on tasks for select using (case when (select auth.uid()) is null then true else user_id = (select auth.uid()) end);`,
    said: [
      "policy-open-when-anonymous error",
      "policy-open-when-anonymous error",
      "policy-open-when-anonymous error",
    ],
  },
  {
    advisor: "anon_security_definer_function_executable",
    what: "only of functions that touch protected rows",
    sql: `create function add(a int, b int) returns int language sql immutable security definer set search_path = '' as $$ select a + b $$;
      create function titles() returns setof text language sql stable security definer set search_path = '' as $$ select title from public.tasks $$;`,
    said: ["definer-function-executable error"],
  },
  {
    advisor: "authenticated_security_definer_function_executable",
    what: "an info where the body asks who the caller is",
    sql: "create function titles() returns setof text language sql stable security definer set search_path = '' as $$ select title from public.tasks where user_id = (select auth.uid()) $$;",
    said: ["definer-function-executable info"],
  },
  {
    advisor: "unindexed_foreign_keys",
    what: "an index that a policy wants",
    sql: "create policy p on tasks for select to authenticated using (user_id = (select auth.uid()));",
    said: ["policy-column-unindexed warning"],
  },
];

/** Beside the rules of an advisor's row, those that the text names. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  unindexed_foreign_keys: ["policy-column-unindexed"],
};

describe("where Rowguard and the advisors differ", () => {
  const files = new Map(listRuleFiles(ROOT).map((file) => [file.id, file]));
  const map = readMap();

  for (const { advisor, what, sql, config = CONFIG, said } of DIFFERENCES)
    it(`${advisor}: ${what}`, async () => {
      const texts = [
        { path: "supabase/migrations/20240101000000_init.sql", text: `${TABLES}\n${sql}` },
        { path: "supabase/config.toml", text: config },
      ];
      const found: string[] = [];
      for (const id of NAMED[advisor] ?? map.get(advisor)!) {
        const rule = await loadRule(ROOT, files.get(id)!);
        for (const { severity, subject } of await lintTexts(rule, texts))
          if (!subject.startsWith("public.members")) found.push(`${id} ${severity}`);
      }
      assert.deepEqual(found.sort(), said);
    });
});
