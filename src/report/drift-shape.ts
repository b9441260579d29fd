import { z } from "zod";
import { incomplete } from "./json-shape.ts";

/** What `rowguard diff --database --format json` prints. */
export const driftJson = z.strictObject({
  version: z.literal(1),
  /** Statements that either the database or the migrations say, and the other does not. */
  drift: z.array(
    z.strictObject({
      object: z.string(),
      where: z.enum(["database", "migrations"]),
      statement: z.string(),
    }),
  ),
  incomplete,
});

export type DriftJson = z.infer<typeof driftJson>;
