import assert from "node:assert/strict";
import {
  type Answer,
  anonymousWorld,
  canBeTrue,
  implies,
  isAlwaysTrue,
  isNeverTrue,
  isWider,
  strangerWorld,
} from "../../../src/catalog/meaning/decide.ts";
import type { Formula } from "../../../src/catalog/meaning/formula.ts";
import { readClause } from "../../../src/catalog/meaning/read.ts";
import { callerNamesOf } from "../../../src/project/meaning.ts";
import { supabase } from "../../../src/project/platform/supabase.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { policyOf, replayed, tableOf } from "../history.ts";

const SCHEMA = `
  create type role as enum ('owner', 'member');
  create table orgs (id uuid primary key, name text);
  create table members (user_id uuid not null, org_id uuid not null, role role, level int);
  create table t (id uuid primary key, org_id uuid, owner_id uuid not null, flag boolean not null, maybe boolean,
    n int, status text, data jsonb, kind role not null, tags text[],
    due timestamptz, since date not null);
  create function is_me(who uuid) returns boolean language sql stable as $$ select who = auth.uid() $$;
  create function my_orgs() returns setof uuid language sql stable security definer as
    $$ select org_id from members where user_id = auth.uid() $$;
  create function my_org_array() returns uuid[] language sql stable security definer as
    $$ select array_agg(org_id) from members m where m.user_id = auth.uid() $$;
  create function is_member(org uuid) returns boolean language plpgsql stable security definer as
    $$ begin return exists (select 1 from members where user_id = auth.uid() and org_id = org); end $$;
  create function is_member_too(o uuid) returns boolean language sql stable as $$ select is_member(o) $$;
  create function my_org_count() returns bigint language sql stable security definer as
    $$ select count(distinct m.org_id) from members m where m.user_id = auth.uid() $$;
  create function roles_in(org uuid) returns int language plpgsql stable security definer as
    $$ declare found int; begin select count(*) into found from members m where m.user_id = auth.uid() and m.org_id = org; return found; end $$;
  create function claim(name text) returns text language sql stable as $$ select auth.jwt() ->> name $$;
  create function is_outside(org uuid) returns boolean language sql stable security definer strict as
    $$ select not exists (select 1 from members m where m.user_id = auth.uid() and m.org_id = org) $$;
  create function orgs_of(who uuid) returns setof uuid language sql stable security definer strict as
    $$ select org_id from members where who is null or user_id = who $$;
  create function org_array_of(who uuid) returns uuid[] language sql stable security definer strict as
    $$ select array_agg(org_id) from members where who is null or user_id = who $$;
  create function org_count_of(who uuid) returns bigint language sql stable security definer strict as
    $$ select count(*) from members where user_id = who $$;
  create function is_nobody(who uuid) returns boolean language sql immutable as $$ select who is null $$;
  alter function is_nobody(uuid) strict;
  create function is_someone(who uuid) returns boolean language sql immutable strict as $$ select who is not null $$;
  alter function is_someone(uuid) called on null input;
  create function is_lucky(who uuid) returns boolean language plpgsql stable as
    $$ declare found boolean; begin execute 'select random() > 0.5' into found; return found; end $$;
  create function is_in(org uuid, out found_one boolean) language plpgsql stable as $$
    begin found_one := exists (select 1 from members m where m.user_id = auth.uid() and m.org_id = org); end $$;
  create function is_out_of(org uuid, out gone boolean) language plpgsql stable as $$
    begin gone := false; if is_in(org) then return; end if; gone := true; end $$;
  create view my_members as select m.user_id, m.org_id from members m where m.user_id = auth.uid();
`;

function read(condition: string): Formula {
  const catalog = replayed(`${SCHEMA} create policy p on t using (${condition});`);
  const policy = policyOf(catalog, "public.t", "p");
  assert.equal(policy.refused?.message, undefined, condition);
  const table = tableOf(catalog, "public.t");
  return readClause(catalog, table, policy.using!, callerNamesOf(supabase)).formula;
}

const FACTS = {
  anonymousClaims: { role: "anon" },
  signedInClaims: { role: "authenticated" },
  token: "auth.jwt",
};

/** Conditions and the answer that each of them gets. */
const hold = (
  title: string,
  ask: (condition: Formula) => Answer,
  answers: Partial<Record<Answer, string[]>>,
) => {
  for (const [answer, conditions] of Object.entries(answers))
    for (const condition of conditions)
      it(`${title}: ${answer} for ${condition}`, () => assert.equal(ask(read(condition)), answer));
};

