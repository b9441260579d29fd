import { findNodeAtLocation, type Node } from "jsonc-parser";
import type { z } from "zod";
import type { ConfigurationProblem } from "../rules/rule.ts";
import { findNear } from "../text/near.ts";
import type { SourceText } from "../text/source-text.ts";

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/**
 * Checks a JSON value against a schema, names every part that does not fit, leaves those parts out, and gives what
 * remains. `root` is the tree of the same value, for the places.
 */
export function decode<Schema extends z.ZodType>(
  source: SourceText,
  root: Node,
  value: unknown,
  schema: Schema,
): { value: z.infer<Schema>; problems: ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return { value: first.data, problems };
  const issues = first.error.issues.flatMap((issue) => flatten(issue, []));
  for (const issue of issues) problems.push(...describe(source, root, schema, issue));
  problems.sort((a, b) => a.place.span.start - b.place.span.start);
  const second = schema.safeParse(prune(value, issues.flatMap(unusable)));
  if (second.success) return { value: second.data, problems };
  // Parts that only fail once others are gone: their top-level keys go too.
  const keys = second.error.issues.map(({ path }) => path.slice(0, 1) as Path);
  return { value: schema.parse(prune(prune(value, issues.flatMap(unusable)), keys)), problems };
}

/** Of a union, the alternative that fits best speaks: the one that fails deepest. */
function flatten(issue: Issue, prefix: Path): (Issue & { path: (string | number)[] })[] {
  const path = [...prefix, ...(issue.path as Path)];
  if (issue.code !== "invalid_union") return [{ ...issue, path }];
  const deep = issue.errors.find(([nested]) => nested && nested.path.length > 0) ?? issue.errors[0] ?? [];
  return deep.flatMap((nested) => flatten(nested, path));
}

/** Paths of what an issue makes unusable: an entry of a list goes whole, an unknown key alone. */
function unusable(issue: Issue): Path[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...path, key]);
  const [top, index, part, key] = path;
  if (typeof index === "number" && !(part === "rules" && key !== undefined)) return [[top!, index]];
  if (top === "rules" && path.length === 3) return [path.slice(0, 2)];
  return [path];
}

/** The value without the parts at these paths. */
function prune(value: unknown, paths: readonly Path[]): unknown {
  if (!paths.length) return value;
  if (paths.some((path) => path.length === 0)) return {};
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, child]) => {
    const below = paths.filter(([first]) => String(first) === key).map((path) => path.slice(1));
    if (below.some((path) => path.length === 0)) return [];
    return [[key, prune(child, below)] as const];
  });
  return Array.isArray(value) ? kept.map(([, child]) => child) : Object.fromEntries(kept);
}

function describe(source: SourceText, root: Node, schema: z.ZodType, issue: Issue): ConfigurationProblem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey(source, root, path, key, keysAt(schema, path)));
  const node = findNodeAtLocation(root, [...path]);
  const at = node ?? findNodeAtLocation(root, path.slice(0, -1)) ?? root;
  const problem = { place: placeOf(source, at), key: path.join("."), message: messageOf(issue, node) };
  if (issue.code !== "invalid_value" || typeof node?.value !== "string") return [problem];
  return [{ ...problem, ...nearName(source, node, node.value, issue.values.map(String)) }];
}

function unknownKey(
  source: SourceText,
  root: Node,
  path: Path,
  key: string,
  known: readonly string[],
): ConfigurationProblem {
  const value = findNodeAtLocation(root, [...path, key]);
  const node = value?.parent?.children?.[0] ?? root;
  const near = nearName(source, node, key, known);
  const message =
    path.at(-1) === "rules" ? unknownRule(key, known) : unknownSetting(path, key, near.near?.name, known);
  return { place: placeOf(source, node), key: [...path, key].join("."), message, ...near };
}

function unknownRule(id: string, known: readonly string[]): string {
  const near = findNear(id, known);
  return near === undefined ? `There is no rule "${id}".` : `There is no rule "${id}"; "${near}" is near.`;
}

function unknownSetting(path: Path, key: string, near: string | undefined, known: readonly string[]): string {
  const what = isOptions(path)
    ? `"${key}" is no option of "${String(path[1])}"`
    : `"${key}" is no setting${path.length ? ` of ${nameOf(path)}` : ""}`;
  if (near !== undefined) return `${what}; "${near}" is near.`;
  return known.length > 20
    ? `${what}.`
    : `${what}; there are ${known.map((each) => `"${each}"`).join(", ")}.`;
}

const isOptions = (path: Path): boolean => path[0] === "rules" && path.length > 2;

/** `"ignore[0].subject"`, `option "limit" of "policy-name"`. */
function nameOf(path: Path): string {
  if (isOptions(path) && path.length > 3)
    return `option "${path.slice(3).join(".")}" of "${String(path[1])}"`;
  return `"${path
    .map((each) => (typeof each === "number" ? `[${each}]` : `.${each}`))
    .join("")
    .slice(1)}"`;
}

function nearName(
  source: SourceText,
  node: Node,
  name: string,
  known: readonly string[],
): Pick<ConfigurationProblem, "near"> {
  const near = findNear(name, known);
  if (near === undefined) return {};
  return { near: { name: near, edit: { ...placeOf(source, node), text: JSON.stringify(near) } } };
}

const placeOf = (source: SourceText, { offset, length }: Node) => ({
  path: source.path,
  span: { start: offset, end: offset + length },
});

function messageOf(issue: Issue, node: Node | undefined): string {
  const path = issue.path as Path;
  const name = capitalized(nameOf(path));
  if (!node) return `${nameOf(path.slice(0, -1))} needs "${String(path.at(-1))}".`;
  if (issue.code === "invalid_value") {
    const values = issue.values.map((each) => JSON.stringify(each));
    if (path.at(-1) === "rule") return unknownRule(String(node.value), issue.values.map(String));
    return `${name} must be one of ${values.join(", ")}.`;
  }
  if (issue.code === "invalid_type")
    return `${name} must be ${WORDS[issue.expected] ?? issue.expected}, not ${WORDS[node.type] ?? node.type}.`;
  return `${name} cannot be used: ${issue.message}.`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const WORDS: Readonly<Record<string, string>> = {
  array: "a list",
  tuple: "a list of a severity and options",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  null: "null",
};

/** Keys that a schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const def = schema._zod.def as SchemaDef;
  if (def.type === "optional" || def.type === "default") return keysAt(def.innerType!, path);
  if (def.type === "union") return def.options!.flatMap((option) => keysAt(option, path));
  if (!path.length) return def.type === "object" ? Object.keys(def.shape!) : [];
  const [first, ...rest] = path;
  const child =
    def.type === "object"
      ? def.shape![String(first)]
      : def.type === "tuple"
        ? def.items![Number(first)]
        : (def.element ?? def.valueType);
  return child ? keysAt(child, rest) : [];
}

/** The parts of zod's definitions that are walked here. */
interface SchemaDef {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly items?: readonly z.core.$ZodType[];
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
}
