import type { Project } from "../project/project.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Edits that are rehearsed: of a document that is open, and in the middle of history, where half of it is replayed. */
const OF_OPEN = 3;
const OF_MIDDLE = 2;

interface Rehearsed {
  /** A document that is open. */
  readonly open: string;
  readonly projects: readonly Project[];
  /** The texts of open editors, by path, as they are when it is called. */
  readonly texts: ReadonlyMap<string, () => string>;
  /** False as soon as a text changes: then there is something to do. */
  goesOn(): boolean;
  readonly signal: AbortSignal;
}

/**
 * What an edit runs has never run after a start, and takes three times as long until it has: blanks after a text stand
 * for the first ones. Leaves every text as it is.
 */
export async function rehearse(workspace: Workspace, what: Rehearsed): Promise<void> {
  await addBlanks(workspace, what.open, what.texts.get(what.open)?.(), OF_OPEN, what);
  const middle = middleOf(what.projects);
  if (!middle || what.texts.has(middle.path) || !what.goesOn()) return;
  await addBlanks(workspace, middle.path, middle.text, OF_MIDDLE, what);
}

async function addBlanks(
  workspace: Workspace,
  path: string,
  text: string | undefined,
  most: number,
  { texts, goesOn, signal }: Rehearsed,
): Promise<void> {
  try {
    for (let blanks = 1; text !== undefined && goesOn() && blanks <= most; blanks++) {
      workspace.setText(path, `${text}${" ".repeat(blanks)}`);
      await workspace.report({ signal });
    }
  } finally {
    workspace.setText(path, texts.get(path)?.());
  }
}

/** The file in the middle of the longest history. */
function middleOf(projects: readonly Project[]): { path: string; text: string | undefined } | undefined {
  const [longest] = projects.toSorted((a, b) => b.history.length - a.history.length);
  const file = longest?.history[longest.history.length >> 1];
  return file && { path: file.source.path, text: longest.text(file.source.path) };
}