before(() => loadGrammar());

describe("what a policy's condition comes to", () => {
  hold("always true", isAlwaysTrue, {
    yes: [
      "true",
      "1 = 1",
      "id = id",
      "owner_id = owner_id or false",
      "flag or not flag",
      "coalesce(maybe, true) or maybe is false",
      "n > 3 or n <= 3 or n is null",
      "n is null or n is not null",
      "coalesce(owner_id = auth.uid(), true) or owner_id = auth.uid() is false",
      "kind in ('owner', 'member')",
      "auth.uid() is null or auth.uid() is not null",
      "case when flag then true else not flag end",
      "exists (select 1 from members where user_id = auth.uid()) or not exists (select 1 from members m where m.user_id = auth.uid() and m.level = 3)",
      "(flag, id) = (flag, id)",
      "(id, 1) < (id, 2)",
      "array[id, owner_id] @> array[owner_id]",
      "exists (select count(*) from members where user_id = auth.uid())",
      "not (id is null)",
      "id is not distinct from id",
      "(select true)",
      "status is distinct from status or true",
      "(select count(*) from members where level = 3) >= 0",
      "0 <= (select count(level) from members)",
      "(select max(level) from members) is null or exists (select 1 from members where level is not null)",
      "not exists (select 1 from members limit 0)",
      "owner_id not in (select user_id from members limit 0)",
      "array[id] @> '{}'",
    ],
    no: [
      "false",
      "status = status",
      "maybe or not maybe",
      "org_id = auth.uid()",
      "exists (select 1 from members)",
      "kind in ('owner')",
      "n > 3 or n < 3 or n is null",
      "is_member(org_id)",
      "org_id in (select my_orgs())",
    ],
  });
  hold("always true", isAlwaysTrue, {
    unknown: ["pg_has_role('postgres', 'member')"],
    // Where the column is NULL, so is the condition.
    no: ["data ? 'a'", "status ~ 'x'", "tags && array['a'] or flag"],
  });
  hold("never true", isNeverTrue, {
    yes: [
      "status in (select unnest(tags)) and (status = any (tags)) is not true",
      "false",
      "1 = 0",
      "'a' = 'b'",
      "status = null",
      "n = 1 and n = 2",
      "flag and not flag",
      "status = 'a' and status in ('b', 'c')",
      "id is null",
      "org_id in (select org_id from members where false)",
      "n > 3 and n < 2",
      "n = 3 and n > 3",
      "kind not in ('owner', 'member')",
      "exists (select 1 from members m where m.user_id is null)",
      "exists (select 1 from members where level = 3) and not exists (select 1 from members where level = 3)",
      "nullif(status, 'a') = 'a'",
      "auth.uid() is null and owner_id = auth.uid()",
      "auth.uid() = owner_id and auth.jwt() ->> 'sub' <> owner_id::text",
      "(select count(*) from members) < 0",
      "exists (select 1 from members where user_id = auth.uid() limit 0)",
      "owner_id = (select user_id from members limit 0)",
      "(select count(*) from members) is null",
      "tags && '{}'",
      "auth.uid()::text = any (tags) and tags = '{}'",
      "tags = '{}' and cardinality(tags) > 0",
      "array_position(tags, null) is not null and status <> all (tags)",
      "array_position(tags, null) is not null and cardinality(tags) = 0",
      // A key says which row it is: there is no other.
      "(select count(*) from orgs o where o.id = org_id) > 1",
      "(select count(distinct o.name) from orgs o where o.id = org_id) >= 2",
      "(select count(*) from members where level = 3) > 1 and not exists (select 1 from members where level = 3)",
      "(select count(*) from members where level = 3) = 2 and (select count(*) from members where level = 3) < 2",
      "auth.uid()::text = all (tags) and not (auth.uid()::text = any (tags)) and tags <> '{}' and tags = '{}'",
      "data ?| '{}'",
      "is_outside(null)",
      "not is_outside(null)",
      "is_nobody(auth.uid())",
      "org_count_of(null) >= 0",
      // One row: a key says which, and it has one value in every column.
      "exists (select 1 from orgs o where o.id = org_id and o.name is null) and exists (select 1 from orgs o where o.id = org_id and o.name = 'a')",
      "exists (select 1 from orgs o join orgs x on x.id = o.id where x.name <> o.name)",
    ],
    no: [
      "true",
      "n = 1",
      "is_member_too(org_id)",
      "is_in(org_id)",
      "org_id = any (my_org_array())",
      "data ->> 'a' = 'x' and data -> 'b' ->> 'a' = 'y'",
      "data ? 'a'",
      "not (data ? 'a')",
      "data @> '{}'",
      "data ?| array['a', 'b']",
      "jsonb_path_exists(data, '$.a')",
      "tags @> '{}'",
      "(select count(*) from members where level = 3) > 1",
      "(select count(distinct m.org_id) from members m where m.user_id = auth.uid()) = 2",
      "(select count(*) from members where level = 3) = 1",
      "(select max(level) from members) is null",
      "exists (select 1 from members where level = 3) and not exists (select 1 from members where level = 4)",
      "exists (select 1 from members m where m.org_id = org_id and m.level = 1) and exists (select 1 from members m where m.org_id = org_id and m.level = 2)",
    ],
  });
  hold("true without a caller", (condition) => canBeTrue(condition, anonymousWorld(FACTS)), {
    yes: [
      "not (auth.jwt() ? 'sub')",
      "auth.uid() is null or owner_id = auth.uid()",
      "flag",
      "auth.uid() is distinct from owner_id",
      "coalesce(owner_id = auth.uid(), true)",
      "not (auth.uid() = owner_id) is true",
      "exists (select 1 from members)",
      "auth.role() = 'anon'",
      "current_setting('request.jwt.claims', true)::jsonb ->> 'role' = 'anon'",
      "my_org_count() = 0",
      "coalesce(my_org_count(), 0) < 1",
      "is_nobody(auth.uid()) is null",
      "not is_someone(auth.uid())",
      "is_outside(org_id)",
      "org_id not in (select orgs_of(auth.uid()))",
      "org_array_of(auth.uid()) is null",
      "org_count_of(auth.uid()) is null",
      "roles_in(org_id) = 0",
      "claim('role') = 'anon'",
      // An array without him, or without anything.
      "array_position(tags, auth.uid()::text) is null",
      "array_length(tags, 1) is null",
      "cardinality(tags) = 0",
      // Nobody is unlike every element of an empty array.
      "auth.uid()::text <> all (tags)",
      "auth.uid()::text = all (tags)",
      "not (auth.uid()::text = any (tags))",
      "not (array[auth.uid()::text] <@ tags)",
      "auth.uid()::text not in (select unnest(tags))",
      "auth.uid()::text <> all ((select o.tags from t o where o.id = t.id)::text[])",
    ],
    // Only beside an array that holds a NULL.
    unknown: ["array_position(tags, auth.uid()::text) is not null"],
    no: [
      "my_org_count() > 0",
      "is_nobody(auth.uid())",
      "org_id in (select orgs_of(auth.uid()))",
      "org_id = any (org_array_of(auth.uid()))",
      "org_id <> all (org_array_of(auth.uid()))",
      "not (org_count_of(auth.uid()) > 0)",
      "is_outside(org_id) and org_id is null",
      "(select my_org_count()) >= 2",
      "roles_in(org_id) > 0",
      "claim('role') = 'authenticated'",
      "claim('sub') = owner_id::text",
      "'user:' || auth.uid() = status",
      "(n, auth.uid()) is not distinct from (n, owner_id)",
      "is_in(org_id)",
      "auth.uid()::text <> all (tags) and tags <> '{}'",
      "auth.uid()::text = any (tags)",
      "not (auth.uid()::text = any ('{a,b}'))",
      "auth.uid()::text in (select unnest(tags))",
      "owner_id = auth.uid()",
      "owner_id = (select auth.uid())",
      "(auth.jwt() ->> 'sub')::uuid = owner_id",
      "is_me(owner_id)",
      "is_member(org_id)",
      "is_member_too(org_id)",
      "org_id in (select my_orgs())",
      "org_id = any (my_org_array())",
      "org_id = any (array(select my_orgs()))",
      "org_id in (select v.org_id from my_members v)",
      "auth.role() = 'authenticated'",
      "org_id = (auth.jwt() -> 'app_metadata' ->> 'org')::uuid",
      "org_id in (with mine as (select org_id from members where user_id = auth.uid()) select * from mine)",
      "exists (select 1 from members m join orgs o on o.id = m.org_id where m.user_id = auth.uid() and o.id = t.org_id)",
      "exists (select 1 from orgs o join members using (org_id) where user_id = auth.uid())".replace(
        "orgs o",
        "t o",
      ),
      "(select count(*) from members where user_id = auth.uid()) > 0",
      "auth.uid() is not null",
      "case when auth.uid() is null then false else true end",
    ],
  });
  hold("open to a stranger", (condition) => canBeTrue(condition, strangerWorld(FACTS)), {
    yes: [
      "org_id is null and not exists (select 1 from t mine where mine.owner_id = auth.uid())",
      "due > now()",
      "since <= current_date - 7 or org_id = auth.uid()",
      "due is null or due between now() and '2100-01-01'",
      "exists (select 1 from t other where other.due > now() - interval '1 day')",
      "auth.jwt() ? 'sub'",
      "data @> '{}'",
      "auth.uid() is not null",
      "auth.role() = 'authenticated'",
      "auth.uid() <> owner_id",
      "owner_id = auth.uid() or flag",
      "exists (select 1 from members where members.org_id = org_id)",
      "auth.uid()::text <> any (tags)",
      "auth.uid()::text > any (tags)",
      "auth.uid()::text like 'a%' or auth.uid() is not null",
      "(owner_id, n) is distinct from (auth.uid(), n)",
      "is_out_of(org_id)",
    ],
    unknown: [
      // What comes of his name may well be what is asked for.
      "length(auth.uid()::text) = 36",
      "left(auth.uid()::text, 1) in ('a', 'b')",
      "auth.uid()::text like 'a%'",
      "upper(auth.role()) = 'AUTHENTICATED'",
      "auth.uid()::text || status = 'a'",
      "is_lucky(auth.uid())",
      "tags || auth.uid()::text @> array[auth.uid()::text]",
      "auth.email() like any (tags)",
      // A new row is none of the table's yet.
      "not exists (select 1 from t other where other.id = t.id)",
      "due > now() and due < now() - interval '1 day'",
      "due >= now() and due <= '2000-01-01'",
      "now() > '2030-01-01'",
    ],
    no: [
      "owner_id = auth.uid()",
      "owner_id between auth.uid() and auth.uid()",
      "array[owner_id] <@ array[auth.uid(), null]",
      "my_org_array() @> array[org_id]",
      "is_member(org_id)",
      "exists (select 1 from members where user_id = auth.uid())",
      "auth.jwt() ->> 'kind' = 'admin'",
      "(auth.jwt() ->> 'admin')::boolean",
      "auth.uid()::text = any (tags)",
      "(owner_id, n) is not distinct from (auth.uid(), n)",
      "is_in(org_id)",
      "'user:' || auth.uid() = status",
      "lower(auth.email()) = lower(status)",
      // What comes of a claim is a privilege.
      "auth.email() like '%@example.com'",
      "split_part(auth.email(), '@', 2) = 'example.com'",
      "auth.jwt() -> 'app_metadata' -> 'roles' ? 'admin'",
      "'admin' = any (string_to_array(auth.jwt() ->> 'roles', ','))",
    ],
  });
});

