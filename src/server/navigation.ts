import type { Location, Position } from "vscode-languageserver";
import { isSameEntity, type Occurrence, occurrenceAt } from "../project/occurrences.ts";
import { linesOf, locationOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** What is named at a position, or undefined. */
export function occurrenceAtPosition(
  snapshot: Snapshot,
  path: string,
  position: Position,
): Occurrence | undefined {
  const text = snapshot.text(path);
  if (text === undefined) return undefined;
  return occurrenceAt(snapshot.occurrences(), path, linesOf(path, text).offset(position));
}

/**
 * Where the thing at a position is defined. From its own definition the other ones: from a model to its CREATE TABLE
 * and back, since both define the table.
 */
export function findDefinition(snapshot: Snapshot, path: string, position: Position): Location[] {
  const here = occurrenceAtPosition(snapshot, path, position);
  if (!here) return [];
  const definitions = snapshot
    .occurrences()
    .filter((each) => each.definition && isSameEntity(each.entity, here.entity));
  const others = definitions.filter((each) => each.path !== here.path || each.span.start !== here.span.start);
  return (others.length ? others : definitions).map((each) => locationOf(each, snapshot.uris, snapshot.text));
}

/** Everything that names the same table, policy, bucket or function. */
export function findReferences(
  snapshot: Snapshot,
  path: string,
  position: Position,
  definitions: boolean,
): Location[] {
  const here = occurrenceAtPosition(snapshot, path, position);
  if (!here) return [];
  return snapshot
    .occurrences()
    .filter((each) => isSameEntity(each.entity, here.entity) && (definitions || !each.definition))
    .map((each) => locationOf(each, snapshot.uris, snapshot.text));
}
