import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { version } from "../../package.json";
import {
  ARCHIVE_INDEX,
  type ArchiveIndex,
  EXTENSION_FILES,
  indexArchive,
} from "../database/embedded/extensions.ts";
import { findImage, imageName } from "../database/embedded/image.ts";
import { PACKED } from "../database/embedded/packed.ts";
import { ASSETS } from "../database/embedded/thread.ts";
import { PLATFORMS } from "../project/platform/choose.ts";
import { renderLicences } from "./licences.ts";
import { blankUnread, pack } from "./pack.ts";
import { buildSliced, fromSlices, isBundled } from "./sliced.ts";
import { ROOT } from "./tree.ts";
import { typescriptParser } from "./typescript-parser.ts";

/** What is started, by the name of its file in `dist/`. Most of each is what the others have too: all are in one bundle. */
const PROGRAMS = {
  command: "src/cli/main.ts",
  server: "src/server/process.ts",
  "database-host": "src/host/process.ts",
} as const;
type Program = keyof typeof PROGRAMS;

const ALL = "rowguard.cjs";

/** The same for what the host's launcher calls. */
const SERVING = `export const serve = async (engine) => (await require("./${ALL}")["database-host"]()).serve(engine);\n`;

/** Those that do something else while the bundle is read. */
const LAUNCHERS = { cli: "src/cli/launch.ts", "database-host": "src/host/launch.ts" };

/** Loads one program of the bundle that has them all. */
const starting = (program: Program): string => `require("./${ALL}")[${JSON.stringify(program)}]();\n`;

/**
 * Packages that many runs never need: each is a bundle of its own, which all entries share and which is loaded when
 * it is first asked for. Inside the others it would cost them its reading at every start.
 */
const APART = {
  typescript: {
    packages: ["typescript"],
    code: 'export { default } from "typescript"',
    // As the whole package exports itself.
    end: "module.exports = module.exports.default;",
  },
  "prisma-schema": {
    packages: ["@prisma/prisma-schema-wasm"],
    code: 'module.exports = require("@prisma/prisma-schema-wasm")',
  },
  zod: { packages: ["zod"], code: 'export * from "zod"' },
  pg: { packages: ["pg"], code: 'module.exports = require("pg")' },
  // It exports the other two.
  languageserver: {
    packages: ["vscode-languageserver/node", "vscode-languageserver", "vscode-jsonrpc/node"],
    code: 'module.exports = require("vscode-languageserver/node")',
  },
} as const;

/** Read at run time from the folder of the bundle that needs them. */
const GRAMMAR = "libpg-query/wasm/libpg-query.wasm";
/** Likewise, and packed: no check of SQL alone needs it. */
const PRISMA = "@prisma/prisma-schema-wasm/src/prisma_schema_build_bg.wasm";

const SHARED = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  absWorkingDir: ROOT,
  // `import()` becomes a `require` that runs later: a bundle loads only its neighbours.
  supported: { "dynamic-import": false },
  // Its other form requires its own parts in a way that no bundler can follow.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  define: { "import.meta.dirname": "__dirname" },
} satisfies BuildOptions;

