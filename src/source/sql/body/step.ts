import type { TokenRange } from "../tokens/tokens.ts";

/**
 * PL/pgSQL as steps over tokens. Own work because libpg-query's reader of it gives no places but lines, and refuses
 * bodies whose types it cannot look up; what is SQL inside is read by the grammar all the same.
 */
export type Step =
  /** An SQL statement; `into` are its INTO clauses, which are no SQL. `perform` begins with PERFORM for SELECT. */
  | {
      readonly kind: "sql";
      readonly range: TokenRange;
      readonly into: readonly TokenRange[];
      readonly perform: boolean;
      /** Variables that it fills. */
      readonly fills: readonly string[];
    }
  | { readonly kind: "assign"; readonly name: string; readonly value: TokenRange | undefined }
  /** A condition, a bound, an argument: evaluated for its value. */
  | { readonly kind: "value"; readonly range: TokenRange }
  | { readonly kind: "return"; readonly value: TokenRange | undefined; readonly next: boolean }
  /** A query whose rows are used: RETURN QUERY, cursors. */
  | { readonly kind: "query"; readonly range: TokenRange }
  | {
      readonly kind: "execute";
      readonly text: TokenRange;
      readonly using: TokenRange | undefined;
      readonly range: TokenRange;
      readonly fills: readonly string[];
    }
  /** `conditions` of IF, which stand before it as values too; the last arm is ELSE's where it has none. */
  | {
      readonly kind: "branch";
      readonly arms: readonly (readonly Step[])[];
      readonly conditions?: readonly TokenRange[];
    }
  | { readonly kind: "loop"; readonly over: LoopOver; readonly body: readonly Step[] }
  | {
      readonly kind: "block";
      readonly steps: readonly Step[];
      readonly handlers: readonly (readonly Step[])[];
    }
  /** RAISE EXCEPTION. */
  | { readonly kind: "fail" }
  /** EXIT and CONTINUE. */
  | { readonly kind: "leave" };

/** What a loop runs over; `variables` are the loop's targets. */
export type LoopOver =
  | {
      readonly kind: "array" | "query" | "execute";
      readonly variables: readonly string[];
      readonly range: TokenRange;
    }
  | {
      readonly kind: "numbers";
      readonly variables: readonly string[];
      readonly from: TokenRange;
      readonly to: TokenRange;
    }
  | { readonly kind: "forever" };
