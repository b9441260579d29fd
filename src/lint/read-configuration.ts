import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { ConfigurationProblem, RegisteredRule } from "../rules/rule.ts";
import type { SourceText } from "../text/source-text.ts";
import {
  type Configuration,
  type Connection,
  DEFAULT_CONFIGURATION,
  type NamedTable,
  type RuleSetting,
} from "./configuration.ts";
import type { WrittenConfiguration } from "./configuration-schema.ts";

/**
 * Decodes `rowguard.config.json` (comments allowed). Never throws: what cannot be used is left out and named in
 * `problems` with its place, and the rest counts. Without a file, the defaults, at no cost.
 */
export async function readConfiguration(
  source: SourceText | undefined,
  registry: readonly RegisteredRule[],
): Promise<Configuration> {
  if (!source) return DEFAULT_CONFIGURATION;
  const errors: ParseError[] = [];
  // A byte order mark is no JSON; a blank in its place keeps the offsets.
  const root = parseTree(source.text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  const syntax = errors.slice(0, 1).map((error) => syntaxProblem(source, error));
  if (root?.type !== "object") {
    const problems = syntax.length ? syntax : [notAnObject(source, root)];
    return { ...DEFAULT_CONFIGURATION, path: source.path, problems };
  }
  const [{ z }, { configurationSchema }, { decode }] = await Promise.all([
    import("zod"),
    import("./configuration-schema.ts"),
    import("./decode-configuration.ts"),
  ]);
  const decoded = decode(source, root, getNodeValue(root), configurationSchema(z, registry));
  return toConfiguration(source, root, decoded.value, [...syntax, ...decoded.problems]);
}

function toConfiguration(
  source: SourceText,
  root: Node,
  {
    $schema: _,
    rules = {},
    overrides = [],
    ignore = [],
    tenancy = {},
    access = {},
    connections,
    identities,
    ...rest
  }: WrittenConfiguration,
  problems: readonly ConfigurationProblem[],
): Configuration {
  const settings = Object.entries(rules).map(([id, setting]) => [id, toSetting(setting!)] as const);
  return {
    ...DEFAULT_CONFIGURATION,
    ...definedOnly(rest),
    path: source.path,
    ...(connections && { connections: mapValues(connections, toConnection) }),
    ...(identities && { identities: mapValues(identities, definedOnly) }),
    tenancy: { ...definedOnly(tenancy), scopes: tenancy.scopes ?? {} },
    access: { defaults: definedOnly(access.defaults ?? {}), tables: access.tables ?? {} },
    rules: Object.fromEntries(settings),
    overrides: overrides.map((override) => ({ paths: override.paths, rules: definedOnly(override.rules) })),
    ignore: ignore.map((each) => ({ ...definedOnly(each), ...spansOfIgnore(source, root, each) })),
    problems,
    named: namedTables(source, root),
  };
}

/** Tables as values, and as keys. */
function namedTables(source: SourceText, root: Node): NamedTable[] {
  const named = (path: readonly string[], node: Node | undefined): NamedTable[] =>
    typeof node?.value === "string"
      ? [{ name: node.value, key: path.join("."), place: { path: source.path, span: spanOf(node) } }]
      : [];
  const asValue = (path: string[]) => named(path, findNodeAtLocation(root, path));
  const asKeys = (path: string[]) =>
    (findNodeAtLocation(root, path)?.children ?? []).flatMap(({ children }) => named(path, children?.[0]));
  return [
    ...asValue(["tenancy", "tenantTable"]),
    ...asValue(["tenancy", "userTable"]),
    ...asKeys(["tenancy", "scopes"]),
    ...asKeys(["access", "tables"]),
  ];
}

const toSetting = (setting: NonNullable<NonNullable<WrittenConfiguration["rules"]>[string]>): RuleSetting =>
  typeof setting === "string" ? { severity: setting } : { severity: setting[0]!, options: setting[1] };

const toConnection = (written: NonNullable<WrittenConfiguration["connections"]>[string]): Connection =>
  typeof written === "string"
    ? { variable: written, write: false }
    : { variable: written.variable, write: written.write ?? false };

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** The same object without keys whose value is undefined: an optional key is absent or has a value. */
function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}

/** Entries may have been left out before this one, so it is found by what it says. */
function spansOfIgnore(source: SourceText, root: Node, ignore: { rule: string; subject: string }) {
  const list = root.children?.find(({ children }) => children?.[0]?.value === "ignore")?.children?.[1];
  const entries = list?.children ?? [];
  const index = entries.findIndex((node) => {
    const value = getNodeValue(node) as Partial<typeof ignore> | undefined;
    return value?.rule === ignore.rule && value.subject === ignore.subject;
  });
  const span = spanOf(entries[index] ?? root);
  const [before, after] = [entries[index - 1], entries[index + 1]];
  const start = after || !before ? span.start : spanOf(before).end;
  return {
    place: { path: source.path, span },
    removal: { start, end: after ? after.offset : span.end },
  };
}

const spanOf = ({ offset, length }: Node) => ({ start: offset, end: offset + length });

const syntaxProblem = (source: SourceText, { error, offset, length }: ParseError): ConfigurationProblem => ({
  place: { path: source.path, span: { start: offset, end: offset + length } },
  key: "",
  message: `This is no JSON: ${SYNTAX[printParseErrorCode(error)] ?? "something here is out of place"}.`,
});

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: "an unquoted word stands here",
  PropertyNameExpected: "a property name in double quotes is missing",
  ValueExpected: "a value is missing",
  ColonExpected: "a colon is missing",
  CommaExpected: "a comma is missing",
  CloseBraceExpected: "a closing brace is missing",
  CloseBracketExpected: "a closing bracket is missing",
  EndOfFileExpected: "the file goes on after its end",
  UnexpectedEndOfString: "a string is not closed",
  UnexpectedEndOfComment: "a comment is not closed",
};

const notAnObject = (source: SourceText, root: Node | undefined): ConfigurationProblem => ({
  place: { path: source.path, span: { start: root?.offset ?? 0, end: root ? root.offset + root.length : 0 } },
  key: "",
  message: "The configuration must be an object: { … }.",
});
