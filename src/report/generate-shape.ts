import { z } from "zod";
import { fixJson } from "./fix-shape.ts";
import { incomplete } from "./json-shape.ts";

/** The published shape of `generate --format json`. */
export type GenerateJson = z.infer<typeof generateJson>;

const why = { why: z.string().describe("One sentence") };

export const generateJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  written: z.boolean().describe("False in a dry run, and where there was nothing to write"),
  changes: fixJson.shape.changes,
  left: z
    .array(z.strictObject({ subject: z.string().describe("A table or bucket; empty for the whole"), ...why }))
    .describe("What wants a decision, or something to be done by hand"),
  trial: z
    .strictObject({
      tried: z.int().min(0).describe("Statements that were run as everybody who may ask"),
      unproven: z.array(z.strictObject({ subject: z.string(), ...why })),
      remarks: z.array(z.string()).describe("What the linter finds outside the SQL now that it is there"),
    })
    .nullable()
    .describe(
      "What trying it on an embedded PostgreSQL showed; null for drafted modules, and where nothing was written",
    ),
  incomplete,
});
