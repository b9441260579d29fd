import fc from "fast-check";

const term = fc.letrec<{ term: string; flat: string }>((tie) => ({
  flat: fc.constantFrom("n", "k", "n", "k", "10", "20", "caller()", "(select caller())", "null::int"),
  term: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("flat"),
    fc.tuple(tie("term"), tie("term")).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(tie("term"), tie("term")).map(([a, b]) => `nullif(${a}, ${b})`),
    tie("term").map((a) => `strictly(${a})`),
    fc.tuple(tie("term"), tie("term")).map(([a, b]) => `case when flag then ${a} else ${b} end`),
  ),
})).term;

/** Terms inside a sub-select on `m`. */
const inner = fc.oneof(fc.constantFrom("m.u", "m.o", "u", "o", "m.o"), term);
const operator = fc.constantFrom("=", "=", "=", "<>", "<", "<=", ">", ">=");

/** Arrays: of a row, of the caller, of rows, and written out. */
const array = fc.constantFrom(
  "a",
  "mine_as_array()",
  "(select mine_as_array())",
  "coalesce(mine_as_array(), '{}')",
  "array(select o from m)",
  "array(select unnest(mine_as_array()))",
  "(select array_agg(u) from m where m.o = k)",
  "array[n, 20]",
  "'{10,20}'::int[]",
  "null::int[]",
  "array_remove(mine_as_array(), 20)",
  "all_from(n)",
  "coalesce(all_from(caller()), '{}')",
);

