import { qualify, type Table } from "../catalog/catalog.ts";
import { accessOf } from "../project/access/access.ts";
import type { Project } from "../project/project.ts";
import { isConcealed } from "../project/reach.ts";
import type { Edit, NewFile } from "../text/edit.ts";
import { protectBucket, unmentionedBuckets } from "./buckets.ts";
import { createCaller } from "./caller.ts";
import { protectChannel } from "./channels.ts";
import { createConditions } from "./conditions.ts";
import { collectFunctions } from "./functions.ts";
import { rolesFor } from "./grants.ts";
import { createGuards } from "./guards.ts";
import { indexFor } from "./indexes.ts";
import { prismaExtension } from "./prisma-extension.ts";
import { prismaIndex } from "./prisma-index.ts";
import { protectTable } from "./table.ts";

/** Policies as SQL, and the tables and buckets that nothing could be written for, with the reason. */
export interface Generated {
  readonly groups: readonly StatementGroup[];
  readonly undecided: readonly { readonly subject: string; readonly why: string }[];
  /** Code without which the policies know nobody. */
  readonly files: readonly NewFile[];
  /** What code must say for policies to be asked, and models for what is there to be kept. */
  readonly edits: readonly Edit[];
}

/** Statements that belong together, below one line of comment. */
export interface StatementGroup {
  readonly title: string;
  readonly statements: readonly string[];
}

export interface GenerateRequest {
  /** Catalog keys. */
  readonly tables: readonly string[];
  /** Bucket ids. */
  readonly buckets: readonly string[];
  /** Topics of broadcast and presence channels, as code has them: `room:*`. */
  readonly channels?: readonly string[];
  /** Tables whose policies are dropped and written anew; elsewhere they are kept, and such tables left alone. */
  readonly replace?: readonly string[];
  /** Tables that the project has closed to everybody: policies would open them, so each is left to the user. */
  readonly closed?: readonly string[];
  /** Tables whose policies do not hold, as row-level security is off: whether they should is left to the user. */
  readonly idle?: readonly string[];
}

/** What policies were written for: tables by catalog key, buckets by id, channels by their topic. */
export type Protected = Required<Pick<GenerateRequest, "tables" | "buckets" | "channels">>;

/** Every table of the project that row-level security does not protect yet, and every private bucket without a policy. */
export function everythingOpen(project: Project): GenerateRequest {
  const all = [...project.catalog.tables.values()].filter((table) => isOpen(project, table));
  const closed = new Set(all.filter((table) => isClosed(project, table)));
  const keysOf = (tables: Iterable<Table>) => [...tables].map(({ schema, name }) => qualify(schema, name));
  return {
    tables: keysOf(all.filter((table) => !closed.has(table))),
    buckets: unmentionedBuckets(project),
    closed: keysOf(closed),
  };
}

/** Tables whose policies do not hold, as row-level security is off. */
export const idleTables = (project: Project): string[] =>
  [...project.catalog.tables].flatMap(([key, table]) => {
    const isIdle = !table.rowSecurity && table.policies.size > 0 && !table.platform && !table.uncertain;
    return isIdle && !isConcealed(project, table) ? [key] : [];
  });

/** Switched on and without a policy, where other tables have theirs and nothing is declared of it: that is meant. */
function isClosed({ catalog, tenancy }: Project, table: Table): boolean {
  if (!table.rowSecurity || tenancy.declarations.has(qualify(table.schema, table.name))) return false;
  return [...catalog.tables.values()].some(({ platform, policies }) => !platform && policies.size > 0);
}

const IDLE =
  "row-level security is off, so that the policies it has do not hold: `rowguard fix` switches it on; named with --replace, they are written anew";

/** A table that only the service may touch is done with the switch alone. */
export function isOpen(project: Project, table: Table): boolean {
  if (isConcealed(project, table) || table.policies.size || table.uncertain || table.kind === "foreign")
    return false;
  const scope = project.tenancy.scopes.get(qualify(table.schema, table.name));
  return !(table.rowSecurity && scope?.kind === "service");
}

/**
 * The SQL that protects tables and buckets as is declared of them, or as their tenancy calls for: the switch, one policy
 * for each command, the functions that those call, and an index where none leads with the compared column. A table whose
 * tenancy is not known is not guessed: it is in `undecided`.
 */
export function generatePolicies(project: Project, request: GenerateRequest): Generated {
  const undecided: { subject: string; why: string }[] = [];
  const roles = rolesFor(project);
  const functions = collectFunctions(project, roles.signedIn.join(", "));
  const caller = createCaller(project, functions);
  const conditions = createConditions(project, caller, functions);
  const guards = createGuards(project, caller, conditions);
  const writing = { project, roles, conditions, guards };
  const replace = new Set(request.replace);
  const take = (subject: string, title: string, made: readonly string[] | string): StatementGroup[] => {
    if (typeof made !== "string") return made.length ? [{ title, statements: made }] : [];
    undecided.push({ subject, why: made });
    return [];
  };
  for (const subject of request.closed ?? [])
    undecided.push({
      subject,
      why: "row-level security is on and no policy lets anybody in, as if that is meant; name it to have it opened",
    });
  for (const subject of request.idle ?? []) undecided.push({ subject, why: IDLE });
  const indexes: string[] = [];
  const edits: Edit[] = [];
  const tables = request.tables.flatMap((key) => {
    const made = protect(key);
    if (typeof made !== "string") takeIndex(key);
    return take(key, `Protect ${key.replace(/\s+/g, " ")}`, made);
  });
  const buckets = request.buckets.flatMap((id) =>
    take(id, `Protect the bucket ${id.replace(/\s+/g, " ")}`, protectBucket(project, id, roles, caller)),
  );
  const channels = (request.channels ?? []).flatMap((topic) => {
    const made = protectChannel(topic, { project, roles, caller, conditions });
    if (typeof made !== "string") edits.push(...made.edits);
    return take(
      topic,
      `Protect the channel ${topic.replace(/\s+/g, " ")}`,
      typeof made === "string" ? made : made.statements,
    );
  });
  const protects = [...tables, ...buckets, ...channels];
  const groups = [
    { title: "What the policies ask", statements: protects.length ? functions.statements() : [] },
    ...protects,
    { title: "What the policies compare", statements: indexes },
  ].filter(({ statements }) => statements.length);
  const extension = tables.length ? prismaExtension(project) : undefined;
  return { groups, undecided, edits, files: extension ? [extension] : [] };

  function protect(key: string): readonly string[] | string {
    const table = project.catalog.tables.get(key);
    if (!table) return "there is no such table";
    if (table.policies.size && !replace.has(key))
      return table.rowSecurity ? "it has policies already, which are kept" : IDLE;
    const access = accessOf(project, table);
    return access
      ? protectTable(table, access, writing)
      : `${whatIsAsked(key)}: say so in the configuration, "tenancy": { "scopes": { ${JSON.stringify(key)}: ... } }`;
  }

  function whatIsAsked(key: string): string {
    const asked = project.tenancy.scopes.get(key)?.asked;
    return `whose rows it holds is not known${asked === undefined ? "" : ` (${asked})`}`;
  }

  function takeIndex(key: string): void {
    const table = project.catalog.tables.get(key)!;
    const scope = project.tenancy.scopes.get(key);
    const index = scope && indexFor(table, scope);
    if (!index) return;
    indexes.push(index.sql);
    const edit = prismaIndex(project, table, index);
    if (edit) edits.push(edit);
  }
}
