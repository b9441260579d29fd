import type ts from "typescript";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

/** The way from a whole to one of its parts: names of properties with their places, numbers of elements. */
export type Steps = readonly (Step | number)[];

export interface Step {
  readonly name: string;
  readonly at: number;
}

/** Where a name gets its value. */
export type Origin =
  | { readonly from: "import"; readonly module: number; readonly name: string }
  /** `import { X } from "$env/static/private"` is the variable itself. */
  | { readonly from: "environment"; readonly name: string; readonly at: number }
  | { readonly from: "value"; readonly init?: ts.Expression }
  | { readonly from: "param"; readonly of: FunctionNode; readonly index: number; readonly rest: boolean }
  | { readonly from: "each"; readonly of: ts.Expression; readonly loop: ts.Node }
  | { readonly from: "function"; readonly node: ts.FunctionDeclaration }
  | { readonly from: "class"; readonly node: ts.ClassLikeDeclaration }
  | { readonly from: "enum"; readonly node: ts.EnumDeclaration }
  | { readonly from: "nothing" };

export interface Declaration {
  readonly name: string;
  readonly origin: Origin;
  readonly steps: Steps;
  readonly fallback?: ts.Expression | undefined;
  readonly type?: ts.TypeNode | undefined;
  /** Values given later: `prisma = new PrismaClient()`. */
  readonly assigned: ts.Expression[];
  /** Index into the facts' bindings once something refers to it. */
  binding?: number;
}

/** Names that one block, function or file declares. */
export class Scope {
  private names: Map<string, Declaration> | undefined;
  readonly parent: Scope | undefined;
  /** The function's own scope, or the file's: where `var` lives. */
  readonly isFunction: boolean;

  constructor(parent: Scope | undefined, isFunction: boolean) {
    this.parent = parent;
    this.isFunction = isFunction;
  }

  declare(declaration: Declaration): void {
    this.names ??= new Map();
    const known = this.names.get(declaration.name);
    if (!known || known.origin.from === "nothing") this.names.set(declaration.name, declaration);
  }

  find(name: string): Declaration | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const found = scope.names?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  own(): Iterable<Declaration> {
    return this.names?.values() ?? [];
  }

  get functionScope(): Scope {
    let scope: Scope = this;
    while (!scope.isFunction && scope.parent) scope = scope.parent;
    return scope;
  }
}
