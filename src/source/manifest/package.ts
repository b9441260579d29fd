import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { maskSecret } from "../../text/secret.ts";
import type { SourceText } from "../../text/source-text.ts";
import type { PackageDependency, PackageManifest } from "./manifest.ts";

/**
 * Reads a `package.json`. Never throws: broken JSON gives what could be read and one error with its place. Peer
 * dependencies are left out, because they install nothing.
 */
export function readPackage(source: SourceText): PackageManifest {
  const errors: ParseError[] = [];
  const root = parseTolerantly(source.text, errors);
  const name = textAt(root, "name");
  const schema = textAt(valueAt(root, "prisma"), "schema");
  const seed = textAt(valueAt(root, "prisma"), "seed");
  const error = errors[0];
  return {
    path: source.path,
    ...(name !== undefined && { name }),
    dependencies: [
      ...readDependencies(valueAt(root, "dependencies"), false),
      ...readDependencies(valueAt(root, "optionalDependencies"), false),
      ...readDependencies(valueAt(root, "devDependencies"), true),
    ],
    scripts: readScripts(valueAt(root, "scripts")),
    workspaces: readWorkspaces(valueAt(root, "workspaces")),
    ...(schema !== undefined && { prismaSchema: schema }),
    ...(seed !== undefined && { prismaSeed: seed }),
    ...(error && {
      error: {
        span: { start: error.offset, end: error.offset + error.length },
        message: `${source.path} is no valid JSON: ${describeError(error)}.`,
      },
    }),
  };
}

function parseTolerantly(text: string, errors: ParseError[]): Node | undefined {
  // A byte order mark is no JSON; a blank of the same length keeps the offsets.
  const plain = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  try {
    return parseTree(plain, errors, { disallowComments: true });
  } catch {
    // Thousands of open brackets exhaust the parser's stack.
    errors.push({ error: TOO_DEEP, offset: 0, length: Math.min(1, text.length) });
    return undefined;
  }
}

/** A code of our own beside the library's. */
const TOO_DEEP = -1 as ParseError["error"];

const PROBLEMS: Readonly<Record<string, string>> = {
  InvalidSymbol: "this word is unknown here",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "a property name in quotes is missing here",
  ValueExpected: "a value is missing here",
  ColonExpected: "a colon is missing here",
  CommaExpected: "a comma is missing here",
  CloseBraceExpected: "a closing } is missing here",
  CloseBracketExpected: "a closing ] is missing here",
  EndOfFileExpected: "the file should end here",
  InvalidCommentToken: "comments are not allowed here",
  UnexpectedEndOfString: 'this text is not closed with "',
};

const describeError = ({ error }: ParseError): string =>
  error === TOO_DEEP
    ? "it is nested too deeply"
    : (PROBLEMS[printParseErrorCode(error)] ?? "this is not understood");

/** The value of a property; the last one where a key is written twice, as JSON.parse takes it. */
function valueAt(node: Node | undefined, key: string): Node | undefined {
  if (node?.type !== "object") return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === key)?.children?.[1];
}

function textAt(node: Node | undefined, key: string): string | undefined {
  const value: unknown = valueAt(node, key)?.value;
  return typeof value === "string" ? value : undefined;
}

function* readDependencies(node: Node | undefined, dev: boolean): Generator<PackageDependency> {
  if (node?.type !== "object") return;
  const properties = node.children ?? [];
  for (const [index, property] of properties.entries()) {
    const [key, value] = property.children ?? [];
    if (!key || typeof value?.value !== "string") continue;
    yield {
      name: key.value,
      version: value.value,
      dev,
      nameSpan: { start: key.offset + 1, end: key.offset + key.length - 1 },
      span: spanWithComma(properties, index),
    };
  }
}

/** Up to the next property; the last one takes the comma before it. */
function spanWithComma(properties: readonly Node[], index: number): { start: number; end: number } {
  const { offset, length } = properties[index]!;
  const next = properties[index + 1];
  if (next) return { start: offset, end: next.offset };
  const before = properties[index - 1];
  return { start: before ? before.offset + before.length : offset, end: offset + length };
}

function readScripts(node: Node | undefined): Record<string, string> {
  const entries = node?.type === "object" ? (node.children ?? []) : [];
  return Object.fromEntries(
    entries
      .map(({ children }) => [children?.[0]?.value, children?.[1]?.value] as const)
      .filter((entry): entry is [string, string] => entry.every((each) => typeof each === "string"))
      .map(([name, command]) => [name, command.replace(/\bpostgres(?:ql)?:[^\s"']+/g, maskSecret)]),
  );
}

/** `["packages/*"]`, or yarn's `{ "packages": [...] }`. */
function readWorkspaces(node: Node | undefined): string[] {
  const list = node?.type === "object" ? valueAt(node, "packages") : node;
  if (list?.type !== "array") return [];
  return (list.children ?? []).map(({ value }) => value).filter((value) => typeof value === "string");
}
