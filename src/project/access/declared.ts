import type { Catalog } from "../../catalog/catalog.ts";
import type { Model, ProjectSettings } from "../project.ts";
import { findConfigured } from "../tenancy/user.ts";
import { readAccess, type Sentence } from "./words.ts";

/** Access to a table in the user's own words. */
export interface Declaration {
  readonly text: string;
  readonly sentence: Sentence;
  readonly from: "configuration" | "comment";
  /** The model above which it stands; the configuration's words have none here. */
  readonly model?: string;
}

/**
 * What is declared of tables, by key: in the configuration, else as `/// @access ...` above a model, else in the
 * table's own comment in the database.
 */
export function findDeclarations(
  catalog: Catalog,
  models: ReadonlyMap<string, Model>,
  { access }: ProjectSettings,
): ReadonlyMap<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const [key, { comment }] of catalog.tables) {
    const text = sentenceIn(comment);
    if (text !== undefined) found.set(key, declare(text, "comment"));
  }
  for (const { table, model } of models.values()) {
    const text = sentenceIn(model.documentation);
    if (text === undefined) continue;
    found.set(table, { ...declare(text, "comment"), model: model.name });
  }
  for (const [name, text] of Object.entries(access.tables)) {
    const key = findConfigured(catalog, name);
    if (key !== undefined) found.set(key, declare(text, "configuration"));
  }
  return found;
}

const declare = (text: string, from: Declaration["from"]): Declaration => ({
  text,
  sentence: readAccess(text),
  from,
});

const sentenceIn = (comment: string | undefined): string | undefined =>
  comment === undefined ? undefined : /@access[ \t]+(.*)/.exec(comment)?.[1]?.trim();
