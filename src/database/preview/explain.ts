import { qualify } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { type Client, QueryError } from "../client.ts";
import type { Identity } from "../session/identity.ts";
import { type SessionOptions, withIdentity } from "../session/session.ts";
import type { PreviewStatement } from "../session/statement.ts";
import { type Access, askPolicies, type RelationName, readAccess, tryOut } from "./access.ts";
import { unrestricted } from "./count.ts";
import { findOwners, isForeign, type Owner } from "./ownership.ts";
import type { PreviewResult, RowOrigin, TableAccess } from "./result.ts";
import type { Rows } from "./rows.ts";
import type { SimpleQuery } from "./track.ts";

/** Who was given rows of what, and how to ask about them. */
export interface Question {
  readonly client: Client;
  readonly statement: PreviewStatement;
  readonly simple: SimpleQuery | undefined;
  readonly identity: Identity;
  readonly options: SessionOptions;
  readonly project: Project | undefined;
}

/** What is known of one table that rows came from; by address of the row. */
interface Source {
  readonly access: Access | undefined;
  /** undefined where rows cannot be followed, or a policy fails when asked alone. */
  readonly letting: ReadonlyMap<string, readonly string[]> | undefined;
  readonly owners: ReadonlyMap<string, Owner>;
}

type Explained = Pick<PreviewResult, "access" | "origins" | "foreign">;

/** Why an identity sees what it sees: what lets it, and whose the rows are. */
export async function explainRows(question: Question, { answer, addresses }: Rows): Promise<Explained> {
  const sources = await readSources(question, addresses);
  const origins = answer.rows.map((_, i) =>
    addresses ? originOf(addresses[i]!, sources, question.identity) : null,
  );
  return {
    access: sources.flatMap((source) =>
      source.access ? [tableAccess(source.access, source, addresses)] : [],
    ),
    origins,
    foreign: countForeign(question, addresses ?? [], sources),
  };
}

async function readSources(question: Question, addresses: Rows["addresses"]): Promise<Source[]> {
  const { client, identity, options } = question;
  const relations = relationsOf(question);
  const column = (i: number) => [...new Set((addresses ?? []).flatMap((row) => row[i] ?? []))];
  const asked = await withIdentity(client, identity, { ...options, write: false }, async (session) => {
    const accesses = await readAccess(session, relations);
    const found: Omit<Source, "owners">[] = [];
    for (const [i, access] of accesses.entries()) {
      const followed = access?.by === "policies" && addresses !== undefined && i < followedSources(question);
      const letting = followed
        ? await tryOut(session, () => askPolicies(session, access, column(i)))
        : undefined;
      found.push({ access, letting });
    }
    return found;
  });
  const sources: Source[] = [];
  for (const [i, each] of asked.value.entries())
    sources.push({ ...each, owners: await askWhose(question, each, column(i)) });
  return sources;
}

const followedSources = ({ simple }: Question): number => simple?.sources.length ?? 0;

/** Tables whose rows the result shows, then those that the statement only names. */
function relationsOf({ simple, statement }: Question): RelationName[] {
  const shown: readonly RelationName[] = simple?.sources ?? [];
  const same = (a: RelationName, b: RelationName) => a.name === b.name && a.schema === b.schema;
  return [...shown, ...statement.relations.filter((each) => !shown.some((other) => same(each, other)))];
}

/** The login knows best whose rows are; one that may not read past policies leaves it to who sees them. */
async function askWhose(
  { client, identity, options, project }: Question,
  { access }: Pick<Source, "access">,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Owner>> {
  if (!project || !access || !addresses.length) return new Map();
  const table = qualify(access.schema, access.name);
  for (const asked of [unrestricted(identity), identity])
    try {
      const held = await withIdentity(client, asked, { ...options, write: false }, (session) =>
        findOwners(session, project, table, addresses),
      );
      return held.value;
    } catch (error) {
      if (!(error instanceof QueryError) || error.lost) throw error;
    }
  return new Map();
}

function originOf(
  addresses: readonly (string | null)[],
  sources: readonly Source[],
  identity: Identity,
): RowOrigin {
  const owners = addresses.flatMap((address, i) => (address && sources[i]?.owners.get(address)) || []);
  const policies = addresses.flatMap((address, i) => {
    const { access, letting } = sources[i]!;
    if (!address || !access) return [];
    const table = qualify(access.schema, access.name);
    return (letting?.get(address) ?? []).map((policy) => ({ table, policy }));
  });
  const other = owners.find((owner) => isForeign(owner, identity));
  const owner = other ?? owners.find(({ kind }) => kind === "tenant") ?? owners[0];
  return { key: addresses.join(" "), of: owner?.name ?? null, foreign: other !== undefined, policies };
}

function tableAccess(access: Access, { letting }: Source, addresses: Rows["addresses"]): TableAccess {
  const verdicts = letting && addresses ? [...letting.values()] : undefined;
  return {
    table: qualify(access.schema, access.name),
    command: "select",
    by: access.by,
    restrictive: access.by === "policies" ? access.restrictive : [],
    policies:
      access.by !== "policies"
        ? []
        : access.policies.map(({ name }) => ({
            policy: name,
            rows: verdicts ? verdicts.filter((names) => names.includes(name)).length : null,
          })),
    seen: null,
    total: null,
  };
}

/** Rows of others than who asks, by owner. A row made from several counts for each owner once. */
function countForeign(
  { identity }: Question,
  addresses: readonly (readonly (string | null)[])[],
  sources: readonly Source[],
): PreviewResult["foreign"] {
  const counts = new Map<string, number>();
  for (const row of addresses) {
    const owners = row.flatMap((address, i) => (address && sources[i]?.owners.get(address)) || []);
    const names = owners.filter((owner) => isForeign(owner, identity)).map(({ name }) => name);
    for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([of, rows]) => ({ of, rows })).sort((a, b) => b.rows - a.rows);
}
