import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { AnyRule, RegisteredRule } from "../rules/rule.ts";
import { type Fixture, readFixture } from "./fixture.ts";

export interface RuleFile {
  readonly id: string;
  readonly category: string;
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
}

/** Every rule and every fixture in the tree, sorted by category and id. The folder is the list: nothing is registered by hand. */
export const listRuleFiles = (root: string): RuleFile[] => listFiles(root, "src/rules", ".ts");
export const listFixtureFiles = (root: string): RuleFile[] => listFiles(root, "test/rules", ".md");

function listFiles(root: string, folder: string, ending: string): RuleFile[] {
  const categories = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return categories
    .flatMap(({ name: category }) =>
      readdirSync(join(root, folder, category))
        .filter((file) => file.endsWith(ending))
        .map((file) => ({
          id: file.slice(0, -ending.length),
          category,
          path: `${folder}/${category}/${file}`,
        })),
    )
    .sort((a, b) => compare(a.category, b.category) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export async function loadRule(root: string, file: RuleFile): Promise<RegisteredRule> {
  const loaded = (await import(pathToFileURL(join(root, file.path)).href)) as { default?: AnyRule };
  const rule = loaded.default;
  if (!rule)
    throw new Error(`${file.path} has no default export; end it with "export default defineRule({ ... })".`);
  return { id: file.id, category: file.category, rule, defaults: defaultOptions(file, rule) };
}

function defaultOptions(file: RuleFile, rule: AnyRule): Record<string, unknown> {
  if (!rule.options) return {};
  const parsed = rule.options(z).safeParse({});
  if (parsed.success) return parsed.data;
  throw new Error(`${file.path}: every option needs a default (${z.prettifyError(parsed.error)}).`);
}

export const loadFixture = (root: string, file: RuleFile): Fixture =>
  readFixture(file.path, readFileSync(join(root, file.path), "utf8"));
