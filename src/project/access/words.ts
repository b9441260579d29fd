import { singular } from "../../text/near.ts";
import { ROW_COMMANDS, type RowCommand } from "../row-access.ts";
import type { Scope } from "../tenancy.ts";

/** What a sentence of access says, before it is held against a project: `tenant: members read, admins write`. */
export interface Sentence {
  readonly scope?: Exclude<Scope["kind"], "unknown">;
  readonly clauses: readonly Clause[];
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}

export interface Clause {
  /** As written: `members`, `admins`, a role's name; one of several words stands between quotes. */
  readonly who: readonly string[];
  readonly commands: readonly RowCommand[];
}

/**
 * Reads access in words: an optional scope and a colon, then clauses of who and what they may do, divided by commas. A
 * clause without anybody goes on with those of the clause before: `members read, create; admins write`.
 */
export function readAccess(text: string): Sentence {
  const [, word, rest] = /^\s*([\w-]+)\s*(?::([\s\S]*))?$/.exec(text) ?? [];
  const scope = word === undefined ? undefined : SCOPES[word.toLowerCase()];
  const said = scope ? (rest ?? "") : text;
  const problems: string[] = [];
  if (word !== undefined && rest !== undefined && !scope)
    return { clauses: [], problems: [`"${word}" is no scope; there are tenant, user, public and service`] };
  const clauses: Clause[] = [];
  for (const part of said.match(PART) ?? []) {
    const clause = readClause(part, clauses.at(-1)?.who ?? [], problems);
    if (clause) clauses.push(clause);
  }
  return { ...(scope && { scope }), clauses, problems };
}

function readClause(part: string, before: readonly string[], problems: string[]): Clause | undefined {
  const who: string[] = [];
  const commands = new Set<RowCommand>();
  let sawVerb = false;
  for (const token of part.replace(/\bsigned[ -]in\b/gi, "authenticated").match(TOKEN) ?? []) {
    const word = token.toLowerCase();
    const verb = word.startsWith('"') ? undefined : (VERBS[word] ?? VERBS[singular(word)]);
    if (FILLERS.has(word)) continue;
    if (verb) for (const command of verb) commands.add(command);
    else if (sawVerb) problems.push(`"${token}" is nothing one can do; there are ${KNOWN_VERBS}`);
    else who.push(token);
    sawVerb ||= verb !== undefined;
  }
  if (!who.length && !sawVerb) return undefined;
  if (!sawVerb) {
    problems.push(`it does not say what ${who.join(" and ")} may do; there are ${KNOWN_VERBS}`);
    return undefined;
  }
  const those = who.length ? who : before;
  if (!those.length) problems.push(`it does not say who may ${part.trim()}`);
  return { who: those, commands: ROW_COMMANDS.filter((command) => commands.has(command)) };
}

/** What stands between commas; a name between quotes may hold any sign, a quote twice. */
const PART = /(?:"(?:[^"]|"")*"|[^,;.\n"])+/g;
const TOKEN = /"(?:[^"]|"")*"|[^\s&/+"]+/g;

/** The name between quotes; undefined for a word without. */
export const unquoted = (word: string): string | undefined =>
  word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : undefined;

const SCOPES: Readonly<Record<string, Sentence["scope"]>> = {
  tenant: "tenant",
  user: "user",
  personal: "user",
  public: "public",
  service: "service",
};

const WRITE: readonly RowCommand[] = ["insert", "update", "delete"];

const VERBS: Readonly<Record<string, readonly RowCommand[]>> = {
  read: ["select"],
  select: ["select"],
  see: ["select"],
  create: ["insert"],
  insert: ["insert"],
  add: ["insert"],
  update: ["update"],
  change: ["update"],
  edit: ["update"],
  delete: ["delete"],
  remove: ["delete"],
  write: WRITE,
  manage: ROW_COMMANDS,
  nothing: [],
};

const KNOWN_VERBS = "read, create, update, delete, write and manage";

const FILLERS = new Set([
  "and",
  "or",
  "may",
  "can",
  "only",
  "the",
  "a",
  "an",
  "their",
  "own",
  "row",
  "rows",
  "it",
  "them",
]);
