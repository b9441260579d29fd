import { z } from "zod";
import { incomplete } from "./json-shape.ts";

/** The published shape of `init --format json`. */
export type InitJson = z.infer<typeof initJson>;

export const initJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  created: z.string().describe("The configuration's path, relative to the current folder"),
  found: z
    .record(z.string(), z.unknown())
    .describe("What was found out, by the configuration's keys: it stands there as comments"),
  incomplete,
});
