import type { Expr, Query } from "../expression.ts";
import type { Reading } from "../tokens/reading.ts";

/** CALL f(...) as a query with that call as its only target. */
export const queryOfCall = (reading: Reading, call: Expr): Query => ({
  command: "other",
  ctes: [],
  targets: [{ expr: call }],
  from: [],
  span: reading.place(reading.first, reading.last),
});
