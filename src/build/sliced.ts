import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { ROOT } from "./tree.ts";

/**
 * Bundles a module so that whoever loads it may evaluate its dependencies one by one: `modules` has a function for
 * each, in an order in which none needs a later one.
 */
export async function buildSliced(entry: string, options: BuildOptions) {
  const { metafile } = await build({ ...options, entryPoints: [entry], write: false, metafile: true });
  const each = orderModules(metafile).map((path) => `() => require(${JSON.stringify(`./${path}`)}),\n`);
  const contents = `exports.modules = [\n${each.join("")}];\n`;
  return build({ ...options, stdin: { contents, resolveDir: ROOT }, metafile: true });
}

/** What a module imports, then the module itself; the one that was asked for is the last. */
function orderModules({ inputs, outputs }: Metafile): string[] {
  const ordered = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: imported, external } of inputs[path]!.imports) if (!external) visit(imported);
    if (!path.startsWith(SLICED)) ordered.add(path);
  };
  for (const { entryPoint } of Object.values(outputs)) if (entryPoint) visit(entryPoint);
  return [...ordered];
}

const SLICED = "sliced";

/** Imports of the packages come from the sliced bundle `file` beside. */
export const fromSliced = (file: string, packages: readonly string[]): Plugin => ({
  name: SLICED,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind !== "entry-point" && packages.includes(path) ? { path: file, namespace: SLICED } : undefined,
    );
    onResolve({ filter: /./, namespace: SLICED }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: SLICED }, () => ({
      contents: `module.exports = require(${JSON.stringify(`./${file}`)}).modules.at(-1)();`,
    }));
  },
});
