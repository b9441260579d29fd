import { PGlite } from "@electric-sql/pglite";

export const SCHEMA = `
  create table t (n int, k int not null, flag boolean, s text, a int[], j jsonb);
  create table m (u int, o int);
  create function caller() returns int language sql stable as
    $$ select nullif(current_setting('app.caller', true), '')::int $$;
  create function is_mine(x int) returns boolean language sql stable as $$ select x = caller() $$;
  create function joined(x int) returns boolean language sql stable as
    $$ select exists (select 1 from m where m.u = caller() and m.o = x) $$;
  create function mine() returns setof int language sql stable as $$ select o from m where u = caller() $$;
  create function mine_as_array() returns int[] language sql stable as
    $$ select array_agg(o) from m where u = caller() $$;
  create function guarded(x int) returns boolean language plpgsql stable as
    $$ begin return joined(x) and x is not null; end $$;
  create function stranger_to(x int, y int default 10) returns boolean language sql stable strict as
    $$ select not exists (select 1 from m where m.u = caller() and m.o = x and x <> y) $$;
  create function missing(x int) returns boolean language plpgsql stable strict as
    $$ begin return x is null or x not in (select o from m where u = caller()); end $$;
  create function strictly(x int) returns int language sql stable strict as $$ select coalesce(x, 0) $$;
  create function joined_from(x int) returns setof int language sql stable strict as
    $$ select o from m where x is null or u = x $$;
  create function all_from(x int) returns int[] language sql stable strict as
    $$ select array_agg(o) from m where x is null or u = x $$;
  create function count_from(x int) returns bigint language sql stable strict as
    $$ select count(*) from m where u = x $$;
`;

const VALUES = {
  n: ["null::int", "0", "10", "20", "30"],
  k: ["0", "10", "20", "30"],
  flag: ["null::boolean", "true", "false"],
  s: ["null", "'a'", "'b'", "'c'"],
  a: ["null::int[]", "'{}'", "'{10,20}'", "'{20,null}'"],
  j: ["null::jsonb", "'{}'", `'{"a": {"b": 2}, "b": null}'`, "'[]'", `'{"a": 1}'`, `'["a"]'`, `'"a"'`],
};

/** Every row of `t`: those that differ in nothing that the condition names are one. */
function rowsFor(condition: string): string {
  const columns = Object.entries(VALUES).map(([column, values]) => {
    const isNamed = new RegExp(`(^|[^\\w'"])${column}\\b`).test(condition);
    const list = (isNamed ? values : values.slice(0, 1)).map((value) => `(${value})`);
    return `(values ${list.join(", ")}) "${column} of t"(${column})`;
  });
  return `(select * from ${columns.join(", ")}) t`;
}

const JUDGE = `
  create table contents (id serial, rows int[][]);
  insert into contents (rows) values ('{}');
  insert into contents (rows)
    select array[array[a.u, a.o]] from (select u, o from unnest(array[null, 10, 20, 30]) u, unnest(array[null, 0, 10, 20, 30]) o) a;
  insert into contents (rows)
    select array[array[a.u, a.o], array[b.u, b.o]]
    from (select u, o from unnest(array[null, 10]) u, unnest(array[null, 10, 20]) o) a,
      (select u, o from unnest(array[10, 20]) u, unnest(array[0, 10, 30]) o) b;
  insert into contents (rows) select rows || rows from contents where array_length(rows, 1) = 1;
  create function judge(asked text, contents_too boolean, callers text[], strangers text[],
    out anybody int, out nobody int, out stranger int)
  language plpgsql as $judge$
  declare content record; who text; here int;
  begin
    anybody := 0;
    nobody := 0;
    stranger := 0;
    -- Without a vacuum every row that ever was would be passed by, in each scan.
    truncate m;
    execute 'prepare asked as ' || asked;
    for content in select rows from contents where id = 1 or contents_too order by id loop
      delete from m;
      insert into m select rows[i][1], rows[i][2] from (select content.rows) x(rows), generate_subscripts(content.rows, 1) i;
      foreach who in array callers || strangers loop
        continue when case when who = '' then nobody when who = any (strangers) then stranger else anybody end & 1 = 1
          and anybody & 6 <> 0;
        perform set_config('app.caller', who, false);
        execute 'execute asked' into here;
        anybody := anybody | here;
        if who = '' then nobody := nobody | here; end if;
        if who = any (strangers) then stranger := stranger | here; end if;
      end loop;
      -- All answers are settled once nobody and a stranger have seen something true, and somebody something else.
      exit when nobody & 1 = 1 and (stranger & 1 = 1 or cardinality(strangers) = 0) and anybody & 6 <> 0;
    end loop;
    deallocate asked;
  end $judge$;
`;

/** What came out for some row, some content of `m` and some caller, as bits: true 1, false 2, NULL 4. */
export interface Outcomes {
  readonly anybody: number;
  /** Of these, for callers who are nobody. */
  readonly nobody: number;
  /** And for those who are somebody of whom there is nothing in any row. */
  readonly stranger: number;
}

export const TRUE = 1;

const ANYBODY = ["", "0", "10", "20", "30"];
/** Before, between and after all that rows and conditions name: where nothing is ordered, one is as good as another. */
const strangersFor = (condition: string) =>
  /[<>]|between/.test(condition) ? ["-5", "5", "15", "25", "99"] : ["15"];

export async function openJudge(): Promise<PGlite> {
  const engine = await PGlite.create();
  await engine.exec(SCHEMA + JUDGE);
  return engine;
}

/** A condition over every row, every small content of the other table and every caller: what it names of them. */
export async function judge(engine: PGlite, condition: string): Promise<Outcomes> {
  const asked = `select bit_or(case when c then 1 when not c then 2 else 4 end)
    from (select (${condition}) c from ${rowsFor(condition)}) x`;
  const looks = /\bm\b|joined|mine|guarded|stranger_to|missing|_from/.test(condition);
  const asks = /caller|joined\(|mine|guarded|stranger_to|missing/.test(condition);
  const { rows } = await engine.query<Outcomes>("select * from judge($1, $2, $3, $4)", [
    asked,
    looks,
    asks ? ANYBODY : [""],
    asks ? strangersFor(condition) : [],
  ]);
  // Whoever asks sees the same.
  return asks ? rows[0]! : { ...rows[0]!, stranger: rows[0]!.nobody };
}
