import assert from "node:assert/strict";
import fc from "fast-check";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";
import { readExpression, readQueries } from "../../../src/source/sql/read-text.ts";
import { recogniseSql } from "../../../src/source/sql/recognise.ts";
import { spansIn } from "./show.ts";

const RUNS = Number(process.env.FUZZ ?? 300);

const PIECES = [
  `-- rowguard-ignore table-without-rls: a lookup\ncreate table public."Task" (id uuid primary key default gen_random_uuid(), org text not null references orgs (id) on delete cascade, constraint c check (org <> ''));`,
  `alter table only public."Task" enable row level security, add column "né" int default 1 not null;`,
  `create policy "read é 😀" on public."Task" as restrictive for select to authenticated, public using (org = (select auth.jwt() ->> 'org') and id in (select x from y where y.z = "Task".id)) with check (not (a is null) or b between 1 and 2);`,
  `drop policy if exists p on t; alter policy p on t rename to q; drop table a.b, c cascade;`,
  `create or replace function f(a app.role, out b text) returns setof t language plpgsql security definer set search_path = '' as $body$\ndeclare r record; t text := 'x';\nbegin\n  for r in select * from t where id = a loop\n    execute format('alter table %I enable row level security', r.name) using a;\n  end loop;\n  if exists (select 1 from m) then return query select 1; else return next; end if;\nexception when others then raise notice 'x %', sqlerrm;\nend $body$;`,
  `create function g() returns int begin atomic select 1; select case when a then 2 end; end;`,
  `do $$ declare t text; begin foreach t in array array['a', 'b"c'] loop execute 'create policy p on ' || quote_ident(t) || ' using (true)'; end loop; end $$;`,
  `grant select (a, b), update on table t, u to anon with grant option; revoke all on all tables in schema public from public;`,
  `create view v with (security_invoker = on) as with q as (select 1 as n union all select 2) select q.n, count(*) filter (where n > 1) over (partition by n) from q left join lateral f(q.n) as k(x) on true group by 1 order by 2 limit 3;`,
  `insert into storage.buckets (id, name, public) values ('a', 'b', true), ('c', E'd\\'e', false) on conflict (id) do update set public = excluded.public where true returning id;`,
  `COPY t (a, b) FROM stdin;\n1\tit's\n2\tx;y\n\\.\nselect :name, '{{ x }}';\n\\i other.sql\n`,
  `create unique index concurrently if not exists i on t using gin (lower(a), b) include (c) where d is not true; comment on column a.b.c is 'it''s';`,
  `create schema s create table x (a int) grant select on x to anon; set local app.x = 'y', 1; create role r login in role a; alter default privileges in schema s grant all on functions to anon;`,
  `create type e as enum ('a'); create publication p for table a, tables in schema s; create trigger t before insert on t for each row execute function f(); update t set a = 1 where b = 'x' and c = 2; select (a).b[1], array[1, 2], x::numeric(10, 2)[], cast(a as timestamp(3) with time zone), $1, row(1, 2) from t, u;`,
];

const noise = fc.constantFrom(
  "'",
  '"',
  "$$",
  "$a$",
  "/*",
  "*/",
  "--",
  "\n",
  "\r\n",
  ";",
  "(",
  ")",
  "[",
  "]",
  ",",
  ".",
  ":",
  "::",
  "\\",
  "\\g\n",
  "\0",
  "\ufeff",
  "é",
  "😀",
  "\ud800",
  "{{",
  "end",
  "begin",
  "case",
  "create ",
  "E'",
  "U&'",
  "loop",
  "then",
  "execute ",
  " ",
  "1e",
  "$1",
  "@",
  "%",
);

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(12),
  put: fc.oneof(noise, fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
});

const broken = fc
  .tuple(
    fc.shuffledSubarray(PIECES, { minLength: 1 }),
    fc.array(mutation, { maxLength: 6 }),
    fc.constantFrom("\n", "\r\n", ""),
  )
  .map(([pieces, mutations, between]) => {
    let text = pieces.join(between);
    for (const { at, cut, put } of mutations) {
      const from = Math.floor(at * text.length);
      text = text.slice(0, from) + put + text.slice(from + cut);
    }
    return text;
  });

describe("reading broken SQL", () => {
  before(loadGrammar);

  it("never throws, and every span lies inside the text", () => {
    fc.assert(
      fc.property(broken, (text) => {
        const read = readSql({ path: "broken.sql", text });
        for (const span of spansIn(read)) {
          assert.ok(
            0 <= span.start && span.start <= span.end && span.end <= text.length,
            JSON.stringify(span),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("gives plain data, the same each time", () => {
    fc.assert(
      fc.property(broken, (text) => {
        const read = readSql({ path: "broken.sql", text });
        assert.deepEqual(JSON.parse(JSON.stringify(read)), read);
        assert.deepEqual(readSql({ path: "broken.sql", text }), read);
      }),
      { numRuns: RUNS / 3 },
    );
  });

  it("never throws for an expression, queries, or the question what a file is", () => {
    fc.assert(
      fc.property(broken, (text) => {
        readExpression(text);
        readQueries(text);
        recogniseSql({ path: "broken.sql", text });
      }),
      { numRuns: RUNS / 3 },
    );
  });
});
