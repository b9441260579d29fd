import { posix } from "node:path";
import { applicationOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import { wholeName } from "../../text/pattern.ts";

/** How code comes to know who asks: statements that call for it, and what gives each field that says whose a row is. */
export interface KnownCaller {
  readonly imports: readonly string[];
  readonly calls: readonly string[];
  readonly values: readonly (readonly [field: string, value: string])[];
}

/** A function without arguments that gives who asks, as server actions call it, and what they read of its result. */
interface Source {
  readonly name: string;
  readonly from: string;
  readonly reads: ReadonlySet<string>;
  readonly uses: number;
}

/** Undefined where the server actions of an application do not show it for each of the fields. */
export function findCaller(
  project: Project,
  folder: string,
  fields: readonly string[],
  path: string,
): KnownCaller | undefined {
  const sources = sourcesOf(project, folder, path);
  if (!fields.length) return undefined;
  const chosen: { readonly field: string; readonly source: Source; readonly read: string }[] = [];
  for (const field of fields) {
    const fitting = sources
      .flatMap((source) => {
        const read = readFor(field, source);
        return read === undefined ? [] : [{ field, source, read }];
      })
      // One call for all is better than one for each.
      .sort(
        (a, b) =>
          fields.filter((each) => readFor(each, b.source)).length -
            fields.filter((each) => readFor(each, a.source)).length || b.source.uses - a.source.uses,
      );
    if (!fitting[0]) return undefined;
    chosen.push(fitting[0]);
  }
  const used = [...new Set(chosen.map(({ source }) => source))];
  const names = new Map(used.map((source) => [source, variableOf(source, used)]));
  const modules = new Map<string, string[]>();
  for (const { from, name } of used) modules.set(from, [...(modules.get(from) ?? []), name]);
  return {
    imports: [...modules].map(([from, all]) => `import { ${all.sort().join(", ")} } from "${from}";`),
    calls: used.map((source) => `const ${names.get(source)} = await ${source.name}();`),
    values: chosen.map(({ field, source, read }) => [field, `${names.get(source)}.${read}`]),
  };
}

/** The field itself; of a user's function, its id. */
function readFor(field: string, { name, reads }: Source): string | undefined {
  if (reads.has(field)) return field;
  return /^(user|author|owner|creator)_?id$/i.test(field) && /user$/i.test(name) && reads.has("id")
    ? "id"
    : undefined;
}

const TELLING = /(user|session|member(ship)?|caller|account|viewer|auth)$/i;
const CALL = /\bconst\s+(\w+|\{[^}=]*\})\s*=\s*await\s+(\w+)\(\)/g;

function sourcesOf(project: Project, folder: string, path: string): Source[] {
  const found = new Map<string, { name: string; from: string; reads: Set<string>; uses: number }>();
  for (const file of project.code) {
    const text = project.text(file.path);
    if (!text || file.role !== "runtime" || !/^\s*["']use server["']/m.test(text)) continue;
    if (applicationOf(project, file.path) !== folder) continue;
    for (const [, result = "", name = ""] of text.matchAll(CALL)) {
      const from = TELLING.test(name) ? importedFrom(text, name, file.path, path) : undefined;
      if (from === undefined) continue;
      const key = `${from} ${name}`;
      const source = found.get(key) ?? { name, from, reads: new Set<string>(), uses: 0 };
      found.set(key, source);
      source.uses++;
      for (const read of readsOf(text, result)) source.reads.add(read);
    }
  }
  return [...found.values()];
}

/** What imports a function of the project, as the new file would write it; undefined for one of a package. */
function importedFrom(text: string, name: string, file: string, path: string): string | undefined {
  for (const [, list = "", specifier = ""] of text.matchAll(
    /import\s*\{([^}]*)\}\s*from\s*["']([^"']+)["']/g,
  )) {
    if (!list.split(",").some((each) => each.trim() === name)) continue;
    if (specifier.startsWith("."))
      return specifierFor(text, path, posix.join(posix.dirname(file), specifier));
    return /^[@~#]\//.test(specifier) ? specifier : undefined;
  }
  return undefined;
}

/** `{ organizationId, role }`, or the properties that are read of a variable. */
function readsOf(text: string, result: string): string[] {
  if (result.startsWith("{"))
    return result
      .slice(1, -1)
      .split(",")
      .map((each) => each.split(":")[0]!.trim())
      .filter((each) => /^\w+$/.test(each));
  return [...text.matchAll(new RegExp(`${wholeName(result)}\\.(\\w+)`, "g"))].map(([, read]) => read!);
}

/** `currentUser` gives `user`. */
function variableOf({ name }: Source, all: readonly Source[]): string {
  const word = /[A-Za-z][a-z]*$/.exec(name)![0].toLowerCase();
  const same = all.filter((each) => each.name.toLowerCase().endsWith(word)).length;
  return same > 1 || word === name ? `the${name[0]!.toUpperCase()}${name.slice(1)}` : word;
}
