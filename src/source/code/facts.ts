import type { Span } from "../../text/span.ts";
import type { Directive } from "../sql/statement.ts";
import type { TypeFact, Value } from "./value.ts";

/**
 * What one code file says, as plain data: kept instead of its tree, and cached on disk by the hash of its content and
 * its extension (`path` is set anew for every path with that content). Names of other files are not resolved here.
 */
export interface CodeFacts {
  readonly path: string;
  /** `skim`: only modules and marks were read, without a parser; linking says when such a file matters after all. */
  readonly depth: "skim" | "full";
  /** "use client" or "use server" at the top, `import "server-only"`, and components that ship to browsers by nature. */
  readonly side?: "client" | "server";
  /** What the content says the file is, whatever its path. */
  readonly hint?: "test" | "generated" | "script";
  readonly modules: readonly ModuleFact[];
  /** Exported name to its value; "default" for the default, "=" for `module.exports = x`. */
  readonly exports: Readonly<Record<string, Value>>;
  /** Modules, by index, of `export * from`. */
  readonly stars: readonly number[];
  readonly bindings: readonly BindingFact[];
  readonly functions: readonly FunctionFact[];
  readonly classes: readonly ClassFact[];
  readonly types: readonly TypeFact[];
  readonly sites: readonly SiteFact[];
  readonly calls: readonly CallFact[];
  readonly carried: readonly CarriedFact[];
  readonly environment: readonly EnvironmentFact[];
  readonly environmentSchemas: readonly EnvironmentSchemaFact[];
  readonly secrets: readonly SecretFact[];
  readonly directives: readonly Directive[];
  /** Names in the output of `supabase gen types`. */
  readonly generated?: GeneratedFact;
}

/** A module that the file imports, requires or re-exports from. */
export interface ModuleFact {
  readonly specifier: string;
  /** Where the specifier begins, inside its quotes. */
  readonly at: number;
  readonly quote: string;
  /** Where its statement begins. */
  readonly start: number;
  /** Names as the other module exports them; "*" for the whole, "default" for the default. */
  readonly names: readonly string[];
  readonly how: "import" | "export" | "call";
  /** Gone after compilation: `import type`, or only used in types. */
  readonly typeOnly?: true;
}

/** A variable, function, class or import that something of interest refers to. */
export interface BindingFact {
  readonly name: string;
  readonly value: Value;
  readonly type?: TypeFact;
}

export interface FunctionFact {
  readonly name?: string;
  readonly params: readonly ParamFact[];
  readonly returns: readonly Value[];
  readonly returnType?: TypeFact;
  /** The call it is an argument of: `tables.forEach((table) => ...)`. */
  readonly given?: { readonly callee: Value; readonly arg: number };
  /** Calls in the body of its own parameters: `work(tx)`. */
  readonly gives?: readonly { readonly param: number; readonly args: readonly Value[] }[];
}

export interface ParamFact {
  readonly type?: TypeFact;
  readonly fallback?: Value;
}

export interface ClassFact {
  readonly name?: string;
  readonly extends?: Value;
  readonly fields: Readonly<Record<string, { readonly value: Value; readonly type?: TypeFact }>>;
  /** Methods by name, as indexes into `functions`; getters under `get name`. */
  readonly methods: Readonly<Record<string, number>>;
  readonly init?: number;
  /** Arguments of `super(...)`. */
  readonly superArgs?: readonly Value[];
}

/** An expression that may turn out to use the database; linking evaluates it. */
export interface SiteFact {
  readonly value: Value;
  readonly span: Span;
  /** For a `new` or a factory call: what surrounds it. */
  readonly made?: MadeFact;
  /** For SQL in a template or string. */
  readonly sql?: SqlFact;
}

export interface MadeFact {
  readonly guarded: boolean;
  readonly insideFunction: boolean;
  readonly variable?: string;
  readonly exportedAs?: string;
  /** The statement that declares the variable; absent where something else is assigned to it later. */
  readonly declaration?: Span;
  readonly imported?: ImportedFact;
}

/** The statement that imports what a client is made with: names between braces, and no comment among them. */
export interface ImportedFact {
  readonly span: Span;
  /** As written: `PrismaClient`, `type Prisma`, `a as b`. */
  readonly names: readonly string[];
  readonly quote: string;
}

export interface SqlFact {
  readonly tag: string;
  /** Text with `$1`, `$2` ... for holes. */
  readonly text: string;
  readonly settings: readonly { readonly setting: string; readonly local: boolean | undefined }[];
  readonly inTransaction: boolean;
  /** The tag alone tells that it is SQL: `sql`, `$queryRaw`. */
  readonly certain: boolean;
}

/** A call that hands names or clients to a function or component of the project. */
export interface CallFact {
  /** Name by which the callee's own file knows it, as far as this file can tell; see `callerName`. */
  readonly name: string;
  readonly callee: Value;
  readonly args: readonly Value[];
}

/** A property that carries a value to where types do not lead: `{ prisma }`, `req.db = db`, `interface Context { prisma: PrismaClient }`. */
export interface CarriedFact {
  readonly name: string;
  readonly value?: Value;
  readonly type?: TypeFact;
}

export interface EnvironmentFact {
  readonly span: Span;
  /** `process.env.X`, or the value that names it: `process.env[name]`. */
  readonly variable: Value;
  readonly asserted: boolean;
  /** A hand-written check: the value is tested and its absence throws. */
  readonly checked: boolean;
}

export interface EnvironmentSchemaFact {
  readonly span: Span;
  readonly library: string;
  readonly variables: readonly string[];
  /** Where the shape stands in another value. */
  readonly shape?: Value;
}

export interface SecretFact {
  readonly span: Span;
  readonly what: string;
  readonly demo: boolean;
  /** The same for the same secret, which it does not tell. */
  readonly mark: string;
}

/** By `schema.name`. */
export interface GeneratedFact {
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly views: Readonly<Record<string, readonly string[]>>;
  readonly functions: readonly string[];
}

/** Facts of a file of which nothing could be read. */
export const noFacts = (path: string): CodeFacts => ({
  path,
  depth: "full",
  modules: [],
  exports: {},
  stars: [],
  bindings: [],
  functions: [],
  classes: [],
  types: [],
  sites: [],
  calls: [],
  carried: [],
  environment: [],
  environmentSchemas: [],
  secrets: [],
  directives: [],
});
