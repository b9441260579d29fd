import assert from "node:assert/strict";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { apply, begin, eventsOf, policiesOf, policyOf, replayed, tableOf } from "./history.ts";

describe("policies in a replay", () => {
  before(loadGrammar);

  it("are kept as they are written, with their places", () => {
    const sql = `create table t (id uuid, name text);
create policy "Own rows" on t as restrictive for update to authenticated, service_role using ( id = auth.uid() ) with check (true);
create policy everyone on t;
create policy also_public on t to anon, public using (true);`;
    const catalog = apply(begin(), sql, false, "m.sql").snapshot();
    const policy = policyOf(catalog, "public.t", "Own rows");
    assert.deepEqual(
      [policy.permissive, policy.command, policy.roles, policy.rolesStated],
      [false, "update", ["authenticated", "service_role"], true],
    );
    const textAt = ({ path, span }: { path: string; span: { start: number; end: number } }) => [
      path,
      sql.slice(span.start, span.end),
    ];
    assert.deepEqual(textAt(policy.nameSpan), ["m.sql", '"Own rows"']);
    assert.equal(policy.using?.text.trim(), "id = auth.uid()");
    assert.deepEqual(textAt(policy.using!.outer), ["m.sql", "using ( id = auth.uid() )"]);
    assert.deepEqual(textAt(policy.check!.place), ["m.sql", "true"]);
    const everyone = policyOf(catalog, "public.t", "everyone");
    assert.deepEqual(
      [everyone.permissive, everyone.command, everyone.roles, everyone.rolesStated, everyone.using],
      [true, "all", ["public"], false, undefined],
    );
    assert.deepEqual(policyOf(catalog, "public.t", "also_public").roles, ["public"]);
  });

  it("come with switches that know who set them", () => {
    const catalog = replayed(
      "create table t (id int); alter table t enable row level security; alter table t force row level security",
      "alter table t disable row level security; alter table t no force row level security",
      "alter table t disable row level security",
    );
    const table = tableOf(catalog, "public.t");
    assert.deepEqual([table.rowSecurity, table.forced], [false, false]);
    assert.deepEqual(eventsOf(catalog), ["row-security-disabled public.t"]);
    assert.notEqual(table.rowSecurityPlace?.path, table.forcedPlace?.path);
  });

  it("change, and what they were is told", () => {
    const catalog = replayed(
      "create table t (id uuid, open boolean); create policy p on t using (id = auth.uid())",
      "alter policy p on t to anon using (open); alter policy p on t rename to q; alter policy nope on t using (true)",
    );
    const policy = policyOf(catalog, "public.t", "q");
    assert.deepEqual(
      [policy.using?.text, policy.roles, policy.rolesStated, policy.changed.length],
      ["open", ["anon"], true, 2],
    );
    assert.deepEqual(eventsOf(catalog), [
      "policy-changed public.t/p",
      "policy-changed public.t/p",
      "policy-unknown public.t/nope",
    ]);
    const [first] = catalog.events;
    assert.equal(first?.kind === "policy-changed" && first.before.using?.text, "id = auth.uid()");
  });

  it("on a table that does not exist name the one that was meant", () => {
    const catalog = replayed(
      'create table "User" (id text); create schema app; create table app.tasks (id int); create view v as select 1 as x',
      `create policy p on users using (true); alter table users enable row level security; alter table if exists public."user" enable row level security;
       grant select on tasks to anon; drop policy if exists p on nothing_like_it; create policy p on v using (true); create policy q on pg_catalog.pg_clas using (true)`,
    );
    assert.deepEqual(eventsOf(catalog), [
      'target-unknown create policy public.users, near "User"',
      'target-unknown alter table public.users, near "User"',
      'target-unknown alter table public.user, near public."User"',
      "target-unknown grant public.tasks, near app.tasks",
      "target-unknown drop policy public.nothing_like_it",
    ]);
    assert.deepEqual(
      catalog.refused.map(({ table, refused }) => [
        table,
        refused?.kind,
        refused && "near" in refused ? refused.near : undefined,
      ]),
      [
        ["users", "table-unknown", '"User"'],
        ["v", "clause", undefined],
        ["pg_clas", "table-unknown", undefined],
      ],
    );
  });

  it("of a taken name are refused, unless the file may run again or the statement may not", () => {
    const first = "create table t (id int); create policy p on t using (true);";
    const again = "create policy p on t using (false)";
    const guarded = `do $$ begin ${again}; exception when duplicate_object then null; end $$`;
    const refused = replayed(first, again).refused;
    assert.deepEqual(
      refused.map(({ name, refused: why }) => [name, why?.kind]),
      [["p", "duplicate"]],
    );
    assert.deepEqual(replayed(first, guarded).refused, []);
    const outside = apply(apply(begin(), first), again, true).snapshot();
    assert.deepEqual([outside.refused, policyOf(outside, "public.t", "p").using?.text], [[], "true"]);
  });

  it("that were refused make room for better ones", () => {
    const catalog = replayed(
      "create table t (id text); create policy p on t using (id = auth.uid())",
      "create policy p on t using (id = auth.uid()::text)",
    );
    assert.deepEqual([policiesOf(catalog, "public.t"), catalog.refused], [["p"], []]);
  });

  it("stay as they were when a change is refused", () => {
    const catalog = replayed(
      "create table t (id text); create policy p on t using (true); alter policy p on t using (id = auth.uid())",
    );
    assert.equal(policyOf(catalog, "public.t", "p").using?.text, "true");
    assert.deepEqual(
      catalog.refused.map(({ refused }) => refused?.kind),
      ["type-mismatch"],
    );
  });

  it("keep comments", () => {
    const catalog = replayed(
      "create table t (id int); create policy p on t using (true); comment on policy p on t is 'why'; comment on table t is 'what'; comment on table t is null",
    );
    assert.deepEqual(
      [policyOf(catalog, "public.t", "p").comment, tableOf(catalog, "public.t").comment],
      ["why", undefined],
    );
  });
});
