import type { Expr } from "../../source/sql/expression.ts";
import { callsOf } from "../../source/sql/walk.ts";
import { isBuiltin } from "../resolve/functions.ts";

/** NULL where an argument is. Of functions that nobody has seen that is not known. */
export const isStrict = (name: readonly string[]): boolean =>
  isBuiltin(name) && !NOT_STRICT.has(name.at(-1)!);

// Those of `pg_proc` that give values for NULL.
const NOT_STRICT = new Set(
  "array_append array_cat array_fill array_position array_positions array_prepend array_remove array_replace array_to_string concat concat_ws daterange enum_first enum_last enum_range format format_type int4range int8range json_build_array json_build_object json_populate_record jsonb_build_array jsonb_build_object jsonb_populate_record jsonb_set_lax num_nonnulls num_nulls numrange overlaps pg_collation_for pg_typeof quote_nullable set_config string_to_array string_to_table tsrange tstzrange".split(
    " ",
  ),
);

/** Every call is another value. */
export const isVolatileCall = ({ name }: { readonly name: readonly string[] }): boolean =>
  VOLATILE.has(name.at(-1)!);

export const isVolatile = (expr: Expr): boolean => callsOf(expr).some(isVolatileCall);

const VOLATILE = new Set(
  "random gen_random_uuid uuid_generate_v4 clock_timestamp nextval timeofday".split(" "),
);

/** One value for a whole transaction or statement, and never NULL. */
export const isClock = (name: readonly string[]): boolean => CLOCKS.has(name.at(-1)!);

const CLOCKS = new Set("now transaction_timestamp statement_timestamp".split(" "));