describe("two conditions", () => {
  const pairs: [string, string, Answer][] = [
    ["owner_id = auth.uid() and flag", "owner_id = auth.uid()", "yes"],
    ["owner_id = auth.uid()", "owner_id = auth.uid() and flag", "no"],
    ["is_member(org_id)", "org_id in (select my_orgs())", "yes"],
    ["org_id in (select my_orgs())", "is_member_too(org_id)", "yes"],
    [
      "org_id = any (my_org_array())",
      "exists (select 1 from members m where m.org_id = t.org_id and m.user_id = auth.uid())",
      "yes",
    ],
    [
      "exists (select 1 from members m where m.org_id = t.org_id and m.user_id = auth.uid() and m.role = 'owner')",
      "is_member(org_id)",
      "yes",
    ],
    [
      "is_member(org_id)",
      "exists (select 1 from members m where m.org_id = t.org_id and m.user_id = auth.uid() and m.role = 'owner')",
      "no",
    ],
    ["n in (1, 2)", "n >= 1", "yes"],
    ["status = 'a'", "status like 'a'", "yes"],
    ["status = 'a'", "status like '%'", "yes"],
  ];
  for (const [first, second, answer] of pairs)
    it(`${answer}: ${first} implies ${second}`, () =>
      assert.equal(implies(read(first), read(second)), answer));

  it("one is wider than the other", () => {
    assert.equal(isWider(read("is_member(org_id) or flag"), read("is_member(org_id)")), "yes");
    assert.equal(isWider(read("is_member(org_id)"), read("org_id in (select my_orgs())")), "no");
  });
});