/** Builds everything into `folder`, which afterwards runs anywhere, without `node_modules`. Gives the files and their bytes. */
export async function bundle(folder: string): Promise<Map<string, number>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const extension = bundleExtension(folder);
  const results = await Promise.all([
    build({
      ...SHARED,
      outfile: join(folder, ALL),
      stdin: { contents: allPrograms(), resolveDir: ROOT },
      minifySyntax: true,
      minifyWhitespace: true,
      plugins: [neighbours],
    }),
    build({
      ...SHARED,
      outdir: folder,
      outExtension: { ".js": ".cjs" },
      entryPoints: LAUNCHERS,
      minifySyntax: true,
      minifyWhitespace: true,
      external: [`./${ALL}`],
      plugins: [launched],
    }),
    build({
      ...SHARED,
      // A twentieth of the bundle of all, which the thread would read while there is much else to do.
      outfile: join(folder, "reading-worker.cjs"),
      entryPoints: ["src/workspace/facts/reading-worker.ts"],
      minify: true,
      plugins: [neighbours],
    }),
    build({
      ...SHARED,
      outfile: join(folder, "database-worker.cjs"),
      entryPoints: ["src/database/embedded/worker.ts"],
      minify: true,
      // A `require` of its own hides Node's where its package imports at run time.
      supported: {},
      // The engine's package asks where it lies, though it is handed all of its files.
      define: { ...SHARED.define, "import.meta.url": "fileOfThis" },
      banner: { js: 'const fileOfThis = require("node:url").pathToFileURL(__filename).href;' },
    }),
    build({
      bundle: true,
      platform: "browser",
      format: "iife",
      target: "es2022",
      legalComments: "none",
      metafile: true,
      logLevel: "warning",
      absWorkingDir: ROOT,
      outfile: join(folder, "preview.js"),
      entryPoints: ["src/vscode/preview/page/main.ts"],
      minify: true,
    }),
    ...Object.entries(APART).map(([name, each]) =>
      build({
        ...SHARED,
        outfile: join(folder, `${name}.cjs`),
        stdin: { contents: each.code, resolveDir: ROOT },
        minify: true,
        plugins: [packedPrisma, typescriptParser],
        ...("end" in each && { footer: { js: each.end } }),
      }),
    ),
  ]);
  writeFileSync(join(folder, "server.cjs"), starting("server"));
  await copyWasm(folder);
  await copyEngine(folder);
  chmodSync(join(folder, "cli.cjs"), 0o755);
  const { names: ofExtension, results: more } = await extension;
  const inputs = [...results, ...more].flatMap(({ metafile }) => Object.keys((metafile as Metafile).inputs));
  writeFileSync(join(folder, "licences.txt"), renderLicences(inputs.filter(isBundled)));
  const names = ["rowguard", "cli", "server", "reading-worker", "database-host", "database-worker"];
  return check(folder, [...names, ...ofExtension, ...Object.keys(APART)]);
}

/** What the extension host loads: at activation, right after it, and with the first preview. */
const EXTENSION = ["extension", "language-client", "preview-panel"] as const;

/** What the extension imports of itself as a bundle lies beside. */
const beside: Plugin = {
  name: "beside",
  setup({ onResolve }) {
    onResolve({ filter: /\.cjs$/ }, ({ path }) => {
      const name = EXTENSION.find((each) => basename(path) === `${each}.cjs`);
      return name && { path: `./${name}.cjs`, external: true };
    });
  },
};

async function bundleExtension(folder: string) {
  const at = (name: (typeof EXTENSION)[number]) => ({
    ...SHARED,
    outfile: join(folder, `${name}.cjs`),
    minify: true,
    external: ["vscode"],
  });
  const client = await buildSliced("src/vscode/language-client.ts", at("language-client"));
  const packages = new Map([...client.modules].filter(([module]) => module.startsWith("node_modules/")));
  const results = await Promise.all([
    build({ ...at("extension"), entryPoints: ["src/vscode/extension.ts"], plugins: [beside] }),
    build({
      ...at("preview-panel"),
      entryPoints: ["src/vscode/preview/preview.ts"],
      // The protocol's packages are loaded already when the first preview is opened.
      plugins: [beside, fromSlices(packages)],
    }),
  ]);
  return {
    names: ["extension", "preview-panel", ...client.names],
    results: [...results, ...client.results],
  };
}