const innerCondition = fc
  .array(
    fc.oneof(
      fc.tuple(inner, operator, inner).map(([a, op, b]) => `${a} ${op} ${b}`),
      fc.constantFrom("u = caller()", "m.o = t.n", "o is null", "m.u is not null", "flag"),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((list) => fc.constantFrom(list.join(" and "), list.join(" and "), list.join(" or ")));

const atom = fc.oneof(
  fc.tuple(term, operator, term).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.constantFrom(
    "flag",
    "flag = true",
    "s = 'a'",
    "s in ('a', 'b')",
    "s like 'a'",
    "s like '%'",
    "true",
    "null::boolean",
  ),
  term.map((a) => `${a} is null`),
  fc.tuple(term, term).map(([a, b]) => `${a} is distinct from ${b}`),
  fc.tuple(term, term).map(([a, b]) => `${a} not in (10, ${b})`),
  fc.tuple(term, term).map(([a, b]) => `${a} between 10 and ${b}`),
  fc.tuple(term, term, term).map(([a, b, c]) => `(${a}, ${b}) = (${c}, 20)`),
  fc.tuple(term, operator, term).map(([a, op, b]) => `(${a}, k) ${op} (${b}, 20)`),
  fc.tuple(term, term).map(([a, b]) => `n between ${a} and ${b}`),
  fc
    .tuple(fc.constantFrom("<@", "@>", "&&"), term, term)
    .map(([op, a, b]) => `array[${a}, ${b}] ${op} array[n, 20]`),
  fc.tuple(array, fc.constantFrom("<@", "@>", "&&", "="), array).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc
    .tuple(term, fc.constantFrom("<@", "@>", "&&"), array, fc.boolean())
    .map(([a, op, of, turned]) => (turned ? `${of} ${op} array[${a}]` : `array[${a}] ${op} ${of}`)),
  fc
    .tuple(term, fc.constantFrom("= any", "<> all", "< any", ">= all", "= all", "<> any"), array)
    .map(([a, op, of]) => `${a} ${op} ((${of})::int[])`),
  fc
    .tuple(
      fc.constantFrom("caller()", "(select caller())", "n"),
      fc.constantFrom("a", "(select a)::int[]", "array_remove(a, 20)"),
    )
    .chain(([who, of]) =>
      fc.constantFrom(
        `${who} <> all (${of})`,
        `not (${who} = any (${of}))`,
        `${who} = all (${of})`,
        `${who} > any (${of})`,
        `not (array[${who}] <@ ${of})`,
        `not (${of} && array[${who}])`,
        `${who} not in (select unnest(${of}))`,
        `array_position(${of}, ${who}) is null`,
        `${of} = '{}'`,
      ),
    ),
  array.map((of) => `${of} is null`),
  fc.constantFrom(
    "is_mine(n)",
    "joined(k)",
    "joined(n)",
    "guarded(n)",
    "n in (select mine())",
    "k = any (mine_as_array())",
    "n in (select joined_from(caller()))",
    "exists (select 1 from joined_from(n) as m where m = k)",
    "not (count_from(n) > 0)",
    "coalesce(count_from(n), 0) > 0",
    "count_from(caller()) = 0",
  ),
  // What is asked of a value of which nothing else is known: strangers may have an answer.
  fc.constantFrom(
    "caller() % 10 = 5",
    "abs(caller()) > 10",
    "length(caller()::text) = 2",
    "caller()::text like '%5'",
    "caller()::text ~ '^1'",
    "caller()::text || s = '15a'",
    "caller() % 10 = n",
    "sign(caller()) <> 1",
    "caller() <> any (a)",
    "caller() < any (array[n, 20])",
    "array[caller()] && '{10,20}'::int[]",
    "caller()::text = s",
    "caller()::bigint = n",
    "caller()::text = '10'",
  ),
  fc
    .tuple(fc.constantFrom("stranger_to", "missing"), term)
    .chain(([name, a]) => fc.constantFrom(`${name}(${a})`, `not ${name}(${a})`)),
  fc.tuple(term, term).map(([a, b]) => `stranger_to(${a}, ${b})`),
  fc.tuple(term, term).map(([a, b]) => `not coalesce(stranger_to(y => ${b}, x => ${a}), false)`),
  fc
    .tuple(term, fc.constantFrom("in (select", "not in (select", "= any (array(select"), array)
    .map(([a, how, of]) => `${a} ${how} unnest(${of}))${how.includes("array(") ? ")" : ""}`),
  fc
    .tuple(inner, array)
    .map(
      ([a, of]) => `exists (select 1 from unnest(${of}) as m where m = ${a.replace(/m\.\w|\b[uo]\b/g, "k")})`,
    ),
  fc.tuple(term, array).map(([a, of]) => `k in (select x from unnest(${of}) as e(x) where x <> ${a})`),
  fc
    .tuple(array, term, fc.constantFrom("is null", "is not null", "> 0", ">= 1"))
    .map(([of, a, rest]) => `array_position(${of}, ${a}) ${rest}`),
  fc
    .tuple(
      fc.constantFrom(
        "cardinality(of) > 0",
        "array_length(of, 1) >= 1",
        "coalesce(cardinality(of), 0) > 0",
        "array_length(of, 1) is null",
        "of <> '{}'",
        "'{}' = of",
      ),
      array,
    )
    .map(([how, of]) => how.replace("of", of)),
  fc.constantFrom(
    "k = any (array_remove(a, 20))",
    "k <> all (array_remove(array[n, 20], k))",
    "cardinality(array_remove(array[n, 20], null)) > 0",
    "k = any (mine_as_array() || null)",
  ),
  fc.tuple(array, term).map(([of, a]) => `coalesce(array_position(${of}, ${a}), 0) > 0`),
  fc.tuple(array, term).map(([of, a]) => `cardinality(array_positions(${of}, ${a})) > 0`),
  innerCondition.map((where) => `exists (select 1 from m where ${where})`),
  fc.tuple(term, innerCondition).map(([a, where]) => `${a} in (select o from m where ${where})`),
  fc.tuple(term, innerCondition).map(([a, where]) => `${a} not in (select m.o from m where ${where})`),
  fc.tuple(term, innerCondition).map(([a, where]) => `${a} = any (array(select o from m where ${where}))`),
  fc.tuple(term, innerCondition).map(([a, where]) => `${a} < all (select o from m where ${where})`),
  innerCondition.map((where) => `(select count(*) from m where ${where}) > 0`),
  innerCondition.map((where) => `exists (select count(*) from m where ${where})`),
  innerCondition.map(
    (where) => `exists (with x as (select * from m where ${where}) select from x where x.o = k)`,
  ),
  innerCondition.map((where) => `k in (select o from m where ${where} union select 20)`),
  fc.constantFrom(
    "a @> '{}'",
    "'{}' <@ a",
    "a && '{}'",
    "a @> array[]::int[]",
    "a <@ '{}'",
    "a @> '{10}'",
    "n = any (a)",
    "array[n] <@ a",
    "j @> '{}'",
    `j @> '{"a": 1}'`,
    "j ? 'a'",
    "j -> 'a' ? 'b'",
    "j ?| array['a', 'b']",
    "j ?| '{}'",
    "j ?& '{}'",
    "j ?& array['a']",
    "jsonb_path_exists(j, '$')",
    "jsonb_path_exists(j, '$.a.b')",
    "jsonb_path_exists(j, '$[*]')",
    "j @? '$'",
    "j @? '$.b'",
    "j ->> 'a' is null",
  ),
  fc
    .tuple(innerCondition, fc.constantFrom(">= 0", "< 0", "> -1", "= 0", "is null", "is not null"))
    .map(([where, rest]) => `(select count(*) from m where ${where}) ${rest}`),
  innerCondition.map((where) => `0 < (select count(o) from m where ${where})`),
  fc
    .tuple(
      fc.constantFrom("count(*)", "count(*)", "count(o)", "count(distinct m.u)"),
      fc.constantFrom("u = caller()", "m.o = t.n", "u = caller() and o > 0", "o = k or flag", "true"),
      fc.constantFrom("> 1", ">= 2", "< 2", "<= 1", "= 1", "<> 1"),
    )
    .map(([what, where, rest]) => `(select ${what} from m where ${where}) ${rest}`),
  fc
    .tuple(
      innerCondition,
      fc.constantFrom(
        "count(*) > 0",
        "count(o) = 0",
        "0 < count(*)",
        "max(o) is not null",
        "bool_or(m.u = 10)",
        "count(*) > 0 and not bool_or(o > 10)",
      ),
      fc.constantFrom("select 1 from", "select count(*) from"),
    )
    .map(([where, having, from]) => `exists (${from} m where ${where} having ${having})`),
  fc
    .tuple(
      innerCondition,
      fc.constantFrom("count(*) > 0", "count(*) >= 1 and o = 10", "o is null", "u = 20 or o > 10"),
    )
    .map(([where, having]) => `exists (select o from m where ${where} group by u, o having ${having})`),
  fc.tuple(term, innerCondition).map(([a, where]) => `${a} in (select o from m where ${where} group by o)`),
  fc
    .tuple(
      fc.constantFrom(
        "count(*) > 0",
        "count(o) = 0 or count(*) >= 1",
        "coalesce(max(o), 0) >= 0",
        "bool_or(o = 10) and count(*) > 0",
      ),
      innerCondition,
    )
    .map(([what, where]) => `(select ${what} from m where ${where})`),
  fc
    .tuple(
      fc.constantFrom("max(o)", "min(m.u)", "sum(o)", "array_agg(o)", "count(o)"),
      innerCondition,
      fc.constantFrom("is null", "is not null"),
    )
    .map(([what, where, rest]) => `(select ${what} from m where ${where}) ${rest}`),
  innerCondition.map((where) => `coalesce((select max(o) from m where ${where}), 0) >= 0`),
  fc
    .tuple(fc.constantFrom("bool_or", "bool_and", "every"), innerCondition, innerCondition)
    // An aggregate of outer columns alone would be the outer query's.
    .map(([name, what, where]) => `(select ${name}(m.u > 10 and (${what})) from m where ${where})`),
  fc
    .tuple(innerCondition, fc.constantFrom("limit 0", "limit 1", "limit all", "offset 0", "limit null"))
    .map(([where, rest]) => `exists (select 1 from m where ${where} ${rest})`),
  fc.constantFrom("in", "not in", "= any", "<> all").map((how) => `n ${how} (select o from m limit 0)`),
  fc.constantFrom(
    "(select o from m limit 0) is null",
    "(select count(*) from m limit 0) > 0",
    "not ((select count(*) from m limit 0) = 0)",
    "(select max(o) from m limit 0) is null",
    "exists (select count(*) from m limit 0)",
    "k in (select o from m union select 20 limit 0)",
  ),
);

/** Conditions on a row of `t`, whoever calls. */
export const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} or ${b})`),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} or not ${b})`),
    tie("condition").map((a) => `not (${a})`),
    tie("condition").map((a) => `(${a} or not (${a}))`),
    tie("condition").map((a) => `(${a} and not (${a}))`),
    tie("condition").map((a) => `coalesce(${a}, true)`),
    fc
      .constantFrom("true", "not true", "not false", "unknown", "not unknown")
      .chain((value) => tie("condition").map((a) => `(${a}) is ${value}`)),
    fc
      .tuple(tie("condition"), tie("condition"), tie("condition"))
      .map(([a, b, c]) => `case when ${a} then ${b} else ${c} end`),
  ),
}));
