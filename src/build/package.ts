import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { ROOT } from "./tree.ts";

/** Packs `rowguard.vsix` from a fresh bundle. Gives its path. */
export async function packExtension(out = join(ROOT, "rowguard.vsix")): Promise<string> {
  await bundle(join(ROOT, "dist"));
  const { resolve } = createRequire(join(ROOT, "package.json"));
  const vsce = join(resolve("@vscode/vsce/package.json"), "..", "vsce");
  const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--readme-path",
    "docs/extension.md",
    "--out",
    out,
  ];
  execFileSync(process.execPath, [vsce, ...args], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  return out;
}

/** The files of the package as vsce lists them. */
export function listPackage(): string[] {
  const { resolve } = createRequire(join(ROOT, "package.json"));
  const vsce = join(resolve("@vscode/vsce/package.json"), "..", "vsce");
  const said = execFileSync(process.execPath, [vsce, "ls", "--no-dependencies"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return said.split(/\r?\n/).filter(Boolean).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await packExtension()}\n`);
