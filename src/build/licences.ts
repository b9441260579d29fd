import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./tree.ts";

/** Name, version and licence text of every package that is part of the bundles, as their licences ask for. */
export function renderLicences(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  return [...folders]
    .sort()
    .map(renderPackage)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** `node_modules/@scope/name` of a file in it; the innermost one. */
function packageFolder(input: string): string | undefined {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll("\\", "/"));
  return match?.[0];
}

function renderPackage(folder: string): string {
  const path = join(ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const file = readdirSync(path).find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
  const text = file ? readFileSync(join(path, file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
}
