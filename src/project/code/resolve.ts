import type { TsconfigFacts } from "../../source/code/tsconfig.ts";
import type { PackageManifest } from "../../source/manifest/manifest.ts";

const EXTENSIONS = ["ts", "tsx", "mts", "cts", "d.ts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "astro"];

/** Finds the project's file that a specifier means; undefined for packages and for what is not there. */
export class ModuleResolver {
  private readonly answers = new Map<string, string | undefined>();
  private readonly workspace: ReadonlyMap<string, string>;
  private readonly foreign: ReadonlySet<string>;
  private readonly configs: ReadonlyMap<string, readonly TsconfigFacts[]>;
  private readonly byPath: ReadonlyMap<string, TsconfigFacts>;
  private readonly has: (path: string) => boolean;

  constructor(
    has: (path: string) => boolean,
    packages: readonly PackageManifest[],
    tsconfigs: readonly TsconfigFacts[],
  ) {
    this.has = has;
    this.workspace = new Map(
      packages.flatMap(({ name, path }) => (name === undefined ? [] : [[name, folderOf(path)] as const])),
    );
    this.foreign = new Set(
      packages.flatMap((each) => each.dependencies.map((dependency) => dependency.name)),
    );
    this.byPath = new Map(tsconfigs.map((each) => [each.path, each]));
    this.configs = groupByFolder(tsconfigs);
  }

  resolve(from: string, specifier: string): string | undefined {
    const folder = folderOf(from);
    const key = `${folder}\n${specifier}`;
    if (this.answers.has(key)) return this.answers.get(key);
    const found = this.find(folder, specifier);
    this.answers.set(key, found);
    return found;
  }

  private find(folder: string, specifier: string): string | undefined {
    const plain = specifier.replace(/[?#].*$/, "") || specifier;
    if (plain.startsWith(".")) return this.fileAt(join(folder, plain));
    if (plain.startsWith("/")) return this.fileAt(plain.slice(1));
    const name = packageOf(plain);
    const aliased = this.findAlias(folder, plain);
    if (aliased !== undefined) return aliased;
    const home = this.workspace.get(name);
    if (home !== undefined) return this.findInPackage(home, plain.slice(name.length + 1));
    return this.foreign.has(name) ? undefined : this.findByHabit(folder, plain);
  }

  /** `paths` and `baseUrl` of the nearest tsconfig.json that answers. */
  private findAlias(folder: string, specifier: string): string | undefined {
    for (const at of foldersUp(folder))
      for (const config of this.configs.get(at) ?? []) {
        const found = this.findInConfig(config, specifier, 0);
        if (found !== undefined) return found;
      }
    return undefined;
  }

  private findInConfig(config: TsconfigFacts, specifier: string, deep: number): string | undefined {
    const base = join(folderOf(config.path), config.baseUrl ?? ".");
    for (const [pattern, targets] of Object.entries(config.paths ?? {})) {
      const rest = matchPattern(pattern, specifier);
      if (rest === undefined) continue;
      for (const target of targets) {
        const found = this.fileAt(
          join(
            base,
            target.replace("*", () => rest),
          ),
        );
        if (found !== undefined) return found;
      }
    }
    const direct = config.baseUrl === undefined ? undefined : this.fileAt(join(base, specifier));
    if (direct !== undefined || deep > 5) return direct;
    for (const parent of config.extends ?? []) {
      const next = this.byPath.get(withExtension(join(folderOf(config.path), parent)));
      const found = next && this.findInConfig(next, specifier, deep + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private findInPackage(home: string, rest: string): string | undefined {
    for (const inside of ["", "src", "lib", "source"]) {
      const found = this.fileAt(join(join(home, inside), rest));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `@/x`, `~/x`, `#app/x`, `$lib/x`, `src/x`: what frameworks and package.json set up without a tsconfig. */
  private findByHabit(folder: string, specifier: string): string | undefined {
    const lib = specifier.startsWith("$lib") ? `src/lib${specifier.slice(4)}` : undefined;
    const alias = /^(?:(?:@|~|~~|@@|#)\/|#)(.+)$/.exec(specifier)?.[1];
    const wanted = lib ?? alias ?? (/^[\w-]+\//.test(specifier) ? specifier : undefined);
    if (wanted === undefined) return undefined;
    for (const at of foldersUp(folder))
      for (const inside of alias === undefined ? [""] : ["", "src", "app"]) {
        const found = this.fileAt(join(join(at, inside), wanted));
        if (found !== undefined) return found;
      }
    return undefined;
  }

  private fileAt(path: string): string | undefined {
    if (this.has(path)) return path;
    const stem = path.replace(/\.(js|jsx|mjs|cjs)$/, "");
    for (const base of stem === path ? [path] : [path, stem])
      for (const extension of EXTENSIONS) if (this.has(`${base}.${extension}`)) return `${base}.${extension}`;
    const inside = path === "" ? "index" : `${path}/index`;
    for (const extension of EXTENSIONS)
      if (this.has(`${inside}.${extension}`)) return `${inside}.${extension}`;
    return undefined;
  }
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** `drizzle-orm/pg-core` is of `drizzle-orm`, `@supabase/ssr` of itself. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/", specifier.startsWith("@") ? 2 : 1)
    .join("/")
    .replace(/^npm:|^jsr:/, "")
    .replace(/(?<=.)@[\d^~][^/]*$/, "");

function* foldersUp(folder: string): Iterable<string> {
  for (let at = folder; at !== ""; at = folderOf(at)) yield at;
  yield "";
}

function groupByFolder(tsconfigs: readonly TsconfigFacts[]): Map<string, TsconfigFacts[]> {
  const groups = new Map<string, TsconfigFacts[]>();
  // `tsconfig.json` speaks before `tsconfig.app.json`.
  for (const config of [...tsconfigs].sort(
    (a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1),
  )) {
    const folder = folderOf(config.path);
    const group = groups.get(folder);
    if (group) group.push(config);
    else groups.set(folder, [config]);
  }
  return groups;
}

function matchPattern(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : undefined;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  if (!specifier.startsWith(before) || !specifier.endsWith(after)) return undefined;
  return specifier.slice(before.length, specifier.length - after.length);
}

const withExtension = (path: string): string => (path.endsWith(".json") ? path : `${path}.json`);

/** Joins and settles `.` and `..`; a path that leaves the workspace keeps its `..`. */
function join(folder: string, rest: string): string {
  const parts: string[] = folder === "" ? [] : folder.split("/");
  for (const part of rest.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
