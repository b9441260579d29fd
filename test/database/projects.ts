import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

export const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "strive", "before");

/** The one project that these files make. */
export async function projectOf(files: Readonly<Record<string, string>>): Promise<Project> {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }));
  return (await buildProjectFromTexts(texts))[0]!;
}

/** The project of a folder on disk, from what it says of its database. */
export async function projectIn(root: string): Promise<Project> {
  const files: Record<string, string> = {};
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!/\.(sql|prisma|toml|json)$/.test(file) || file.includes("node_modules")) continue;
    files[file.split(sep).join("/")] = readFileSync(join(root, file), "utf8");
  }
  return projectOf(files);
}
