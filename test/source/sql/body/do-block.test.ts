import assert from "node:assert/strict";
import { loadGrammar } from "../../../../src/source/sql/grammar.ts";
import { type Shown, statementOf } from "../show.ts";

const run = (body: string): Shown => statementOf(`do $do$ ${body} $do$`);

/** What a block was seen to do: `alter-table a`, with "?" in front where it is conditional. */
const done = (body: string): string[] =>
  run(body).statements.map((item: Shown) => {
    const name = item.name?.name ?? item.table?.name ?? item.objects?.[0]?.name.name ?? "";
    return `${item.conditional ? "?" : ""}${item.kind} ${name}`.trim();
  });

describe("a DO block", () => {
  before(loadGrammar);

  it("runs the statements it holds, at their places", () => {
    const block = run("begin alter table s.t enable row level security; create policy p on t using (a); end");
    assert.deepEqual(
      block.statements.map(({ kind, span }: Shown) => [kind, span]),
      [
        ["alter-table", "alter table s.t enable row level security"],
        ["create-policy", "create policy p on t using (a)"],
      ],
    );
    assert.equal(block.statements[1].using.span, "a");
    assert.deepEqual(block.unresolved, []);
  });

  it("marks what may not have run: IF, CASE, exception blocks, loops over rows, what follows a RETURN in an IF", () => {
    assert.deepEqual(
      done("begin if a then create table x (); else drop table y; end if; create table z (); end"),
      ["?create-table x", "?drop y", "create-table z"],
    );
    assert.deepEqual(
      done("begin begin create table x (); exception when others then drop table y; end; end"),
      ["?create-table x", "?drop y"],
    );
    assert.deepEqual(
      done("declare r record; begin for r in select 1 from t loop create table x (); end loop; end"),
      ["?create-table x"],
    );
    assert.deepEqual(
      done("begin if a then return; end if; create table x (); return; create table y (); end"),
      ["?create-table x"],
    );
  });

  const LOOPS: [string, string][] = [
    ["a constant array", "foreach t in array array['a', 'B c'] loop"],
    ["an array given as text", `foreach t in array '{a,"B c"}'::text[] loop`],
    [
      "a variable that holds an array",
      "names := array['a']; names := names || 'B c'; foreach t in array names loop",
    ],
    ["unnest in the targets", "for t in select unnest(array['a', 'B c']) loop"],
    ["unnest in FROM", "for t in select n from unnest(array['a', 'B c']) as n loop"],
    ["VALUES", "for t in values ('a'), ('B c') loop"],
    ["VALUES with names", "for t in select v.n from (values ('a', 1), ('B c', 2)) as v (n, i) loop"],
    ["UNION", "for t in select 'a' union all select 'B c' loop"],
  ];
  for (const [what, loop] of LOOPS) {
    it(`follows a loop over ${what}`, () => {
      const body = `declare t text; names text[]; begin ${loop} execute format('alter table public.%I enable row level security', t); end loop; end`;
      assert.deepEqual(done(body), ["alter-table a", "alter-table B c"]);
      const [first] = run(body).statements;
      assert.equal(first.span, "execute format('alter table public.%I enable row level security', t)");
      assert.deepEqual(first.actions[0].do, "row-security");
      assert.equal(first.name.schema, "public");
    });
  }

  const BUILT: [string, string][] = [
    ["format with %I", "format('create table %I ()', 'A b')"],
    ["format with %s", `format('create table %s ()', '"A b"')`],
    ["format with positions", "format('create %2$s %1$I ()', 'A b', 'table')"],
    ["format with %%, %L", "format('create table %I (x text default %L)', 'A b', '50%')"],
    ["concatenation", `'create table ' || quote_ident('A b') || ' ()'`],
    ["concat and a variable", "concat('create table ', quote_ident(n), ' ()')"],
    ["an element of an array", `(array['x', 'create table "A b" ()'])[2]`],
    ["lower and replace", `replace(lower('CREATE TABLE "X" ()'), 'x', 'A b')`],
    ["a record", `format('create table %I ()', r.name)`],
    ["the name of what is there", `format('create table %s ()', to_regclass('"A b"'))`],
  ];
  for (const [what, text] of BUILT) {
    it(`follows text built by ${what}`, () => {
      const body = `declare n text := 'A b'; r record; begin for r in select 'A b' as name loop execute ${text}; end loop; end`;
      assert.deepEqual(done(body), ["create-table A b"]);
    });
  }

  it("gives text that EXECUTE takes as it is its exact places, and built policies their clauses as text", () => {
    const block = run(
      "begin execute $q$ create policy p on t using (a = b) $q$; execute format('create policy q on t using (%s)', 'c = d'); end",
    );
    const [exact, built] = block.statements;
    assert.deepEqual([exact.nameSpan, exact.using.span, exact.using.text], ["p", "a = b", undefined]);
    assert.equal(built.using.text, "c = d");
    assert.equal(built.using.span, built.span);
  });

  it("follows a loop over functions that passes over those that are not there", () => {
    const body = `declare name text; func regprocedure; begin foreach name in array array['s.f(text, int)', 'g()'] loop
      func := to_regprocedure(name);
      if func is null then continue; end if;
      execute format('revoke execute on function %s from public', func);
    end loop; end`;
    assert.deepEqual(done(body), ["?grant f", "?grant g"]);
    assert.deepEqual(run(body).unresolved, []);
  });

  it("follows nested loops and counters", () => {
    const body = `begin for i in 1..2 loop foreach t in array array['a', 'b'] loop execute 'create table ' || t || i || ' ()'; end loop; end loop; end`;
    assert.deepEqual(done(body), [
      "create-table a1",
      "create-table b1",
      "create-table a2",
      "create-table b2",
    ]);
  });

  it("says what it could not know, and whether that touches row-level security", () => {
    const block = run(`declare r record; q text; begin
      for r in select tablename from pg_tables where schemaname = 'public' loop
        execute format('alter table public.%I enable row level security', r.tablename);
      end loop;
      execute 'create table ' || current_setting('x');
      if a then q := 'create policy p on t'; else q := 'x'; end if;
      execute q;
      execute 'selec';
    end`);
    assert.deepEqual(block.statements, []);
    assert.deepEqual(block.unresolved, [
      {
        span: "execute format('alter table public.%I enable row level security', r.tablename)",
        reason: "EXECUTE format(...) in a loop over pg_tables",
        touchesRowSecurity: true,
        sketch: "alter table public.? enable row level security",
      },
      {
        span: "execute 'create table ' || current_setting('x')",
        reason: "EXECUTE of a concatenation",
        touchesRowSecurity: false,
        sketch: "create table ?",
      },
      {
        span: "execute q",
        reason: "EXECUTE q",
        touchesRowSecurity: true,
        sketch: "create policy p on t ; x",
      },
      {
        span: "execute 'selec'",
        reason: "EXECUTE of a text that PostgreSQL's grammar refuses",
        touchesRowSecurity: false,
        sketch: "selec",
      },
    ]);
  });

  it("does not believe a variable that a loop or a query changed", () => {
    const body =
      "declare t text := 'a'; begin select x into t from y; execute 'create table ' || t || '()'; end";
    assert.deepEqual(
      run(body).unresolved.map(({ sketch }: Shown) => sketch),
      ["create table ?()"],
    );
    const looped =
      "declare t text := 'a'; begin for r in select 1 from y loop t := t || r.x; end loop; execute 'drop table ' || t; end";
    assert.deepEqual(done(looped), []);
  });

  it("reads bodies in plain quotes, and leaves other languages alone", () => {
    const quoted = statementOf("do language plpgsql 'begin alter table a rename to \"it''s\"; end'");
    assert.deepEqual([quoted.statements[0].kind, quoted.statements[0].to], ["rename", "it's"]);
    const other = statementOf("do language plv8 $$ x $$");
    assert.deepEqual(
      other.unresolved.map(({ reason }: Shown) => reason),
      ["a DO block in the language plv8"],
    );
  });
});
