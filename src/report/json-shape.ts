import { z } from "zod";

/** The published shape of `check --format json`. */
export type CheckJson = z.infer<typeof checkJson>;

/** What every answer says of itself. */
export const incomplete = z
  .array(z.string())
  .describe("Why this is not the whole answer, one sentence each: exit code 2. Empty where it is");

const position = z
  .strictObject({
    line: z.int().min(1).describe("1-based"),
    column: z.int().min(1).describe("1-based, in UTF-16 units"),
    offset: z.int().min(0).describe("0-based, in UTF-16 units"),
  })
  .meta({ id: "position" });

const place = {
  path: z
    .string()
    .describe(
      "Relative to the checked folder (to the current one where several are checked), with forward slashes",
    ),
  start: position,
  end: position.describe("Just behind the last character"),
};

export const findingJson = z.strictObject({
  rule: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  category: z.string(),
  subject: z
    .string()
    .describe("What it is about: `public.tasks`, `public.tasks/policy name`, `code lib/db.ts`"),
  message: z.string(),
  ...place,
  related: z.array(z.strictObject({ ...place, message: z.string() })),
  fix: z
    .strictObject({
      title: z.string(),
      kind: z
        .enum(["edit", "migration", "command"])
        .describe("edit, migration: `rowguard fix` writes it; command: the title ends in the command to run"),
    })
    .nullable(),
});

const category = z.strictObject({
  name: z.string(),
  weight: z.number(),
  objects: z.int().min(0),
  share: z
    .number()
    .min(0)
    .max(1)
    .describe("Share of the objects without findings; a warning takes half an object, info a tenth"),
  errors: z.int().min(0),
  warnings: z.int().min(0),
  infos: z.int().min(0),
  accepted: z.int().min(0),
});

export const checkJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  score: z.strictObject({
    total: z.int().min(0).max(100).nullable().describe("null where there is nothing to score"),
    categories: z.array(category),
  }),
  findings: z.array(findingJson),
  summary: z.strictObject({
    errors: z.int().min(0),
    warnings: z.int().min(0),
    infos: z.int().min(0),
    accepted: z.int().min(0).describe("Findings that comments, the configuration or the baseline accept"),
    complete: z
      .boolean()
      .describe("False where nothing could be read or the configuration is invalid: exit code 2"),
  }),
  incomplete,
});
