import type { GenerateJson } from "../report/generate-shape.ts";
import { stringify } from "../report/json.ts";
import { type Change, renderPatch } from "./patch.ts";

/** Changes to files, as patches that `git apply` takes. */
export const changesJson = (changes: readonly Change[], prefix: string): GenerateJson["changes"] =>
  changes.map((change) => ({
    path: `${prefix}${change.path}`,
    kind: change.before === undefined ? "created" : "changed",
    patch: renderPatch([change], prefix, false),
  }));

/** What `generate` did, as `media/generate.schema.json` describes it. */
export const renderGenerated = (outcome: Omit<GenerateJson, "version">): string =>
  stringify({ version: 1, ...outcome } satisfies GenerateJson);
