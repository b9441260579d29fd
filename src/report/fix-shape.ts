import { z } from "zod";
import { findingJson, incomplete } from "./json-shape.ts";

/** The published shape of `fix --format json`. */
export type FixJson = z.infer<typeof fixJson>;

export const fixJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  written: z.boolean().describe("False in a dry run"),
  changes: z.array(
    z.strictObject({
      path: z.string().describe("Relative to the current folder, with forward slashes"),
      kind: z.enum(["changed", "created"]),
      patch: z.string().describe("A unified diff that `git apply` takes"),
    }),
  ),
  notes: z.array(z.string()).describe("Why SQL of which findings was left out, and what trying it showed"),
  left: z.array(findingJson).describe("Findings that want a decision"),
  complete: z.boolean().describe("False where a folder could not be read whole: exit code 2"),
  incomplete,
});