/** A function for each program, which loads it when it is called. */
function allPrograms(): string {
  const each = Object.entries(PROGRAMS).map(
    ([name, file]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`./${file}`)}),\n`,
  );
  return `module.exports = {\n${each.join("")}};\n`;
}

/** Builds one more program beside the others: `source` becomes `<folder>/<name>.cjs`. */
export async function bundleBeside(folder: string, name: string, source: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  await build({ ...SHARED, outfile, entryPoints: [source], plugins: [neighbours] });
  return outfile;
}

/** Imports of packages that are apart stay what they are: another file beside. */
const neighbours: Plugin = {
  name: "neighbours",
  setup({ onResolve }) {
    const files = new Map(
      Object.entries(APART).flatMap(([name, { packages }]) => packages.map((each) => [each as string, name])),
    );
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const name = kind === "entry-point" ? undefined : files.get(path);
      return name === undefined ? undefined : { path: `./${name}.cjs`, external: true };
    });
  },
};

/** What a launcher imports is in the bundle of all. */
const launched: Plugin = {
  name: "launched",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cli[\\/]main\.ts$/ }, () => ({ contents: starting("command"), loader: "js" }));
    onLoad({ filter: /[\\/]host[\\/]process\.ts$/ }, () => ({ contents: SERVING, loader: "js" }));
  },
};

/** Prisma's glue reads its WebAssembly as soon as it is loaded: from the packed file. */
const packedPrisma: Plugin = {
  name: "packed-prisma",
  setup({ onLoad }) {
    onLoad({ filter: /prisma_schema_build\.js$/ }, ({ path }) => {
      const glue = readFileSync(path, "utf8");
      const reading = "require('fs').readFileSync(wasmPath)";
      const unpacking = `require('zlib').brotliDecompressSync(require('fs').readFileSync(wasmPath + "${PACKED}"))`;
      if (!glue.includes(reading)) throw new Error(`${path} reads its WebAssembly in an unknown way.`);
      return { contents: glue.replace(reading, unpacking), loader: "js" };
    });
  },
};

async function copyWasm(folder: string): Promise<void> {
  const grammar = join(folder, GRAMMAR.slice(GRAMMAR.lastIndexOf("/") + 1));
  copyFileSync(fileOfPackage(GRAMMAR), grammar);
  chmodSync(grammar, 0o644);
  await pack(folder, PRISMA, readFileSync(fileOfPackage(PRISMA)));
}

function fileOfPackage(path: string): string {
  const { resolve } = createRequire(join(ROOT, "package.json"));
  const [scope, name] = path.split("/");
  const packageName = path.startsWith("@") ? `${scope}/${name}` : scope!;
  return join(dirname(resolve(`${packageName}/package.json`)), path.slice(packageName.length + 1));
}

/** The embedded PostgreSQL's own files, and the databases that projects begin with. */
async function copyEngine(folder: string): Promise<void> {
  for (const name of EXTENSION_FILES) copyFileSync(findAsset(name), join(folder, name));
  const index: ArchiveIndex = Object.fromEntries(
    EXTENSION_FILES.map((name) => [name, indexArchive(findAsset(name))]),
  );
  writeFileSync(join(folder, ARCHIVE_INDEX), JSON.stringify(index));
  const engine = createRequire(join(ROOT, "package.json")).resolve(
    "@prisma/schema-engine-wasm/schema_engine_bg",
  );
  await Promise.all([
    pack(folder, "pglite.wasm", readFileSync(findAsset("pglite.wasm"))),
    pack(folder, "pglite.data", blankUnread(findAsset("pglite.data"), findAsset("pglite.js"))),
    pack(folder, "schema_engine_bg.wasm", readFileSync(engine.replace(/\.js$/, ".wasm"))),
  ]);
  mkdirSync(join(folder, "platform"));
  for (const platform of PLATFORMS)
    copyFileSync(
      (await findImage(platform)).file + PACKED,
      join(folder, "platform", imageName(platform) + PACKED),
    );
}

function findAsset(name: string): string {
  const found = ASSETS.map((each) => join(each, name)).find((each) => existsSync(each));
  if (found === undefined) throw new Error(`No package has the engine's file ${name}.`);
  return found;
}

/** Every script must parse, and the command must start. */
function check(folder: string, names: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const name of names) {
    const file = join(folder, `${name}.cjs`);
    execFileSync(process.execPath, ["--check", file]);
    sizes.set(`${name}.cjs`, statSync(file).size);
  }
  const said = execFileSync(process.execPath, [join(folder, "cli.cjs"), "--version"], { encoding: "utf8" });
  if (said.trim() !== version)
    throw new Error(`The bundle says it is version "${said.trim()}", not ${version}.`);
  return sizes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await bundle(join(ROOT, "dist"));
  for (const [name, bytes] of sizes)
    process.stdout.write(`dist/${name.padEnd(20)} ${String(Math.ceil(bytes / 1024)).padStart(6)} KB\n`);
}
