import {
  LSPErrorCodes,
  type Position,
  type PrepareRenameResult,
  ResponseError,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Policy } from "../catalog/catalog.ts";
import { isSameEntity, type Occurrence } from "../project/occurrences.ts";
import type { Edit } from "../text/edit.ts";
import type { Finding } from "../text/finding.ts";
import { quoteIdentifier } from "../text/quote.ts";
import type { Client } from "./client.ts";
import { rangeOf } from "./convert.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Snapshot } from "./folder.ts";
import { occurrenceAtPosition } from "./navigation.ts";
import type { At } from "./requests.ts";

/** Only a policy can be renamed: tables and buckets have users that no source shows. */
export function prepareRename(
  snapshot: Snapshot,
  path: string,
  position: Position,
): PrepareRenameResult | undefined {
  const here = occurrenceAtPosition(snapshot, path, position);
  if (here?.entity.kind !== "policy") return undefined;
  const { name } = findPolicy(snapshot, path, here);
  return { range: rangeOf(here, snapshot.text), placeholder: name };
}

/**
 * Statements that name the policy name it anew where no database has run them yet; else the next migration renames it.
 * Refused with a sentence where there is no such policy, or the name cannot be had.
 */
export async function renameAt(
  { folder, snapshot, path }: At,
  position: Position,
  wanted: string,
  client: Client,
): Promise<WorkspaceEdit | null> {
  const here = occurrenceAtPosition(snapshot, path, position);
  if (here?.entity.kind !== "policy") return null;
  const policy = findPolicy(snapshot, path, here);
  const name = checkName(wanted.trim(), policy, snapshot, path);
  if (name === policy.name) return null;
  const fix = await folder.workspace.resolveFixes([renaming(policy, name, here, snapshot)], new Date());
  if (!fix || !folder.isCurrent(snapshot))
    return refuse("The file changed meanwhile, and nothing was renamed.");
  const edit = workspaceEditOf(fix, snapshot, client);
  return (
    edit ?? refuse(`"${policy.name}" may be applied; write in the next migration: ${sqlOf(policy, name)}`)
  );
}

function refuse(sentence: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, sentence);
}

/** The policy as it is after the whole history. */
function findPolicy(snapshot: Snapshot, path: string, { entity }: Occurrence): Policy {
  const slash = entity.key.indexOf("/");
  const [table, name] = [entity.key.slice(0, slash), entity.key.slice(slash + 1)];
  const policy = snapshot.projectOf(path)?.catalog.tables.get(table)?.policies.get(name);
  return policy ?? refuse(`A later statement drops or renames "${name}": there is no such policy to rename.`);
}

/** PostgreSQL cuts longer names, in bytes. */
const LONGEST = 63;

function checkName(name: string, policy: Policy, snapshot: Snapshot, path: string): string {
  const table = `${policy.schema}.${policy.table}`;
  if (!name) refuse("A policy needs a name.");
  if (Buffer.byteLength(name) > LONGEST) refuse(`PostgreSQL cuts names at ${LONGEST} bytes.`);
  const policies = snapshot.projectOf(path)!.catalog.tables.get(table)!.policies;
  if (name !== policy.name && policies.has(name)) refuse(`${table} has a policy "${name}" already.`);
  return name;
}

/** Said as a finding, it goes where every fix goes: in place, or into the next migration. */
function renaming(policy: Policy, name: string, here: Occurrence, snapshot: Snapshot): Finding {
  const inPlace = snapshot
    .occurrences()
    .filter(({ entity }) => isSameEntity(entity, here.entity))
    .map(({ path, span }): Edit => ({ path, span, text: quoteIdentifier(name) }));
  return {
    rule: "rename",
    category: "",
    severity: "info",
    at: here,
    subject: here.entity.key,
    message: "",
    remedy: {
      kind: "statements",
      title: `Rename policy ${policy.name} to ${name}`,
      statements: [sqlOf(policy, name)],
      inPlace,
    },
  };
}

const sqlOf = ({ schema, table, name }: Policy, to: string): string =>
  `alter policy ${quoteIdentifier(name)} on ${quoteIdentifier(schema)}.${quoteIdentifier(table)} rename to ${quoteIdentifier(to)};`;
