import { type Func, qualify, type ResolvedType, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { commentOf, quoteDollars, quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { fitName, typeSql } from "./names.ts";

/** Schema of the functions that policies call: clients may run them, and no API shows them. */
export const FUNCTION_SCHEMA = "private";

/** What a function is made from. */
export interface Body {
  /** What it gives, for the comment: "The organizations that the caller belongs to". */
  readonly says: string;
  readonly returns: ResolvedType;
  readonly set: boolean;
  /** One SELECT, with every name qualified. */
  readonly select: string;
  /** It reads tables, so it runs as its owner: policies on those may call it without asking themselves. */
  readonly definer: boolean;
}

/** The functions that a set of policies calls, each made once. */
export interface Functions {
  /** The call to a function, `private.current_user_organizations()`; what has the same identity is the same function. */
  call(identity: string, name: string, make: () => Body): string;
  /** The schema and the functions, in the order in which they call each other. */
  statements(): string[];
}

export function collectFunctions(project: Project, callers: string): Functions {
  const calls = new Map<string, string>();
  const taken = new Set<string>();
  const made: string[] = [];
  return {
    call(identity, wanted, make) {
      const known = calls.get(identity);
      if (known !== undefined) return known;
      // What this one calls is asked for while its body is made, and so stands before it.
      const body = make();
      const { name, exists } = findName(project, wanted, body, taken);
      taken.add(name);
      const call = `${FUNCTION_SCHEMA}.${quoteIdentifier(name)}()`;
      calls.set(identity, call);
      if (!exists) made.push(...createFunction(call, body, callers));
      return call;
    },
    statements: () => (made.length ? [...createSchema(project, callers), ...made] : []),
  };
}

/** The wanted name, or the next that neither these functions nor the project has for something else. */
function findName(
  { catalog }: Project,
  wanted: string,
  body: Body,
  taken: ReadonlySet<string>,
): { readonly name: string; readonly exists: boolean } {
  for (let n = 1; ; n++) {
    const name = n === 1 ? fitName(wanted) : fitName(wanted, `_${n}`);
    if (taken.has(name)) continue;
    const [there] = catalog.functions.get(qualify(FUNCTION_SCHEMA, name)) ?? [];
    if (!there) return { name, exists: false };
    if (isSame(there, body)) return { name, exists: true };
  }
}

const isSame = (there: Func, { select, returns, set, definer }: Body): boolean =>
  there.source?.trim() === select &&
  there.returns?.name === returns.name &&
  there.returnsSet === set &&
  there.securityDefiner === definer;

/** The empty search path keeps anybody from putting a table in between. */
function createFunction(call: string, body: Body, callers: string): string[] {
  const { says, returns, set, select, definer } = body;
  return [
    `${commentOf(`${says}.`)}
create or replace function ${call} returns ${set ? "setof " : ""}${typeSql(returns)}
  language sql stable ${definer ? "security definer " : ""}set search_path = ''
  as ${quoteDollars(`\n  ${select}\n`)};`,
    ...(callers === "public"
      ? []
      : [`revoke all on function ${call} from public;`, `grant execute on function ${call} to ${callers};`]),
  ];
}

const createSchema = ({ catalog }: Project, callers: string): string[] => [
  ...(catalog.schemas.has(FUNCTION_SCHEMA) ? [] : [`create schema if not exists ${FUNCTION_SCHEMA};`]),
  `grant usage on schema ${FUNCTION_SCHEMA} to ${callers};`,
];

/** A table as SQL and an alias for it that no column of its own hides. */
export const fromTable = (table: Table): string => `${quoteQualified(table.schema, table.name)} r`;

export const keyOf = (table: Table): string => qualify(table.schema, table.name);
