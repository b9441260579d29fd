import type { Catalog } from "../../catalog/catalog.ts";
import { findNear } from "../../text/near.ts";
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
    const said = sentenceIn(comment);
    if (said) found.set(key, said);
  }
  for (const { table, model } of models.values()) {
    const said = sentenceIn(model.documentation);
    if (said) found.set(table, { ...said, model: model.name });
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

function sentenceIn(comment: string | undefined): Declaration | undefined {
  if (comment === undefined) return undefined;
  const text = /@access[ \t]+(.*)/.exec(comment)?.[1]?.trim();
  return text === undefined ? misspelt(comment) : declare(text, "comment");
}

/** `@acess members read`: a word that is nearly the one, before a sentence that says who may do what. */
function misspelt(comment: string): Declaration | undefined {
  for (const [, word = "", text = ""] of comment.matchAll(/@([\w-]+:?)[ \t]+(.+)/g)) {
    const { scope, clauses, problems } = readAccess(text);
    if (problems.length || !(scope || clauses.length) || !findNear(word, ["access"])) continue;
    const sentence = { clauses: [], problems: [`"@${word}" is not read; it is written "@access"`] };
    return { text: text.trim(), sentence, from: "comment" };
  }
  return undefined;
}
