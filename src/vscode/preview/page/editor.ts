import { autocompletion, closeBrackets, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, SQLDialect, sql } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { typingOver } from "./typing.ts";

export interface StatementEditor {
  readonly element: HTMLElement;
  text(): string;
  /** Shows a statement; of a text with several, the one at the offset. */
  show(text: string, offset: number): void;
  /** Names to complete. */
  know(relations: readonly string[]): void;
  focus(): void;
}

/** The editor's colours: those of the theme, by what each of them is for. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], class: "sql-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "sql-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "sql-number" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], class: "sql-comment" },
  { tag: tags.typeName, class: "sql-type" },
]);

/**
 * PostgreSQL's reserved words, and those that give a statement its form. The library takes every word of every standard
 * for one, and with them half of all columns: `id`, `name`, `status`.
 */
const KEYWORDS = `all analyze and any array as asc asymmetric both case cast check collate column constraint create
  current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
  leading limit localtime localtimestamp not null offset on only or order placing primary references returning select
  session_user some symmetric system_user table then to trailing true union unique user using variadic when where
  window with cross current_schema freeze full ilike inner is isnull join left like natural notnull outer overlaps
  right similar tablesample between exists row values by call conflict delete explain following insert materialized
  matched merge nothing nulls over partition preceding recursive rollup set truncate unbounded update within`;

const DIALECT = SQLDialect.define({ ...PostgreSQL.spec, keywords: KEYWORDS.replace(/\s+/g, " ") });

/** One statement of PostgreSQL's SQL. The nonce is for the style sheet that the library writes. */
export function createEditor(nonce: string, run: () => void): StatementEditor {
  const language = new Compartment();
  const view = new EditorView({
    extensions: [
      EditorView.cspNonce.of(nonce),
      // Before the keys that break lines.
      Prec.highest(
        keymap.of([
          {
            key: "Mod-Enter",
            run: (target) => {
              closeCompletion(target);
              run();
              return true;
            },
          },
        ]),
      ),
      typingOver,
      history(),
      closeBrackets(),
      autocompletion({ icons: false }),
      keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      language.of(sql({ dialect: DIALECT })),
      syntaxHighlighting(HIGHLIGHT),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "One SQL statement; Ctrl+Enter runs it" }),
      placeholder("select * from …"),
    ],
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString().trim(),
    show(text, offset) {
      const shown = statementAt(text, offset);
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: shown } });
    },
    know(relations) {
      const schema = Object.fromEntries(relations.map((name) => [name.replace(/^public\./, ""), []]));
      view.dispatch({ effects: language.reconfigure(sql({ dialect: DIALECT, schema })) });
    },
    focus: () => view.focus(),
  };
}

function statementAt(text: string, offset: number): string {
  const tree = PostgreSQL.language.parser.parse(text);
  const statements = tree.topNode.getChildren("Statement");
  const found = statements.find(({ to }) => offset <= to) ?? statements.at(-1);
  return (found ? text.slice(found.from, found.to) : text).trim().replace(/;$/, "");
}
