import type { Position, PrepareRenameResult, WorkspaceEdit } from "vscode-languageserver";
import { isSameEntity, type Occurrence } from "../project/occurrences.ts";
import type { Client } from "./client.ts";
import { linesOf, rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";
import { occurrenceAtPosition } from "./navigation.ts";
import type { At } from "./requests.ts";

/** Only a policy can be renamed: tables and buckets have users that no source shows. */
export function prepareRename(
  snapshot: Snapshot,
  path: string,
  position: Position,
): PrepareRenameResult | undefined {
  const here = policyAt(snapshot, path, position);
  return here && { range: rangeOf(here, snapshot.text), placeholder: nameOf(here) };
}

/** Every statement that names the policy names it anew. History that is applied is the user's to judge: the editor shows the files. */
export function renameAt(
  { folder, snapshot, path }: At,
  position: Position,
  name: string,
  _client: Client,
): WorkspaceEdit | null {
  const here = policyAt(snapshot, path, position);
  if (!here || !name.trim()) return null;
  const text = `"${name.replaceAll('"', '""')}"`;
  const changes: Record<string, { range: ReturnType<typeof rangeOf>; newText: string }[]> = {};
  for (const each of snapshot.occurrences()) {
    if (!isSameEntity(each.entity, here.entity)) continue;
    const uri = folder.uris.uri(each.path);
    const range = linesOf(each.path, snapshot.text(each.path) ?? "").range(each.span);
    changes[uri] = [...(changes[uri] ?? []), { range, newText: text }];
  }
  return { changes };
}

const policyAt = (snapshot: Snapshot, path: string, position: Position): Occurrence | undefined => {
  const here = occurrenceAtPosition(snapshot, path, position);
  return here?.entity.kind === "policy" ? here : undefined;
};

const nameOf = ({ entity }: Occurrence): string => entity.key.slice(entity.key.indexOf("/") + 1);
