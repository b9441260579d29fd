import type { Node } from "@pgsql/types";
import type { TokenRange, Tokens } from "../tokens/tokens.ts";
import { formOf } from "./form.ts";
import { type FormTree, fillTree, parseForm } from "./form-tree.ts";

/** What gives the tree of a statement without the grammar, where it can. */
export type KnownForms = Pick<Forms, "treeOf">;

/** Forms that are remembered at a time. */
const MOST = 2000;

/** The trees of the forms that statements were met in more than once. */
export class Forms {
  /** "met" where one statement had the form so far, "none" where its tree cannot be filled. */
  private readonly trees = new Map<string, FormTree | "met" | "none">();

  /** The tree of a statement, its locations counted in tokens: good until the next one is asked for. */
  treeOf(tokens: Tokens, range: TokenRange): Node | undefined {
    const form = formOf(tokens, range);
    if (form === undefined) return undefined;
    const known = this.trees.get(form);
    const tree = known === "met" ? (parseForm(form) ?? "none") : known;
    if (tree !== known || tree === undefined) this.remember(form, tree ?? "met");
    return typeof tree === "object" ? fillTree(tree, tokens, range.first) : undefined;
  }

  private remember(form: string, tree: FormTree | "met" | "none"): void {
    if (this.trees.size >= MOST) this.trees.clear();
    this.trees.set(form, tree);
  }
}
