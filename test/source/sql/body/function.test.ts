import assert from "node:assert/strict";
import { parsePlPgSQLSync } from "libpg-query";
import { readProcedure } from "../../../../src/source/sql/body/procedure.ts";
import { loadGrammar } from "../../../../src/source/sql/grammar.ts";
import { readTokens } from "../../../../src/source/sql/tokens/lexer.ts";
import { type Shown, statementOf } from "../show.ts";

const spans = (items: Shown[]): string[] => items.map(({ span }) => span);

const plpgsql = (body: string, returns = "bool"): Shown =>
  statementOf(`create function f(a int) returns ${returns} language plpgsql as $$${body}$$`).body;

describe("a function", () => {
  before(loadGrammar);

  it("says what its head says", () => {
    const {
      body: _,
      span: __,
      ...made
    } = statementOf(`create or replace function app.f(a int default 1, variadic b text[], out c app.x)
      returns setof record language SQL stable strict leakproof security definer
      set search_path = '' set App.Mode to 'x', 'y' as $body$ select 1 $body$`);
    assert.deepEqual(made, {
      kind: "create-function",
      name: { schema: "app", name: "f", span: "app.f" },
      procedure: false,
      replace: true,
      args: [
        {
          name: "a",
          type: { name: "int4", array: false, span: "int" },
          mode: "in",
          hasDefault: true,
          default: { kind: "constant", type: "number", value: "1", span: "1" },
        },
        {
          name: "b",
          type: { name: "text", array: true, span: "text[]" },
          mode: "variadic",
          hasDefault: false,
        },
        {
          name: "c",
          type: { schema: "app", name: "x", array: false, span: "app.x" },
          mode: "out",
          hasDefault: false,
        },
      ],
      returns: { name: "record", array: false, span: "record" },
      returnsSet: true,
      language: "sql",
      volatility: "stable",
      securityDefiner: true,
      leakproof: true,
      strict: true,
      settings: { search_path: [""], "app.mode": ["x", "y"] },
      source: " select 1 ",
      sourceSpan: " select 1 ",
    });
  });

  it("is altered", () => {
    const { span: _, ...altered } = statementOf(
      "alter function s.f(int) immutable security invoker set search_path = a reset x",
    );
    assert.deepEqual(altered, {
      kind: "alter-function",
      name: { schema: "s", name: "f", span: "s.f" },
      args: [{ name: "int4", array: false, span: "int" }],
      volatility: "immutable",
      securityDefiner: false,
      settings: { search_path: ["a"] },
      resetSettings: ["x"],
    });
  });

  it("in SQL: every query, and what the last one yields", () => {
    const { body } = statementOf(`create function f() returns bool language sql as $$
      update t set a = 1; select exists (select 1 from m where m.user_id = auth.uid()); $$`);
    assert.deepEqual(spans(body.queries), [
      "update t set a = 1",
      "select exists (select 1 from m where m.user_id = auth.uid())",
    ]);
    assert.equal(body.result.kind, "subquery");
    assert.equal(body.result.span, "exists (select 1 from m where m.user_id = auth.uid())");
    assert.deepEqual([body.dynamic, body.complete], [false, true]);
  });

  it("in SQL: a column of a table is a scalar sub-select", () => {
    const { body } = statementOf(
      "create function f() returns uuid language sql as 'select org from members where id = auth.uid()'",
    );
    assert.deepEqual([body.result.kind, body.result.form], ["subquery", "scalar"]);
    assert.equal(body.result.query.where.kind, "operator");
  });

  it("in SQL: standard bodies", () => {
    const [returned, atomic] = [
      statementOf("create function f() returns bool return auth.uid() is not null"),
      statementOf(
        "create function f() returns int begin atomic insert into t values (1); select case when a then 1 end from u; end",
      ),
    ];
    assert.equal(returned.body.result.span, "auth.uid() is not null");
    assert.deepEqual(spans(atomic.body.queries), [
      "insert into t values (1)",
      "select case when a then 1 end from u",
    ]);
    assert.equal(atomic.body.complete, true);
  });

  it("in a body with doubled quotes: places are the whole body", () => {
    const made = statementOf("create function f() returns text language sql as 'select ''x'' || a'");
    assert.equal(made.source, "select 'x' || a");
    assert.equal(made.sourceSpan, "select ''x'' || a");
    assert.equal(made.body.result.span, "select ''x'' || a");
    assert.deepEqual(made.body.result.left.value, "x");
  });

  it("in PL/pgSQL: queries, expressions and what it returns, each at its place", () => {
    const body = plpgsql(`
      declare v t%rowtype; x app.role := 'admin'; c cursor (k int) for select * from q where n = k;
      begin
        select m.a, m.b into strict v.a, x from m where m.id = a;
        if x = 'owner' then perform g(1); elsif y in (1, 2) then null; else v.b := h(2); end if;
        insert into log (x) values (1) returning id into x;
        for v in select * from zz loop exit when v.done; end loop;
        return exists (select 1 from members where user_id = auth.uid());
      end;`);
    assert.deepEqual(spans(body.queries), [
      "select * from q where n = k",
      "select m.a, m.b into strict v.a, x from m where m.id = a",
      "g(1)",
      "insert into log (x) values (1) returning id into x",
      "select * from zz",
    ]);
    assert.deepEqual(spans(body.expressions), [
      "'admin'",
      "x = 'owner'",
      "y in (1, 2)",
      "h(2)",
      "v.done",
      "exists (select 1 from members where user_id = auth.uid())",
    ]);
    assert.equal(body.result.span, "exists (select 1 from members where user_id = auth.uid())");
    assert.deepEqual([body.dynamic, body.complete], [false, true]);
  });

  it("in PL/pgSQL: RETURNs under IF give one result by cases, RETURN QUERY is a query", () => {
    const { result } = plpgsql(" begin if a then return true; end if; return false; end ");
    assert.equal(result.kind, "case");
    assert.deepEqual([result.whens.length, result.otherwise.value], [1, "false"]);
    assert.deepEqual(spans(plpgsql(" begin return query select 1 from t; end ", "setof int").queries), [
      "select 1 from t",
    ]);
  });

  it("in PL/pgSQL: an OUT argument is what it gives, a RETURN on the way alone is not", () => {
    const result = (head: string, body: string): Shown =>
      statementOf(`create function f(a int, ${head}) language plpgsql as $$${body}$$`).body.result;
    assert.equal(result("out ok bool", " begin ok := a > 1; end ").span, "a > 1");
    assert.equal(
      result("out ok bool", " begin if a > 1 then return; end if; ok := true; end ").whens[0].then.type,
      "null",
    );
    assert.equal(result("out ok bool, out why text", " begin ok := a > 1; end "), undefined);
    const loop =
      " begin for x in select * from t loop if x.b = a then return true; end if; end loop; raise exception 'no'; end ";
    assert.equal(plpgsql(loop).result, undefined);
  });

  it("in PL/pgSQL: EXECUTE makes it dynamic, and says what it would run", () => {
    const body = plpgsql(
      " begin execute format('drop policy %I on t', new.a); execute 'create table x ()'; end ",
    );
    assert.deepEqual([body.dynamic, body.complete], [true, false]);
    assert.deepEqual(body.unresolved, [
      {
        span: "execute format('drop policy %I on t', new.a)",
        reason: "EXECUTE format(...)",
        touchesRowSecurity: true,
        sketch: "drop policy ? on t",
      },
    ]);
    assert.deepEqual(spans(body.statements), ["create table x ()"]);
  });

  it("is not complete where it changes the schema, cannot be read, or is in another language", () => {
    assert.equal(plpgsql(" begin create table x (); end ").complete, false);
    assert.equal(plpgsql(" begin selec 1; end ").complete, false);
    assert.equal(plpgsql(" begin if a then ").complete, false);
    assert.equal(statementOf("create function f() returns int language sql as 'selec'").body.complete, false);
    assert.equal(
      statementOf("create function f() returns int language plv8 as 'return 1'").body.complete,
      false,
    );
  });
});

