import type { CodeFacts } from "../../source/code/facts.ts";
import type { PackageManifest } from "../../source/manifest/manifest.ts";
import type { FileRole } from "../usage.ts";
import { folderOf } from "./resolve.ts";

const TEST =
  /(^|\/)(__tests__|__mocks__|tests?|e2e|cypress|playwright|fixtures|testing|spec|evals?)\/|[.-](test|spec|eval|e2e|stories|cy|fixture)\.\w+$|(^|\/)(jest|vitest|playwright|test|global)[.-]?(setup|teardown|helpers?|utils)\.\w+$/;
const SEED = /(^|\/)(seeds?|seeders?|seeding)(\/|[-_.A-Z]|$)|[-_.]seed\.\w+$/;
const SCRIPT = /(^|\/)(scripts?|bin|tools?|tooling|benchmarks?|bench)\//;
const CONFIG = /(^|\/)[\w.-]*\.config\.\w+$|(^|\/)\.[\w-]+rc\.\w+$|(^|\/)\.(storybook|eslint)/;
const GENERATED =
  /(^|\/)(generated|__generated__|\.prisma|dist|\.next|\.nuxt|\.svelte-kit)\/|\.(generated|gen)\.\w+$|\.d\.ts$|\.min\.js$/;

/** What is run by hand, as far as manifests say it. */
export interface Commands {
  readonly byPath: ReadonlyMap<string, "seed" | "script">;
  /** Folders with a `package.json`. */
  readonly folders: ReadonlySet<string>;
}

/** What a file is for, by its path first and its content next; `runtime` is the application itself. */
export function roleOf(facts: CodeFacts, { byPath, folders }: Commands): FileRole {
  const { path, hint } = facts;
  if (hint === "generated" || GENERATED.test(path)) return "generated";
  if (hint === "test" || TEST.test(path)) return "test";
  const command = byPath.get(path);
  if (command === "seed" || SEED.test(path)) return "seed";
  if (CONFIG.test(path)) return "config";
  const isRun = command === "script" || hint === "script" || SCRIPT.test(path) || isProgram(facts, folders);
  return isRun ? "script" : "runtime";
}

/** `check-users.js` beside the package.json: it gives nothing to anybody, so somebody runs it, in a process of its own. */
const isProgram = ({ path, exports, modules }: CodeFacts, folders: ReadonlySet<string>): boolean =>
  /\.[cm]?[jt]s$/.test(path) &&
  folders.has(folderOf(path)) &&
  Object.keys(exports).length === 0 &&
  !modules.some(({ how }) => how === "export") &&
  !STARTS_IT.test(path);

/** Names under which an application itself begins. */
const STARTS_IT =
  /(^|\/)(index|main|app|server|worker|start|bot|instrumentation|entry|middleware|proxy)\b[^/]*$/i;

const RUNNER =
  /\b(?:tsx|ts-node|ts-node-esm|bun|bun run|deno run|esno|jiti|node|vite-node)\b[^&|;]*?\s((?:\.\/)?[\w./@-]+\.[cm]?[jt]sx?)\b/g;

/** Files that `package.json` runs by hand: `prisma.seed`, and scripts other than those that start the application. */
export function readCommands(packages: readonly PackageManifest[]): Commands {
  const found = new Map<string, "seed" | "script">();
  for (const { path, scripts, prismaSeed } of packages) {
    const folder = folderOf(path);
    const at = (file: string) => `${folder === "" ? "" : `${folder}/`}${file.replace(/^\.\//, "")}`;
    for (const [name, command] of Object.entries(scripts)) {
      if (/^(dev|start|serve|build|preview|worker|prod)/.test(name)) continue;
      for (const match of command.matchAll(RUNNER))
        found.set(at(match[1]!), /seed/i.test(name) ? "seed" : "script");
    }
    for (const match of (prismaSeed ?? "").matchAll(RUNNER)) found.set(at(match[1]!), "seed");
  }
  return { byPath: found, folders: new Set(packages.map(({ path }) => folderOf(path))) };
}
