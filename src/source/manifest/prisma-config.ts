import { posix } from "node:path";
import type ts from "typescript";
import type { SourceText } from "../../text/source-text.ts";
import { typescript } from "../code/typescript.ts";
import type { PrismaConfig } from "./manifest.ts";

/**
 * Reads `prisma.config.ts` (or `.js`, `.mjs`, `.cjs`, `.mts`, `.cts`) without running it. Never throws. Paths are as
 * written, relative to the file's folder; what only running the file would tell is absent. Wait for `loadTypeScript` once
 * before.
 */
export function readPrismaConfig(source: SourceText): PrismaConfig {
  try {
    return { path: source.path, ...readSettings(source) };
  } catch {
    // TypeScript's parser has no stack for thousands of open brackets; such a file configures nothing.
    return { path: source.path };
  }
}

function readSettings(source: SourceText): Omit<PrismaConfig, "path"> {
  const file = typescript().createSourceFile(
    source.path,
    source.text,
    typescript().ScriptTarget.Latest,
    false,
    scriptKind(source.path),
  );
  const constants = findConstants(file);
  const config = findConfig(file, constants);
  const at = (...keys: string[]) =>
    keys.reduce<ts.Expression | undefined>((node, key) => propertyOf(node, key, constants), config);
  const schema = pathOf(at("schema"), constants);
  const migrations = pathOf(at("migrations", "path"), constants);
  const seed = textOf(at("migrations", "seed"), constants);
  const urlVariable = variableOf(at("datasource", "url"), constants);
  return {
    ...(schema !== undefined && { schema }),
    ...(migrations !== undefined && { migrations }),
    ...(seed !== undefined && { seed }),
    ...(urlVariable !== undefined && { urlVariable }),
  };
}

const scriptKind = (path: string): ts.ScriptKind =>
  /\.[cm]?js$/.test(path) ? typescript().ScriptKind.JS : typescript().ScriptKind.TS;

/** The file's top-level constants by name. */
type Constants = ReadonlyMap<string, ts.Expression>;

function findConstants(file: ts.SourceFile): Constants {
  const constants = new Map<string, ts.Expression>();
  for (const statement of file.statements) {
    if (!typescript().isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (typescript().isIdentifier(name) && initializer) constants.set(name.text, initializer);
    }
  }
  return constants;
}

/** The object in `export default defineConfig({...})`, `export default {...}`, `module.exports = {...}`. */
function findConfig(file: ts.SourceFile, constants: Constants): ts.Expression | undefined {
  for (const statement of file.statements) {
    if (typescript().isExportAssignment(statement)) return unwrap(statement.expression, constants);
    if (
      !typescript().isExpressionStatement(statement) ||
      !typescript().isBinaryExpression(statement.expression)
    )
      continue;
    const { left, right } = statement.expression;
    if (typescript().isPropertyAccessExpression(left) && /^(?:exports|default)$/.test(left.name.text)) {
      return unwrap(right, constants);
    }
  }
  return undefined;
}

/** How often a name may lead to another name: more is a circle. */
const MAX_STEPS = 10;

/** Through `defineConfig(...)`, `as`, `satisfies`, parentheses and constants to what is meant. */
function unwrap(node: ts.Expression, constants: Constants, steps = 0): ts.Expression {
  if (steps > MAX_STEPS) return node;
  if (
    typescript().isAsExpression(node) ||
    typescript().isSatisfiesExpression(node) ||
    typescript().isParenthesizedExpression(node) ||
    typescript().isNonNullExpression(node)
  ) {
    return unwrap(node.expression, constants, steps);
  }
  const first =
    typescript().isCallExpression(node) && isNamed(node.expression, "defineConfig")
      ? node.arguments[0]
      : undefined;
  const next = first ?? (typescript().isIdentifier(node) ? constants.get(node.text) : undefined);
  return next ? unwrap(next, constants, steps + 1) : node;
}