describe("the steps of PL/pgSQL", () => {
  before(loadGrammar);

  const BODIES = [
    "begin if a = 1 then perform g(a); elsif h(a) then null; else delete from t; end if; end",
    "declare x int := 1 + 2; y text default 'a;b'; begin x := x * 2; while x < 10 loop x := x + 1; continue when x > 3; end loop; end",
    "begin case a when 1, 2 then insert into t values (case when b then 1 else 2 end); else raise exception 'x %', a; end case; end",
    "<<outer>> begin for i in reverse 10..f(1) by 2 loop exit outer when i = 3; end loop; end outer",
    "declare r record; begin for r in select t.a, (select 1) from t where b in (1) loop update u set c = r.a where d = 1; end loop; end",
    "declare x int; begin foreach x slice 0 in array array[1, 2] loop null; end loop; end",
    "declare x int; begin begin insert into t values (1); exception when unique_violation or sqlstate '22012' then x := 1; when others then raise; end; end",
    "#variable_conflict use_column\ndeclare x int; begin execute 'select ' || a into x using a, x; select b into strict x from t; end",
    "declare c cursor for select 1; begin open c; close c; assert a > 1, 'no'; call p(a); commit; return; end",
  ];

  for (const body of BODIES) {
    it(`are those that PostgreSQL sees: ${body.slice(0, 60)}`, () => {
      const { steps, complete } = readProcedure(readTokens(body, { start: 0, end: body.length }));
      assert.equal(complete, true);
      const ours = squeeze(collect(steps, body).join(" ; "));
      const tree = parsePlPgSQLSync(
        `create function f(a int) returns void language plpgsql as $body$${body}$body$`,
      );
      for (const query of queriesIn(tree))
        assert.ok(ours.includes(squeeze(query)), `${query}\nis not in\n${ours}`);
    });
  }

  const squeeze = (text: string): string =>
    text
      .replaceAll(/\s+/g, "")
      .replace(/^(?:SELECT|CALL)(?=[a-z]+\()/i, "")
      .toLowerCase();

  /** The texts of all token ranges of the steps. */
  function collect(value: unknown, body: string): string[] {
    if (typeof value !== "object" || value === null) return [];
    if ("first" in value && "last" in value) {
      const { first, last } = value as { first: number; last: number };
      const tokens = readTokens(body, { start: 0, end: body.length });
      return [body.slice(tokens.start[first], tokens.end[last])];
    }
    return Object.values(value).flatMap((item) => collect(item, body));
  }

  /** The texts that libpg-query gives, less those it rewrites: INTO taken out, assignments with their target, CASE as IN. */
  function queriesIn(value: unknown): string[] {
    if (typeof value !== "object" || value === null) return [];
    if ("query" in value && typeof value.query === "string") {
      const query = value.query.replace(/^[\w.]+ := /, "");
      return /__Case__|select b\s+from/i.test(query) ? [] : [query];
    }
    if ("PLpgSQL_stmt_raise" in value) return [];
    return Object.values(value).flatMap(queriesIn);
  }
});
