import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

const SOURCE = join(import.meta.dirname, "..", "src");

/** What a folder may import directly; with each comes what that one may import. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  text: [],
  cache: [],
  thread: [],
  source: ["text"],
  catalog: ["source"],
  project: ["catalog"],
  rules: ["project"],
  lint: ["rules"],
  report: ["lint"],
  policies: ["project"],
  database: ["project", "cache", "thread"],
  isolation: ["database", "policies"],
  workspace: ["lint", "isolation"],
  protocol: ["lint"],
  host: ["workspace", "protocol"],
  // Starts the host and speaks with it, knowing the protocol only.
  link: ["protocol"],
  server: ["workspace", "report", "link"],
  cli: ["workspace", "report"],
  vscode: ["link"],
  // The picture in the README is what the command prints.
  build: ["cli"],
};

/** Folders that are functions of texts: the same answer in an editor, in a browser and without a disk. */
const PURE = new Set([
  "text",
  "source",
  "catalog",
  "project",
  "rules",
  "policies",
  "lint",
  "report",
  "protocol",
]);

/** Packages that tie code to one surface, and the folder that may. */
const ONLY_IN: readonly (readonly [RegExp, string])[] = [
  [/^vscode$/, "vscode"],
  [/^vscode-languageclient(\/|$)/, "vscode"],
  [/^vscode-languageserver(-protocol|-textdocument)?(\/|$)/, "server"],
  [/^commander$/, "cli"],
  [/^(pg|@electric-sql\/.+)$/, "database"],
  [/^esbuild$/, "build"],
];

const BUILTINS_FOR_ALL = /^(node:)?(path|buffer|crypto|util|url|module)(\/|$)/;

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
}

const imports: Import[] = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => {
    const name = file.split(sep).join("/");
    const { importedFiles } = ts.preProcessFile(readFileSync(join(SOURCE, file), "utf8"));
    return importedFiles.map((each) => ({ file: name, folder: name.split("/")[0]!, target: each.fileName }));
  });

/** The folder of `src/` that a relative import leads to. */
function folderOf({ file, target }: Import): string | undefined {
  if (!target.startsWith(".")) return undefined;
  const path = relative(SOURCE, join(SOURCE, dirname(file), target))
    .split(sep)
    .join("/");
  return path.startsWith("..") ? undefined : path.split("/")[0];
}

function allowed(folder: string): Set<string> {
  const found = new Set([folder]);
  for (const each of found) for (const below of BELOW[each] ?? []) found.add(below);
  return found;
}

const list = (wrong: readonly Import[]) => wrong.map(({ file, target }) => `src/${file} imports ${target}`);

describe("the architecture", () => {
  it("has a line in its table for every folder", () => {
    const folders = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      folders.map((entry) => entry.name).filter((name) => !(name in BELOW)),
      [],
    );
  });

  it("lets a folder import only what lies below it", () => {
    assert.ok(imports.length > 100);
    const wrong = imports.filter((each) => {
      const target = folderOf(each);
      return target !== undefined && !allowed(each.folder).has(target);
    });
    assert.deepEqual(list(wrong), []);
  });

  it("keeps files, processes and the network out of what is a function of texts", () => {
    const wrong = imports.filter(
      ({ folder, target }) => PURE.has(folder) && isBuiltin(target) && !BUILTINS_FOR_ALL.test(target),
    );
    assert.deepEqual(list(wrong), []);
  });

  it("remembers things of a project as derived values only, which know what they depend on", () => {
    const files = ["catalog", "project", "rules"].flatMap((folder) =>
      readdirSync(join(SOURCE, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(folder, file),
      ),
    );
    const remembering = files.filter(
      (file) =>
        file.endsWith(".ts") &&
        /\bWeakMap<\s*(Project|Catalog)\b(?!\[)/.test(readFileSync(join(SOURCE, file), "utf8")),
    );
    assert.deepEqual(remembering, [], "derived of src/catalog/derived.ts instead");
  });

  it("keeps each surface's packages to itself", () => {
    const wrong = imports.filter(({ folder, target }) =>
      ONLY_IN.some(([name, home]) => name.test(target) && folder !== home),
    );
    assert.deepEqual(list(wrong), []);
  });

  it("writes the extension of every file it imports", () => {
    const wrong = imports.filter(
      ({ folder, target }) =>
        target.startsWith(".") &&
        !/\.(ts|json|sql|wasm)$/.test(target) &&
        // Bundles of the extension, which the build makes.
        !(folder === "vscode" && target.endsWith(".cjs")),
    );
    assert.deepEqual(list(wrong), []);
  });
});
