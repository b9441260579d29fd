import type ts from "typescript";
import { loadGrammar } from "../sql/grammar.ts";

/** What is used of TypeScript. Its parser alone is in the bundle: a third of the whole, and loaded in a fifth of the time. */
export const PARSER = [
  "JSDocParsingMode",
  "NodeFlags",
  "ScriptKind",
  "ScriptTarget",
  "SyntaxKind",
  "canHaveModifiers",
  "createSourceFile",
  "forEachChild",
  "getModifiers",
  "isArrayBindingPattern",
  "isArrayLiteralExpression",
  "isArrowFunction",
  "isAsExpression",
  "isAwaitExpression",
  "isBinaryExpression",
  "isBindingElement",
  "isBlock",
  "isCallExpression",
  "isCatchClause",
  "isClassDeclaration",
  "isClassLike",
  "isConditionalExpression",
  "isConstructorDeclaration",
  "isDeleteExpression",
  "isElementAccessExpression",
  "isEmptyStatement",
  "isExportAssignment",
  "isExpressionStatement",
  "isExternalModuleReference",
  "isForInStatement",
  "isForOfStatement",
  "isFunctionDeclaration",
  "isFunctionExpression",
  "isFunctionLike",
  "isGetAccessorDeclaration",
  "isIdentifier",
  "isIfStatement",
  "isImportDeclaration",
  "isInterfaceDeclaration",
  "isIntersectionTypeNode",
  "isJsxAttribute",
  "isJsxExpression",
  "isMetaProperty",
  "isMethodDeclaration",
  "isNamedExports",
  "isNamedImports",
  "isNamespaceExport",
  "isNamespaceImport",
  "isNewExpression",
  "isNonNullExpression",
  "isNumericLiteral",
  "isObjectBindingPattern",
  "isObjectLiteralExpression",
  "isParameterPropertyDeclaration",
  "isParenthesizedExpression",
  "isParenthesizedTypeNode",
  "isPrefixUnaryExpression",
  "isPrivateIdentifier",
  "isPropertyAccessExpression",
  "isPropertyAssignment",
  "isPropertyDeclaration",
  "isPropertySignature",
  "isSatisfiesExpression",
  "isShorthandPropertyAssignment",
  "isSourceFile",
  "isSpreadAssignment",
  "isStatement",
  "isStringLiteral",
  "isStringLiteralLike",
  "isTemplateExpression",
  "isTemplateTail",
  "isTypeAliasDeclaration",
  "isTypeLiteralNode",
  "isTypeOfExpression",
  "isTypeQueryNode",
  "isTypeReferenceNode",
  "isUnionTypeNode",
  "isVariableDeclaration",
  "isVariableDeclarationList",
  "isVariableStatement",
] as const satisfies readonly (keyof typeof ts)[];

export type TypeScript = Pick<typeof ts, (typeof PARSER)[number]>;

let loaded: TypeScript | undefined;

/** Loads the parsers that `readCode` needs. Slow the first time, so a run that finds all facts in its cache never calls it. */
export async function loadTypeScript(): Promise<void> {
  if (loaded) return;
  const [module] = await Promise.all([import("typescript"), loadGrammar()]);
  loaded = module.default;
}

export function typescript(): TypeScript {
  if (!loaded) throw new Error("TypeScript is not loaded: await loadTypeScript() first.");
  return loaded;
}
