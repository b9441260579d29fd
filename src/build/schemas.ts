import { z } from "zod";
import { catalogJson } from "../report/catalog-shape.ts";
import { driftJson } from "../report/drift-shape.ts";
import { explainJson } from "../report/explain-shape.ts";
import { fixJson } from "../report/fix-shape.ts";
import { generateJson } from "../report/generate-shape.ts";
import { initJson } from "../report/init-shape.ts";
import { checkJson } from "../report/json-shape.ts";
import { previewJson } from "../report/preview-shape.ts";
import type { NewFile } from "../text/edit.ts";

/** The published schemas of what commands print as JSON. */
export const schemaFiles = (): NewFile[] => [
  schemaFile("media/report.schema.json", "The JSON that `rowguard check --format json` prints", checkJson),
  schemaFile(
    "media/catalog.schema.json",
    "The JSON that `rowguard catalog --format json` prints",
    catalogJson,
  ),
  schemaFile("media/diff.schema.json", "The JSON that `rowguard diff --format json` prints", driftJson),
  schemaFile(
    "media/explain.schema.json",
    "The JSON that `rowguard explain --format json` prints",
    explainJson,
  ),
  schemaFile(
    "media/generate.schema.json",
    "The JSON that `rowguard generate --format json` prints",
    generateJson,
  ),
  schemaFile("media/init.schema.json", "The JSON that `rowguard init --format json` prints", initJson),
  schemaFile("media/fix.schema.json", "The JSON that `rowguard fix --format json` prints", fixJson),
  schemaFile(
    "media/preview.schema.json",
    "The JSON that `rowguard preview --format json` prints",
    previewJson,
  ),
];

function schemaFile(path: string, title: string, shape: z.ZodType): NewFile {
  const { $schema, ...rest } = z.toJSONSchema(shape);
  return { path, text: `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n` };
}
