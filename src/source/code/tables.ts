import type ts from "typescript";
import { readClass } from "./class.ts";
import { readDeclaration } from "./expression.ts";
import type { BindingFact, ClassFact, FunctionFact } from "./facts.ts";
import { readFunction } from "./function.ts";
import type { Declaration, FunctionNode } from "./scope.ts";
import type { Survey } from "./survey.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { TypeFact, Value } from "./value.ts";

/**
 * The tables that values point into. A row is made when something first refers to it and filled afterwards, so that
 * facts hold what sites and exports reach, and no depth of references can overflow the stack.
 */
export class Tables {
  readonly bindings: BindingFact[] = [];
  readonly functions: FunctionFact[] = [];
  readonly classes: ClassFact[] = [];
  readonly types: TypeFact[] = [];
  /** Calls inside the chains that are sites. */
  readonly links = new Set<ts.Node>();
  /** Expressions that are sites, by node. */
  readonly siteOf = new Map<ts.Node, number>();
  readonly survey: Survey;
  private readonly rows = new Map<ts.Node | string, number>();
  private readonly waiting: (() => void)[] = [];
  private loops = 0;
  private readonly loopOf = new Map<ts.Node, number>();

  constructor(survey: Survey) {
    this.survey = survey;
  }

  /** Fills every row that was asked for, and the rows that those ask for. */
  fill(): void {
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) next();
  }

  bindingOf(declaration: Declaration): number {
    if (declaration.binding !== undefined) return declaration.binding;
    const index = this.bindings.push({ name: declaration.name, value: null }) - 1;
    declaration.binding = index;
    this.waiting.push(() => {
      const type = readType(this, declaration.type);
      const value = readDeclaration(this, declaration);
      this.bindings[index] = { name: declaration.name, value, ...(type && { type }) };
    });
    return index;
  }

  /** Whether something refers to a function or class. */
  has(node: ts.Node): boolean {
    return this.rows.has(node);
  }

  functionOf(node: FunctionNode): number {
    return this.row(node, this.functions, { params: [], returns: [] }, () => readFunction(this, node));
  }

  classOf(node: ts.ClassLikeDeclaration): number {
    return this.row(node, this.classes, { fields: {}, methods: {} }, () => readClass(this, node));
  }

  /** A type that the file declares, by name. */
  declaredType(name: string): number | undefined {
    const nodes = this.survey.types.get(name);
    if (!nodes) return undefined;
    return this.row(name, this.types, null, () => {
      const all = nodes.map((node) => readType(this, node));
      return all.length === 1 ? all[0]! : { is: "any", of: all };
    });
  }

  loop(node: ts.Node): number {
    const known = this.loopOf.get(node);
    if (known !== undefined) return known;
    this.loopOf.set(node, this.loops);
    return this.loops++;
  }

  private row<Row>(key: ts.Node | string, table: Row[], empty: Row, read: () => Row): number {
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const index = table.push(empty) - 1;
    this.rows.set(key, index);
    this.waiting.push(() => {
      table[index] = read();
    });
    return index;
  }
}

/** The value of a name as seen from a node: an import, a binding, or a name that no scope declares. */
export function resolveName(tables: Tables, name: ts.Identifier, at: ts.Node = name): Value {
  if (name.text === "undefined" || name.text === "NaN") return null;
  const declaration = tables.survey.scopeAt(at).find(name.text);
  if (!declaration) return { is: "global", name: name.text };
  return valueOfDeclaration(tables, declaration);
}

export function valueOfDeclaration(tables: Tables, declaration: Declaration): Value {
  const { origin, steps, assigned } = declaration;
  if (origin.from === "import") return { is: "import", module: origin.module, name: origin.name };
  if (origin.from === "environment") return { is: "environment", name: origin.name, at: origin.at };
  if (origin.from === "nothing" && !assigned.length) return null;
  if (
    origin.from === "value" &&
    steps.length === 0 &&
    !assigned.length &&
    !declaration.type &&
    isPlain(origin.init)
  )
    return null;
  return { is: "binding", binding: tables.bindingOf(declaration) };
}

/** Numbers, markup and the like: nothing that a name, a client or an environment could come from. */
function isPlain(init: ts.Expression | undefined): boolean {
  if (!init) return true;
  const t = typescript();
  const K = t.SyntaxKind;
  switch (init.kind) {
    case K.NumericLiteral:
    case K.NullKeyword:
    case K.RegularExpressionLiteral:
    case K.JsxElement:
    case K.JsxSelfClosingElement:
    case K.JsxFragment:
    case K.PrefixUnaryExpression:
      return true;
    default:
      return false;
  }
}