const isNamed = (node: ts.Expression, name: string): boolean =>
  typescript().isIdentifier(node) && node.text === name;

function propertyOf(
  node: ts.Expression | undefined,
  key: string,
  constants: Constants,
): ts.Expression | undefined {
  if (!node || !typescript().isObjectLiteralExpression(node)) return undefined;
  for (const property of node.properties) {
    if (typescript().isPropertyAssignment(property) && nameOf(property.name) === key) {
      return unwrap(property.initializer, constants);
    }
    if (typescript().isShorthandPropertyAssignment(property) && property.name.text === key) {
      return unwrap(property.name, constants);
    }
  }
  return undefined;
}

const nameOf = (name: ts.PropertyName): string | undefined =>
  typescript().isIdentifier(name) || typescript().isStringLiteralLike(name) ? name.text : undefined;

function textOf(node: ts.Expression | undefined, constants: Constants): string | undefined {
  if (!node) return undefined;
  const meant = unwrap(node, constants);
  return typescript().isStringLiteralLike(meant) ? meant.text : undefined;
}

/** A text, or `path.join("prisma", "schema")` and `path.resolve(__dirname, ...)` of texts. */
function pathOf(node: ts.Expression | undefined, constants: Constants, steps = 0): string | undefined {
  if (!node || steps > MAX_STEPS) return undefined;
  const text = textOf(node, constants) ?? joinedOf(unwrap(node, constants), constants, steps);
  return text === undefined ? undefined : posix.normalize(text.replaceAll("\\", "/"));
}

function joinedOf(node: ts.Expression, constants: Constants, steps: number): string | undefined {
  if (!typescript().isCallExpression(node) || !isJoin(node.expression)) return undefined;
  const parts = node.arguments.map((part) => (isHere(part) ? "." : pathOf(part, constants, steps + 1)));
  return parts.length && parts.every((part) => part !== undefined) ? posix.join(...parts) : undefined;
}

function isJoin(callee: ts.Expression): boolean {
  const name = typescript().isPropertyAccessExpression(callee) ? callee.name : callee;
  return isNamed(name as ts.Expression, "join") || isNamed(name as ts.Expression, "resolve");
}

/** `__dirname`, `import.meta.dirname`, `process.cwd()`. */
function isHere(node: ts.Expression): boolean {
  if (isNamed(node, "__dirname")) return true;
  if (typescript().isCallExpression(node)) {
    return typescript().isPropertyAccessExpression(node.expression) && node.expression.name.text === "cwd";
  }
  return (
    typescript().isPropertyAccessExpression(node) &&
    node.name.text === "dirname" &&
    typescript().isMetaProperty(node.expression)
  );
}

/** The variable in `env("X")`, `process.env.X`, `process.env["X"] ?? ""`, `env.X` and a template of one. */
function variableOf(node: ts.Expression | undefined, constants: Constants, steps = 0): string | undefined {
  if (!node || steps > MAX_STEPS) return undefined;
  const meant = unwrap(node, constants);
  const inner = (part: ts.Expression | undefined) => variableOf(part, constants, steps + 1);
  if (typescript().isBinaryExpression(meant)) return inner(meant.left) ?? inner(meant.right);
  if (typescript().isTemplateExpression(meant)) return inner(meant.templateSpans[0]?.expression);
  if (typescript().isCallExpression(meant)) {
    return isNamed(meant.expression, "env") ? textOf(meant.arguments[0], constants) : undefined;
  }
  if (typescript().isPropertyAccessExpression(meant) && isEnvironment(meant.expression))
    return meant.name.text;
  if (typescript().isElementAccessExpression(meant) && isEnvironment(meant.expression)) {
    return textOf(meant.argumentExpression, constants);
  }
  return undefined;
}

const isEnvironment = (node: ts.Expression): boolean =>
  isNamed(node, "env") || (typescript().isPropertyAccessExpression(node) && node.name.text === "env");
