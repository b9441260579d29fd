import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import ts from "typescript";
import { PARSER } from "../source/code/typescript.ts";

/** Where the parser and what it stands on end in TypeScript's one file, as the comments of its own bundling say. */
const BEHIND_PARSER = "// src/compiler/commandLineParser.ts";

/** All of that file but what is around it is the body of one function, in which a bundler sees no parts. */
const OPENING = '((module) => {\n"use strict";';
const CLOSING = "\n})({ get exports()";

/** Gives the nodes of a tree the methods that its declarations promise. */
const NODES = "setObjectAllocator(getServicesObjectAllocator());";

/** Where a look ahead is taken back, which is all the time: to set a length calls the engine even where it is the same. */
const TAKEN_BACK = "parseDiagnostics.length = saveParseDiagnosticsLength;";
const IF_CHANGED = `if (parseDiagnostics.length !== saveParseDiagnosticsLength) ${TAKEN_BACK}`;

/** TypeScript without its checker, its emitter and its services, which are nine tenths of what loading it costs. */
export const typescriptParser: Plugin = {
  name: "typescript-parser",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]typescript[\\/]lib[\\/]typescript\.js$/ }, ({ path }) => {
      const parts = partsOf(bodyOf(readFileSync(path, "utf8")));
      return { contents: [...parts, NODES, `export default { ${PARSER.join(", ")} };`].join("\n") };
    });
  },
};

function bodyOf(text: string): string {
  const start = text.indexOf(OPENING);
  const end = text.lastIndexOf(CLOSING);
  if (start < 0 || end < 0 || !text.includes(BEHIND_PARSER) || !text.includes(TAKEN_BACK))
    throw new Error("TypeScript's file is put together in another way than it was.");
  return text.slice(start + OPENING.length, end).replace(TAKEN_BACK, IF_CHANGED);
}

/** The statements of a module from which a bundler can take what is needed. */
function partsOf(body: string): string[] {
  const end = body.indexOf(BEHIND_PARSER);
  const file = ts.createSourceFile("typescript.js", body, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  return file.statements.flatMap((statement) => {
    const text = body.slice(statement.getStart(file), statement.end);
    if (statement.getStart(file) < end) return isExport(text) ? [] : text;
    if (ts.isFunctionDeclaration(statement)) return text;
    // What only runs, such as to register a refactoring, is for those parts alone.
    return ts.isVariableStatement(statement) ? withPureCalls(statement, file) : [];
  });
}

/** Of the whole, or of a part as an object. */
const isExport = (text: string): boolean => /^(?:__export\(|module\.exports\b)/.test(text);

/** A variable whose value is made by a call goes when nobody asks for it. */
function withPureCalls(statement: ts.VariableStatement, file: ts.SourceFile): string {
  let text = "";
  let at = statement.getStart(file);
  for (const { initializer } of statement.declarationList.declarations) {
    if (!initializer || !(ts.isCallExpression(initializer) || ts.isNewExpression(initializer))) continue;
    const start = initializer.getStart(file);
    text += `${file.text.slice(at, start)}/* @__PURE__ */ `;
    at = start;
  }
  return text + file.text.slice(at, statement.end);
}
