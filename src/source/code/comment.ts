import type ts from "typescript";
import type { SourceText } from "../../text/source-text.ts";
import { parse } from "./read.ts";
import { findScript } from "./script.ts";
import { startOf } from "./survey.ts";
import { typescript } from "./typescript.ts";

/**
 * How a comment is written at a place in code: between the children of JSX it is an expression. Undefined where it would
 * be text: in a template, and outside the scripts of a component. Wait for `loadTypeScript` once before.
 */
export function commentStyleAt(source: SourceText, at: number): "line" | "jsx" | undefined {
  const script = findScript(source);
  if (!isInScript(source.text, script.text, at)) return undefined;
  const { SyntaxKind, forEachChild } = typescript();
  const templates: readonly ts.SyntaxKind[] = [
    ...[SyntaxKind.NoSubstitutionTemplateLiteral, SyntaxKind.TemplateHead],
    ...[SyntaxKind.TemplateMiddle, SyntaxKind.TemplateTail],
  ];
  const file = parse(source.path, script);
  const styleIn = (node: ts.Node): "line" | "jsx" | undefined => {
    if (node.kind === SyntaxKind.JsxText) return "jsx";
    if (templates.includes(node.kind) && startOf(node, file) < at && at < node.end) return undefined;
    let inner: ts.Node | undefined;
    forEachChild(node, (child) => {
      // Of two that meet here the later one is meant, but for text of JSX, which the comment would become a part of.
      if (child.pos <= at && at <= child.end && inner?.kind !== SyntaxKind.JsxText) inner = child;
    });
    return inner ? styleIn(inner) : "line";
  };
  return styleIn(file);
}

/** Of a component, all but its scripts is blank. */
function isInScript(text: string, script: string, at: number): boolean {
  const lineBreak = text.indexOf("\n", at);
  const end = lineBreak < 0 ? text.length : lineBreak;
  return script.slice(at, end) === text.slice(at, end);
}
