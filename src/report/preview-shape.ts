import { z } from "zod";
import { incomplete } from "./json-shape.ts";

const text = z.string();
const amount = z.number().nullable();

const origin = z.strictObject({
  key: text.describe("The same for the same row, whoever sees it, in this output"),
  of: text.nullable().describe("The tenant it belongs to, or the person where it is personal"),
  foreign: z.boolean().describe("That is not who asks, nor theirs"),
  policies: z
    .array(z.strictObject({ table: text, policy: text }))
    .describe("Permissive policies that let it through, each asked on its own"),
});

const access = z.strictObject({
  table: text,
  command: z.enum(["select", "insert", "update", "delete"]).describe("What is done there"),
  by: z
    .enum(["policies", "open", "bypassed", "owner", "caller"])
    .describe(
      "policies decide; open: no row-level security; bypassed: it does not hold for the role; owner, caller: a view that runs as its owner or as who asks",
    ),
  policies: z.array(
    z.strictObject({
      policy: text,
      rows: amount.describe("Of the rows shown or written, those it lets through alone"),
    }),
  ),
  restrictive: z.array(text).describe("Policies that every row must pass besides"),
  seen: amount.describe("Rows of the table that the identity sees; null where not counted"),
  total: amount.describe("Rows of the table; null where not counted"),
});

const result = z.strictObject({
  identity: text,
  role: text.nullable(),
  tenant: text.nullable(),
  status: z.enum(["ok", "denied", "failed", "invalid", "unproven"]),
  message: text.nullable().describe("Why the status is what it is"),
  columns: z.array(text),
  rows: z.array(z.array(text.nullable())).describe("Every value as PostgreSQL writes it"),
  origins: z.array(origin.nullable()).describe("What each row is; null where that cannot be told"),
  more: z.boolean().describe("There are more rows than these"),
  seen: amount.describe("All rows that the statement gives this identity"),
  hidden: amount.describe("Rows there are and the identity does not see; null where not known"),
  written: amount.describe("Rows written and rolled back"),
  access: z.array(access),
  foreign: z
    .array(z.strictObject({ of: text, rows: z.number() }))
    .describe("Rows shown of other tenants or people"),
  time: z.number().describe("Milliseconds"),
  cost: z
    .strictObject({
      plan: text,
      time: z.number().describe("Median in milliseconds, with row-level security"),
      without: amount.describe("And without; null where the login cannot read past policies"),
      rounds: z.number(),
    })
    .nullable(),
});

/** What `rowguard preview --format json` prints. */
export const previewJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  sql: text,
  kind: z.enum(["read", "write", "explain", "other"]),
  results: z.array(result),
  incomplete,
});

export type PreviewJson = z.infer<typeof previewJson>;
