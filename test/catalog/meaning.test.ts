import assert from "node:assert/strict";
import { findBodyMeaning, findMeaning, findViewMeaning } from "../../src/catalog/resolve/resolve.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { policyOf, replayed, tableOf } from "./history.ts";

const SETUP = `
  create table teams (id uuid primary key, owner uuid);
  create table members (team_id uuid, user_id uuid, role text);
  create table tasks (id uuid, team_id uuid, title text);
  create function is_member(team uuid) returns boolean language sql as 'select true';
`;

/** What each column of the policy's USING means: `tasks.team_id row 1` is the policy's own row, one query out. */
function columnsOf(using: string): string[] {
  const catalog = replayed(`${SETUP} create policy p on tasks using (${using})`);
  const policy = policyOf(catalog, "public.tasks", "p");
  const { columns } = findMeaning(catalog, tableOf(catalog, "public.tasks"), policy.using!);
  return [...columns].map(([expr, { relation, column, level }]) => {
    const written = expr.kind === "column" ? expr.path.join(".") : "";
    return `${written}: ${relation.key ?? relation.name}.${column}${relation.row ? " row" : ""} ${level}`;
  });
}

describe("the meaning of a policy", () => {
  before(loadGrammar);

  it("binds an unqualified column to the innermost query that has one", () => {
    assert.deepEqual(
      columnsOf("exists (select 1 from members m where m.team_id = team_id and title = 'x')"),
      [
        "m.team_id: public.members.team_id 0",
        "team_id: public.members.team_id 0",
        "title: public.tasks.title row 1",
      ],
    );
  });

  it("binds a qualified one by alias, table or schema", () => {
    assert.deepEqual(
      columnsOf(
        "exists (select 1 from tasks t where t.id = tasks.id and public.tasks.team_id = t.team_id and id is null)",
      ),
      [
        "t.id: public.tasks.id 0",
        "tasks.id: public.tasks.id row 1",
        "public.tasks.team_id: public.tasks.team_id row 1",
        "t.team_id: public.tasks.team_id 0",
        "id: public.tasks.id 0",
      ],
    );
  });

  it("goes through sub-selects, WITH, joins and LATERAL", () => {
    assert.deepEqual(
      columnsOf(`team_id in (
        with mine as (select team_id as team from members where user_id = auth.uid())
        select q.team from mine q join teams using (id), lateral (select owner as o where owner = q.team) l where l.o is not null
      )`),
      [
        "team_id: public.tasks.team_id row 0",
        "team_id: public.members.team_id 0",
        "user_id: public.members.user_id 0",
        "owner: public.teams.owner 1",
        "owner: public.teams.owner 1",
        "q.team: q.team 1",
        "q.team: q.team 0",
        "l.o: l.o 0",
      ],
    );
  });

  it("knows tables, functions and types", () => {
    const catalog = replayed(
      `${SETUP} create policy p on tasks using (is_member(team_id) and exists (select 1 from members where user_id = (select auth.uid())))`,
    );
    const meaning = findMeaning(
      catalog,
      tableOf(catalog, "public.tasks"),
      policyOf(catalog, "public.tasks", "p").using!,
    );
    assert.deepEqual(
      Array.from(meaning.relations, ([, key]) => key),
      ["public.members"],
    );
    assert.deepEqual(
      [...meaning.calls].map(([, [func]]) => `${func?.schema}.${func?.name}`),
      ["public.is_member", "auth.uid"],
    );
    const types = [...meaning.types].map(([expr, type]) => `${expr.kind} ${type.name}`);
    assert.ok(types.includes("subquery uuid") && types.includes("and bool"));
    assert.deepEqual(meaning.problems, []);
  });

  it("is found for views", () => {
    const catalog = replayed(
      `${SETUP} create view v as select t.id, m.role from tasks t join members m using (team_id)`,
    );
    const { columns, problems } = findViewMeaning(catalog, catalog.views.get("public.v")!);
    assert.deepEqual(
      [...columns].map(([, { relation, column }]) => `${relation.key}.${column}`),
      ["public.tasks.id", "public.members.role"],
    );
    assert.deepEqual(problems, []);
  });

  it("is found for bodies of functions, where arguments and variables are names too", () => {
    const bodyOf = (language: string, body: string) => {
      const catalog = replayed(
        `${SETUP} create function f(team uuid) returns boolean language ${language} as $$ ${body} $$`,
      );
      return findBodyMeaning(catalog, catalog.functions.get("public.f")![0]!).problems.map(
        ({ message }) => message,
      );
    };
    const query =
      "select exists (select 1 from members where team_id = team and f.team is not null and usr_id = auth.uid())";
    assert.deepEqual(bodyOf("sql", query), ["There is no column usr_id."]);
    const upsert =
      "insert into teams as x (id) values (team) on conflict (id) do update set owner = excluded.owner where x.owner is null and teams.owner is null returning true";
    assert.deepEqual(bodyOf("sql", upsert), []);
    assert.deepEqual(bodyOf("plpgsql", `begin return (${query}); end`), []);
    assert.deepEqual(
      bodyOf("plpgsql", "begin return (select true from members m where m.usr_id = team); end"),
      ["There is no column usr_id of public.members."],
    );
  });
});
