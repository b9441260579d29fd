import { basename, dirname, extname, join, relative, sep } from "node:path";
import { type BuildOptions, type BuildResult, build, type Metafile, type Plugin } from "esbuild";
import { ROOT } from "./tree.ts";

/** Bytes of a full file: reading and compiling them is a few milliseconds also on a slow machine. */
const FULL = 35_000;

export interface Slices {
  /** Names of the files that the modules are in, in the order in which they are read. */
  readonly names: readonly string[];
  /** By module, its file. */
  readonly modules: ReadonlyMap<string, string>;
  readonly results: readonly BuildResult<{ metafile: true }>[];
}

interface SlicedOptions extends BuildOptions {
  readonly outfile: string;
  readonly metafile: true;
}

/**
 * Bundles a module in several files, so that whoever loads it may read them one by one and evaluate one module after
 * the other: each has a function in `modules` of its file, in an order in which none needs a later one.
 */
export async function buildSliced(entry: string, options: SlicedOptions): Promise<Slices> {
  const { metafile } = await build({ ...options, entryPoints: [entry], write: false });
  const slices = cut(orderModules(metafile), metafile);
  const name = basename(options.outfile, extname(options.outfile));
  const names = slices.map((_, index) => `${name}-${index + 1}`);
  const modules = new Map(slices.flatMap((paths, index) => paths.map((path) => [path, names[index]!])));
  const files = names.map((each) => `() => require("./${each}.cjs"),\n`);
  const results = await Promise.all([
    build({
      ...options,
      stdin: { contents: `exports.files = [\n${files.join("")}];\n`, resolveDir: ROOT },
      external: names.map((each) => `./${each}.cjs`),
    }),
    ...slices.map((paths, index) => buildSlice(paths, names[index]!, modules, options)),
  ]);
  return { names: [name, ...names], modules, results };
}

function buildSlice(
  paths: readonly string[],
  name: string,
  modules: Slices["modules"],
  options: SlicedOptions,
): Promise<BuildResult<SlicedOptions>> {
  const each = paths.map(
    (path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)}),\n`,
  );
  const others = new Map([...modules].filter(([, file]) => file !== name));
  return build({
    ...options,
    outfile: join(dirname(options.outfile), `${name}.cjs`),
    stdin: { contents: `exports.modules = {\n${each.join("")}};\n`, resolveDir: ROOT },
    plugins: [fromSlices(others)],
  });
}

/** What a module imports, then the module itself; the one that was asked for is the last. */
function orderModules({ inputs, outputs }: Metafile): string[] {
  const ordered = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: imported, external } of inputs[path]!.imports) if (!external) visit(imported);
    ordered.add(path);
  };
  for (const { entryPoint } of Object.values(outputs)) if (entryPoint) visit(entryPoint);
  return [...ordered];
}

/** Full files of modules in their order. Modules that need each other stay in one. */
function cut(ordered: readonly string[], { inputs, outputs }: Metafile): string[][] {
  const bytes = Object.values(outputs)[0]!.inputs;
  const position = new Map(ordered.map((path, index) => [path, index]));
  const slices: string[][] = [];
  let slice: string[] = [];
  let size = 0;
  let needed = 0;
  for (const [index, path] of ordered.entries()) {
    const more = bytes[path]?.bytesInOutput ?? 0;
    if (slice.length && needed < index && size + more > FULL) {
      slices.push(slice);
      [slice, size] = [[], 0];
    }
    slice.push(path);
    size += more;
    needed = Math.max(needed, ...inputs[path]!.imports.map((each) => position.get(each.path) ?? 0));
  }
  return [...slices, slice];
}

const SLICED = "sliced";

/** Imports of modules that lie in files beside come from there. */
export const fromSlices = (modules: Slices["modules"]): Plugin => ({
  name: SLICED,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, namespace, pluginData, importer, resolveDir }) => {
      if (namespace === SLICED) return { path, external: true };
      if (kind === "entry-point" || pluginData === SLICED) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: SLICED });
      const module = relative(ROOT, found.path).split(sep).join("/");
      return modules.has(module) ? { path: module, namespace: SLICED } : undefined;
    });
    onLoad({ filter: /./, namespace: SLICED }, ({ path }) => ({
      contents: `module.exports = require("./${modules.get(path)}.cjs").modules[${JSON.stringify(path)}]();`,
    }));
  },
});

/** The path of a module that was bundled, not of one that lies in a file beside. */
export const isBundled = (input: string): boolean => !input.startsWith(`${SLICED}:`);
