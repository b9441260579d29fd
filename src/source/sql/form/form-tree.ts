import type { Node } from "@pgsql/types";
import { parseTree } from "../grammar.ts";
import { foldedName } from "../tokens/locate.ts";
import { offsetsOf } from "../tokens/offsets.ts";
import { Kind, type Tokens, tokenText } from "../tokens/tokens.ts";
import { Hole } from "./form.ts";

/**
 * The tree of all statements of one form, filled for one of them at a time. Its locations are numbers of tokens from
 * the statement's first.
 */
export interface FormTree {
  readonly node: Node;
  readonly holes: readonly FilledHole[];
}

/** A string of the tree, and the token that it is written with. */
interface FilledHole {
  readonly parent: Record<string, unknown>;
  readonly key: string;
  readonly token: number;
}

/** Lower-case, as the grammar folds it, and nothing that anybody calls a table. */
const STAND_IN = "rowguard_stands_in_";

/**
 * Parses a form with a name of its own in each hole, so that the strings of the tree tell which token they come from.
 * Undefined where one comes from no token alone, and where the grammar refuses it.
 */
export function parseForm(form: string): FormTree | undefined {
  const { text, starts } = standIn(form);
  const parsed = parseTree(text);
  const node =
    "statements" in parsed && parsed.statements.length === 1 ? parsed.statements[0]!.stmt : undefined;
  if (node === undefined) return undefined;
  const offsets = offsetsOf(text);
  const holes: FilledHole[] = [];
  const place = (location: number) => (location < 0 ? location : starts.get(offsets.fromByte(location)));
  return openHoles(node as Record<string, unknown>, { holes, place }) ? { node, holes } : undefined;
}

function standIn(form: string): { readonly text: string; readonly starts: ReadonlyMap<number, number> } {
  const starts = new Map<number, number>();
  // A location of 0 is left out of the tree.
  let text = " ";
  form
    .split("\u0000")
    .slice(0, -1)
    .forEach((part, token) => {
      starts.set(text.length, token);
      const name = `${STAND_IN}${token}`;
      text += `${part === Hole.name ? name : part === Hole.string ? `'${name}'` : part} `;
    });
  return { text, starts };
}

interface Opening {
  readonly holes: FilledHole[];
  /** The token at a location of the tree; one that is none stays below zero. */
  place(location: number): number | undefined;
}

/** Finds the holes of a tree and turns its locations into tokens; false where a string is not one token's. */
function openHoles(parent: Record<string, unknown>, opening: Opening): boolean {
  return Object.entries(parent).every(([key, value]) => {
    if (typeof value === "string") return openHole(parent, key, value, opening);
    if (typeof value === "number" && LOCATIONS.has(key))
      return setLocation(parent, key, opening.place(value));
    return typeof value !== "object" || value === null || openHoles(value as typeof parent, opening);
  });
}

function openHole(parent: Record<string, unknown>, key: string, value: string, { holes }: Opening): boolean {
  if (!value.includes(STAND_IN)) return true;
  const token = Number(value.slice(STAND_IN.length));
  holes.push({ parent, key, token });
  return value === `${STAND_IN}${token}`;
}

const LOCATIONS = new Set(
  "location name_location list_start list_end rexpr_list_start rexpr_list_end".split(" "),
);

function setLocation(parent: Record<string, unknown>, key: string, token: number | undefined): boolean {
  parent[key] = token;
  return token !== undefined;
}

/** Fills the tree for the statement that begins at a token. */
export function fillTree({ node, holes }: FormTree, tokens: Tokens, first: number): Node {
  for (const { parent, key, token } of holes) parent[key] = written(tokens, first + token);
  return node;
}

const written = (tokens: Tokens, index: number): string =>
  tokens.kind[index] === Kind.string ? tokenText(tokens, index).slice(1, -1) : foldedName(tokens, index);
