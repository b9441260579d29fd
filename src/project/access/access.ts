import { qualify, type Table } from "../../catalog/catalog.ts";
import { findNear, singular } from "../../text/near.ts";
import type { Project } from "../project.ts";
import { ROW_COMMANDS, type RowCommand } from "../row-access.ts";
import type { Membership, Scope } from "../tenancy.ts";
import { type Allowed, type Audience, widest } from "./audience.ts";
import type { Declaration } from "./declared.ts";
import { defaultAccess } from "./defaults.ts";
import { readAccess, type Sentence, unquoted } from "./words.ts";

/** Who may do what with a table's rows: as declared, else as its scope calls for. */
export interface Access {
  readonly scope: Scope;
  readonly allowed: Allowed;
  /** The words it comes from. */
  readonly text: string;
  readonly declaration?: Declaration;
  /** What of a declaration means nothing here, one sentence each. */
  readonly problems: readonly string[];
}

/** Undefined for tables of the platform, and where neither words nor scope say anything. */
export function accessOf(project: Project, table: Table): Access | undefined {
  const key = qualify(table.schema, table.name);
  const scope = project.tenancy.scopes.get(key);
  if (!scope) return undefined;
  const declaration = project.tenancy.declarations.get(key);
  const says = declaration?.sentence.clauses.length ? declaration : undefined;
  const text = says?.text ?? (scope.asked === undefined ? defaultAccess(project, table, scope) : undefined);
  if (text === undefined) return undefined;
  const sentence = says?.sentence ?? readAccess(text);
  const meant = meaningOf(sentence, { project, table, scope, declared: says !== undefined });
  return {
    scope,
    text,
    allowed: meant.allowed,
    problems: [...new Set([...(declaration?.sentence.problems ?? []), ...meant.problems])],
    ...(declaration && { declaration }),
  };
}

interface Context {
  readonly project: Project;
  readonly table: Table;
  readonly scope: Scope;
  /** Words of the user's own must mean something; those of a default fall back to fewer people. */
  readonly declared: boolean;
}

function meaningOf({ clauses }: Sentence, context: Context): { allowed: Allowed; problems: string[] } {
  const open: Record<RowCommand, Audience[]> = { select: [], insert: [], update: [], delete: [] };
  const problems: string[] = [];
  for (const { who, commands } of clauses)
    for (const word of who) {
      const audience = audienceOf(word, context);
      if (typeof audience === "string") problems.push(audience);
      else if (audience) for (const command of commands) open[command].push(audience);
    }
  // A row must be seen to be changed or deleted.
  open.select.push(...open.update, ...open.delete);
  const allowed = Object.fromEntries(ROW_COMMANDS.map((command) => [command, widest(open[command])]));
  return { allowed: allowed as unknown as Allowed, problems };
}

/** Undefined for nobody; a sentence where the word means nothing for this table. */
function audienceOf(word: string, context: Context): Audience | string | undefined {
  const name = unquoted(word);
  if (name !== undefined) return namedRole(name, context) ?? unknownAudience(name, context);
  const said = word.toLowerCase();
  if (/^(nobody|none|service)$/.test(said)) return undefined;
  if (/^(everyone|everybody|anyone|public|anon|anonymous|visitors?)$/.test(said))
    return { kind: "everyone", name: "everyone" };
  if (/^(users|authenticated)$/.test(said)) return { kind: "signed-in", name: "users" };
  return roleAudience(said, context) ?? selfAudience(said, context) ?? unknownAudience(word, context);
}

function namedRole(name: string, { project, scope }: Context): Audience | undefined {
  const role =
    scope.kind === "tenant" ? project.tenancy.memberships[0]?.roles.find((each) => each === name) : undefined;
  return role === undefined ? undefined : { kind: "members", name: role.toLowerCase(), roles: [role] };
}

function roleAudience(said: string, context: Context): Audience | undefined {
  const { project, scope } = context;
  if (scope.kind !== "tenant") return undefined;
  const [membership] = project.tenancy.memberships;
  const ranks = ranksOf(membership);
  if (said === "members") return { kind: "members", name: "members" };
  if (said === "admins" || said === "owners")
    return ranks[said] ?? (context.declared ? undefined : fallback(said, ranks, context));
  const named = membership?.roles.find(
    (role) => role.toLowerCase() === said || role.toLowerCase() === singular(said),
  );
  if (named !== undefined) return { kind: "members", name: `${named}`.toLowerCase(), roles: [named] };
  return said === "member" ? { kind: "members", name: "members" } : undefined;
}

/** Who owns a tenant by its own column is its one member; where nothing names admins, nobody is known to be one. */
function fallback(said: "admins" | "owners", ranks: Ranks, context: Context): Audience | undefined {
  if (said === "owners" && ranks.admins) return ranks.admins;
  const { memberships, tenant } = context.project.tenancy;
  const isOwned = memberships[0] !== undefined && memberships[0].table === tenant?.table;
  return isOwned ? { kind: "members", name: "members" } : undefined;
}

interface Ranks {
  readonly admins?: Audience;
  readonly owners?: Audience;
}

/** Owners stand above admins, and admins above everybody. */
export function ranksOf(membership: Membership | undefined): Ranks {
  const named = (pattern: RegExp) => (membership?.roles ?? []).filter((role) => pattern.test(role));
  const owners = named(OWNERS);
  const admins = [...owners, ...named(ADMINS)];
  return {
    ...(owners.length && { owners: { kind: "members", name: "owners", roles: owners } }),
    ...(admins.length && { admins: { kind: "members", name: "admins", roles: admins } }),
  };
}

const OWNERS = /^(\w*_)?(owner|founder|super_?admin)$/i;
const ADMINS = /^(?!.*super_?admin)(\w*_)?(admin|administrator|manager)$/i;

function selfAudience(said: string, context: Context): Audience | undefined {
  if (!/^(self|owners?|authors?|creators?|assignees?|user|themselves|themself)$/.test(said)) return undefined;
  const column = ownColumn(context);
  return column === undefined ? undefined : { kind: "self", name: "own", column };
}

/** The column that says whose the row is, of the table or of the one it hangs on. */
function ownColumn({ project, table, scope }: Context): string | undefined {
  const key = qualify(table.schema, table.name);
  if (key === project.tenancy.user?.table) return project.tenancy.user.column;
  return scope.ownerColumn ?? (scope.kind === "user" ? scope.column : undefined);
}

function unknownAudience(word: string, context: Context): string | undefined {
  if (!context.declared) return undefined;
  const roles = context.scope.kind === "tenant" ? (context.project.tenancy.memberships[0]?.roles ?? []) : [];
  const known = [
    ...(context.scope.kind === "tenant" ? ["members", "admins", "owners"] : []),
    "self",
    "users",
    "everyone",
    ...roles,
  ];
  const said = word.toLowerCase();
  const near = findNear(said, known);
  if (near !== undefined && near !== said) return `there is nobody called "${word}"; "${near}" is near`;
  if (known.includes(said)) return `nothing says who "${word}" of this table are`;
  return `there is nobody called "${word}" here; there are ${known.join(", ")}`;
}
