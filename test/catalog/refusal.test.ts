import assert from "node:assert/strict";
import type { Policy } from "../../src/catalog/catalog.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { apply, begin, policyOf, replayed } from "./history.ts";

const TABLE = `
  create type role as enum ('admin', 'member');
  create domain email as text;
  create schema app;
  create table app.members (org uuid, who text);
  create table people (id uuid, full_name text);
  create table t (
    id uuid, name text, "teamId" text, n int, ok boolean, j jsonb, doc json, arr text[], at timestamptz, r role, mail email, rs role[]
  );
  create function is_member(org uuid) returns boolean language sql stable as 'select true';
  create function app.is_admin() returns boolean language sql stable as 'select true';
  create function app.has_role(org uuid, role text default 'member') returns boolean language sql as 'select true';
`;

/** The refused policy with such a USING, and what its place says. */
function refusalOf(using: string, setup = TABLE): { readonly policy: Policy; readonly at: string } {
  const sql = `create policy p on t using (${using});`;
  const replay = apply(begin(), setup);
  const policy = policyOf(apply(replay, sql).snapshot(), "public.t", "p");
  const span = policy.refused?.at.span;
  return { policy, at: span ? sql.slice(span.start, span.end) : "" };
}

// Every answer below is PostgreSQL's own.
const ACCEPTED = [
  "name = auth.uid()::text",
  "j ->> 'a' = name",
  "doc ->> 'a' = name",
  "name = any(arr)",
  "r = any(rs)",
  "id = any(array(select auth.uid()))",
  "n between 1 and 2",
  "n = '12'",
  "n > 1.5",
  "lower(name) = auth.email()",
  "current_user = name",
  "current_setting('app.id', true)::uuid = id",
  "(auth.jwt() ->> 'sub')::uuid = id",
  "(auth.jwt() -> 'x')::boolean",
  "arr @> array[name]",
  "arr[1] = name",
  "extract(epoch from now()) > n",
  "exists (select 1 from auth.users u where u.id = t.id and u.email = t.name)",
  "exists (with m as (select id as x from t) select 1 from m where m.x = t.id)",
  "id in (select x.id from t x join t y using (id) where y.n = x.n)",
  "exists (select from jsonb_array_elements(j) e where e ->> 'id' = id::text)",
  "name = any(select unnest(arr))",
  "(storage.foldername(name))[1] = auth.uid()::text",
  "(id, n) = (auth.uid(), 1)",
  "name || 'x' = name",
  "public.t.id = auth.uid()",
  "mail = 'x' and mail = name",
  "r = 'admin' and r in ('member') and r::text = name",
  "r = any('{admin}')",
  "is_member(id) and app.has_role(id) and app.has_role(id, name)",
  "app.has_role(org => id)",
  "at > now() - interval '1 day'",
  "name ilike '%x' and name ~ '^a'",
  "coalesce(name, 'x') = name and nullif(name, '') is not null",
  "exists (select 1 from people where full_name = name)",
  "case when ok then true else n > 1 end",
  "t is not null",
  "exists (select 1 from generate_series(1, n) g where g = n)",
];

const REFUSED: [string, string, string][] = [
  ["name = auth.uid()", "=", "PostgreSQL has no operator text = uuid."],
  ["auth.uid() = name", "=", "PostgreSQL has no operator uuid = text."],
  ["n = name", "=", "PostgreSQL has no operator int4 = text."],
  ["name in (select auth.uid())", "name in (select auth.uid())", "PostgreSQL has no operator text = uuid."],
  ["name in ('a', auth.uid())", "auth.uid()", "PostgreSQL has no operator text = uuid."],
  ["id = any(arr)", "=", "PostgreSQL has no operator uuid = text."],
  ["id is distinct from name", "id is distinct from name", "PostgreSQL has no operator uuid = text."],
  ["coalesce(id, name) is null", "name", "COALESCE cannot match uuid and text."],
  ["nullif(id, name) is null", "nullif(id, name)", "PostgreSQL has no operator uuid = text."],
  ["id like 'x%'", "id like 'x%'", "PostgreSQL has no operator uuid ~~ unknown."],
  ["name ->> 'a' = 'x'", "->>", "PostgreSQL has no operator text ->> unknown."],
  ["auth.jwt() -> 'x' = name", "=", "PostgreSQL has no operator jsonb = text."],
  ["doc = doc", "=", "PostgreSQL has no operator json = json."],
  ["arr && array[id]", "&&", "PostgreSQL has no operator text[] && uuid[]."],
  ["arr[1] = id", "=", "PostgreSQL has no operator text = uuid."],
  ["(storage.foldername(name))[1] = auth.uid()", "=", "PostgreSQL has no operator text = uuid."],
  ["current_setting('x', true) = id", "=", "PostgreSQL has no operator text = uuid."],
  ["now() > name", ">", "PostgreSQL has no operator timestamptz > text."],
  ["r = mail", "=", "PostgreSQL has no operator public.role = public.email."],
  ["n", "n", "A policy takes a boolean, and this is int4."],
  ["not n", "n", "NOT takes a boolean, and this is int4."],
  ["ok and n", "n", "AND takes a boolean, and this is int4."],
  ["exists (select 1 from people where n)", "n", "WHERE takes a boolean, and this is int4."],
  ["case when n then true end", "n", "CASE takes a boolean, and this is int4."],
  ["missing = 1", "missing", "There is no column missing of public.t."],
  ["t.missing = 1", "missing", "There is no column missing of public.t."],
  ['"teamid" = name', '"teamid"', "There is no column teamid of public.t."],
  [
    "exists (select 1 from (select name as who from t) q where q.id = t.id)",
    "id",
    "There is no column id of q.",
  ],
  [
    "exists (with m as (select id as x from t) select 1 from m where m.id = t.id)",
    "id",
    "There is no column id of m.",
  ],
  [
    "exists (select 1 from auth.users u where users.id = t.id)",
    "users",
    "Nothing in this query is called users.",
  ],
  ["nofunc(id)", "nofunc", "There is no function nofunc."],
  ["is_admin()", "is_admin", "There is no function is_admin."],
  ["is_member(name)", "name", "public.is_member(uuid) takes no text."],
  [
    "is_member(id, name)",
    "is_member",
    "There is no function is_member(uuid, text), only public.is_member(uuid).",
  ],
  ["exists (select 1 from members where who = name)", "members", "There is no table members."],
  ["r = 'owner'", "'owner'", "public.role has no value 'owner'."],
  ["r in ('admin', 'owner')", "'owner'", "public.role has no value 'owner'."],
  ["r is distinct from 'zzz'", "'zzz'", "public.role has no value 'zzz'."],
  ["name::role = 'admin' and 'boss'::role = r", "'boss'", "public.role has no value 'boss'."],
  ["id = 'me'", "'me'", "uuid has no value 'me'."],
  ["id = any(array['a'])", "'a'", "uuid has no value 'a'."],
  ["n between 'a' and 'b'", "'a'", "int4 has no value 'a'."],
];

