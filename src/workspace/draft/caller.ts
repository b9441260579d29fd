import { posix } from "node:path";
import type ts from "typescript";
import { applicationOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import { typescript } from "../../source/code/typescript.ts";
import { type CodeTree, hasDirective, nodesIn } from "./code-tree.ts";
import { treeOf } from "./imports.ts";

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

function sourcesOf(project: Project, folder: string, path: string): Source[] {
  const found = new Map<string, { name: string; from: string; reads: Set<string>; uses: number }>();
  for (const file of project.code) {
    if (file.role !== "runtime" || applicationOf(project, file.path) !== folder) continue;
    if (!project.text(file.path)?.includes("use server")) continue;
    const tree = treeOf(project, file.path);
    if (!hasDirective(tree, "use server")) continue;
    for (const { name, result } of awaitedCalls(tree)) {
      const from = TELLING.test(name) ? importedFrom(tree, name, path) : undefined;
      if (from === undefined) continue;
      const key = `${from} ${name}`;
      const source = found.get(key) ?? { name, from, reads: new Set<string>(), uses: 0 };
      found.set(key, source);
      source.uses++;
      for (const read of readsOf(result)) source.reads.add(read);
    }
  }
  return [...found.values()];
}

/** `const session = await currentSession()`: calls of a function by its name, without arguments. */
function* awaitedCalls({
  file,
}: CodeTree): Generator<{ readonly name: string; readonly result: ts.BindingName }> {
  const t = typescript();
  for (const node of nodesIn(file)) {
    if (!t.isVariableDeclaration(node) || !node.initializer || !t.isAwaitExpression(node.initializer))
      continue;
    const call = node.initializer.expression;
    if (!t.isCallExpression(call) || call.arguments.length || !t.isIdentifier(call.expression)) continue;
    yield { name: call.expression.text, result: node.name };
  }
}

/** What imports a function of the project, as the new file would write it; undefined for one of a package. */
function importedFrom(
  { imports, text, path: file }: CodeTree,
  name: string,
  path: string,
): string | undefined {
  const found = imports.find(({ names }) => names.some((each) => each.name === name && each.local === name));
  if (found?.specifier.startsWith("."))
    return specifierFor(text, path, posix.join(posix.dirname(file), found.specifier));
  return found && /^[@~#]\//.test(found.specifier) ? found.specifier : undefined;
}

/** `{ organizationId, role }`, or the properties that are read of a variable where it is known. */
function readsOf(result: ts.BindingName): string[] {
  const t = typescript();
  if (t.isArrayBindingPattern(result)) return [];
  if (t.isObjectBindingPattern(result))
    return result.elements.flatMap(({ propertyName, name, dotDotDotToken }) => {
      const key = propertyName ?? name;
      return !dotDotDotToken && t.isIdentifier(key) ? [key.text] : [];
    });
  let around: ts.Node = result;
  while (around.parent && !t.isBlock(around) && !t.isSourceFile(around)) around = around.parent;
  return [...nodesIn(around)].flatMap((node) =>
    t.isPropertyAccessExpression(node) &&
    !node.questionDotToken &&
    t.isIdentifier(node.expression) &&
    node.expression.text === result.text
      ? [node.name.text]
      : [],
  );
}

/** `currentUser` gives `user`. */
function variableOf({ name }: Source, all: readonly Source[]): string {
  const word = /[A-Za-z][a-z]*$/.exec(name)![0].toLowerCase();
  const same = all.filter((each) => each.name.toLowerCase().endsWith(word)).length;
  return same > 1 || word === name ? `the${name[0]!.toUpperCase()}${name.slice(1)}` : word;
}
