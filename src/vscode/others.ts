import * as vscode from "vscode";

/** Other extensions, which underline some of our findings in open files as well: those are left to them. */
export interface Others {
  /** False where more or less would be left out of an answer than of the last one. */
  isAsBefore(uri: vscode.Uri): boolean;
  /** Our findings without those. */
  without(uri: vscode.Uri, items: readonly vscode.Diagnostic[]): vscode.Diagnostic[];
  leftOut(uri: vscode.Uri): readonly vscode.Diagnostic[];
}

/** The editor's own, which holds an open configuration against our schema. It is awake wherever JSON is open. */
const JSON_FEATURES = "vscode.json-language-features";

/** Rules whose findings in an open file another extension underlines already, by its name. */
const DOUBLED: Readonly<Record<string, readonly string[]>> = {
  "Supabase.postgrestools": ["sql-syntax"],
  "Prisma.prisma": ["prisma-syntax"],
  "Prisma.prisma-insider": ["prisma-syntax"],
  [JSON_FEATURES]: ["configuration-invalid"],
};

/** Milliseconds after which another extension that underlines nothing at a place will not. */
const PATIENCE = 1500;

/** Of one open document. */
interface State {
  /** Who was awake, and what they were silent of, when the last answer came. */
  asked: string;
  leftOut: readonly vscode.Diagnostic[];
  /** What they do not underline: a semicolon that is missing, say, is none to who parts statements by their first words. */
  silentOf: ReadonlySet<string>;
  timer?: NodeJS.Timeout;
}

/** `ask` has our findings of an open document asked for again. */
export function createOthers(ask: (document: vscode.TextDocument) => void): Others {
  const states = new Map<string, State>();
  const of = (uri: vscode.Uri): State => {
    const known = states.get(String(uri)) ?? { asked: "", leftOut: [], silentOf: new Set() };
    states.set(String(uri), known);
    return known;
  };
  const idOf = ({ silentOf }: State): string =>
    JSON.stringify([Object.keys(DOUBLED).filter(underlines), ...silentOf]);

  /** What they underline comes when they are ready; who says nothing by then leaves it to us, until he does. */
  function listen(uri: vscode.Uri, doubled: readonly vscode.Diagnostic[]): void {
    const state = of(uri);
    state.timer = setTimeout(() => {
      const document = vscode.workspace.textDocuments.find((each) => String(each.uri) === String(uri));
      if (!document) return void states.delete(String(uri));
      const silent = doubled.filter((each) => !isUnderlined(uri, each));
      state.silentOf = new Set(silent.map(({ message }) => message));
      if (idOf(state) !== state.asked) ask(document);
      else if (silent.length) listen(uri, doubled);
    }, PATIENCE);
  }

  return {
    isAsBefore: (uri) => idOf(of(uri)) === of(uri).asked,
    without(uri, items) {
      const state = of(uri);
      state.asked = idOf(state);
      const doubled = items.filter(isDoubled);
      state.leftOut = doubled.filter((each) => !state.silentOf.has(each.message) || isUnderlined(uri, each));
      clearTimeout(state.timer);
      if (doubled.length) listen(uri, doubled);
      return items.filter((each) => !state.leftOut.includes(each));
    },
    leftOut: (uri) => states.get(String(uri))?.leftOut ?? [],
  };
}

const isUnderlined = (uri: vscode.Uri, { range, source }: vscode.Diagnostic): boolean =>
  vscode.languages
    .getDiagnostics(uri)
    .some((each) => each.source !== source && each.range.intersection(range) !== undefined);

const underlines = (name: string): boolean =>
  name === JSON_FEATURES
    ? vscode.extensions.getExtension(name) !== undefined &&
      vscode.workspace.getConfiguration("json").get("validate.enable", true)
    : vscode.extensions.getExtension(name)?.isActive === true;

function isDoubled({ code }: vscode.Diagnostic): boolean {
  const rule = String(typeof code === "object" ? code.value : code);
  return Object.entries(DOUBLED).some(([name, rules]) => rules.includes(rule) && underlines(name));
}