describe("a policy in a replay", () => {
  before(loadGrammar);

  for (const using of ACCEPTED)
    it(`is taken: ${using}`, () => {
      assert.equal(refusalOf(using).policy.refused, undefined);
    });

  for (const [using, place, message] of REFUSED)
    it(`is refused: ${using}`, () => {
      const { policy, at } = refusalOf(using);
      assert.deepEqual([policy.refused?.message, at], [message, place]);
    });

  it("names the real column, function, table and value", () => {
    const nearOf = (using: string) => {
      const { refused } = refusalOf(using).policy;
      return refused && "near" in refused ? refused.near : undefined;
    };
    assert.deepEqual(
      [
        "team_id = name",
        "is_admin()",
        "exists (select 1 from members)",
        "is_mamber(id)",
        "r = 'admins'",
        "exists (select 1 from people p where people.id = t.id)",
      ].map(nearOf),
      ['"teamId"', "app.is_admin", "app.members", "is_member", "admin", "p"],
    );
  });

  it("keeps the places of both sides of a mismatch", () => {
    const { refused } = refusalOf("name = (select auth.uid())").policy;
    assert.ok(refused?.kind === "type-mismatch");
    assert.deepEqual([refused.left, refused.right, refused.operator], ["text", "uuid", "="]);
    const [left, right] = [refused.leftExpr!.span, refused.rightExpr!.span];
    assert.ok(left.end < refused.at.span.start && refused.at.span.end < right.start);
  });

  it("is refused for a clause its command does not take", () => {
    const catalog = replayed(
      "create table t (id int); create policy a on t for insert using (true); create policy b on t for select with check (true); create policy c on t for delete with check (true)",
    );
    assert.deepEqual(
      ["a", "b", "c"].map((name) => policyOf(catalog, "public.t", name).refused?.kind),
      ["clause", "clause", "clause"],
    );
  });

  it("is refused for a role only where another is near", () => {
    const catalog = replayed(
      "create table t (id int); create policy a on t to authenicated using (true); create policy b on t to made_elsewhere using (true)",
    );
    const [a, b] = ["a", "b"].map((name) => policyOf(catalog, "public.t", name).refused);
    assert.ok(a?.kind === "role-unknown" && a.near === "authenticated");
    assert.equal(b, undefined);
  });

  it("is judged by what there was when it was made", () => {
    const early = replayed(
      "create table t (id uuid); create policy p on t using (later = 1); alter table t add column later int",
    );
    assert.equal(policyOf(early, "public.t", "p").refused?.kind, "column-unknown");
    const late = replayed(
      "create table t (id text); create policy p on t using (id = 'x'); drop policy p on t; alter table t alter column id type uuid using id::uuid; create policy p on t using (id = auth.uid())",
    );
    assert.equal(policyOf(late, "public.t", "p").refused, undefined);
  });

  it("is given the benefit of the doubt once SQL was built at run time", () => {
    const setup = `${TABLE} do $$ begin execute current_setting('x.ddl'); end $$;`;
    for (const using of ["missing = 1", "nofunc(id)"])
      assert.equal(refusalOf(using, setup).policy.refused, undefined);
    assert.equal(refusalOf("team_id = name", setup).policy.refused?.kind, "column-unknown");
    assert.equal(refusalOf("name = auth.uid()", setup).policy.refused?.kind, "type-mismatch");
  });

  it("may call what an extension may have", () => {
    const setup = `${TABLE} create extension postgis with schema extensions;`;
    assert.equal(refusalOf("st_within(name, name)", setup).policy.refused, undefined);
    assert.equal(
      refusalOf("extensions.uuid_generate_v4() = id and uuid_generate_v4() = id").policy.refused,
      undefined,
    );
  });

  it("knows only so much of the platform's tables", () => {
    assert.equal(
      refusalOf("exists (select 1 from auth.users where new_column = 1)").policy.refused,
      undefined,
    );
    assert.equal(refusalOf("exists (select 1 from cron.job where job.x = 1)").policy.refused, undefined);
  });
});
