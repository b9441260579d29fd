import type { Command, Range } from "vscode-languageserver";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Finding } from "../text/finding.ts";
import { type DraftRequest, isDraftRequest } from "../workspace/draft/draft-for.ts";
import type { Corrections } from "../workspace/fix/configure.ts";
import { generateTried, type Wanted } from "../workspace/fix/generate-tried.ts";
import { needsTrial } from "../workspace/fix/needs-trial.ts";
import { namesOf, resolveTried, sayRefused, type Tried } from "../workspace/fix/tried.ts";
import type { Trial } from "../workspace/try-fix.ts";
import type { Fix } from "../workspace/workspace.ts";
import type { Client } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Folder, Snapshot } from "./folder.ts";
import { groundOf } from "./ground.ts";
import { Cancelled, type Trials } from "./trial.ts";

/** An edit that can be applied, or nothing; and what is done afterwards. */
export interface Result {
  readonly edit?: NonNullable<ReturnType<typeof workspaceEditOf>>;
  readonly command?: Command;
}

export const OUTDATED = "The file changed meanwhile; the fix was not applied. Choose it again.";

export interface Mending {
  readonly folder: Folder;
  readonly snapshot: Snapshot;
  readonly client: Client;
  readonly trials: Trials;
  readonly signal?: AbortSignal | undefined;
}

/** The fix of findings, tried where it is SQL. Where nothing can be written, what to do instead. */
export async function mendFindings(
  findings: readonly Finding[],
  corrections: Corrections,
  mending: Mending,
): Promise<Result> {
  const { folder, snapshot, client } = mending;
  if (!folder.isCurrent(snapshot)) return { command: tell(OUTDATED) };
  const [only] = findings;
  const draft = findings.length === 1 ? draftOf(only!) : undefined;
  if (draft) return mendDraft(draft, mending);
  const ground = groundOf(folder, snapshot);
  const options = { generate: true, corrections };
  const { fix, refused } = await resolveTried(folder.workspace, findings, new Date(), options, (made) =>
    tryOne(made, mending),
  );
  if (!fix)
    return { command: refused[0] ? tell(notWritten(refused[0].problem)) : instead(findings[0]!, client) };
  return resultOf(fix, client, await ground(fix), leftOf(fix, refused));
}

/** Drafted code is looked at before it is used; of a drafted model, PostgreSQL makes the table first. */
async function mendDraft(request: DraftRequest, mending: Mending): Promise<Result> {
  const { workspace } = mending.folder;
  const drafted = await workspace.draft(request, new Date()).catch((error: Error) => error.message);
  if (typeof drafted === "string") return { command: tell(notWritten(drafted)) };
  const { fix, todo } = drafted;
  return mendWith(fix, mending, todo.length ? `Left to you: ${todo.join("; ")}.` : undefined);
}

export const draftOf = ({ remedy }: Finding): DraftRequest | undefined =>
  remedy?.kind === "intent" && isDraftRequest(remedy.intent) ? remedy.intent : undefined;

/** The policies that the user asked for, and what is left to him. */
export async function mendGenerated(
  wanted: readonly Wanted[],
  corrections: Corrections,
  mending: Mending,
): Promise<Result> {
  const { folder, snapshot, client } = mending;
  if (!folder.isCurrent(snapshot)) return { command: tell(OUTDATED) };
  const ground = groundOf(folder, snapshot);
  const tryIt = (fix: Fix) => tryOne(fix, mending);
  const made = await generateTried(folder.workspace, wanted, new Date(), corrections, tryIt);
  if (made.problem !== undefined) return { command: tell(notWritten(made.problem)) };
  const undecided = made.undecided.map(({ subject, why }) => `${subject}: ${why}`).join("; ");
  const left = undecided ? `Left to you: ${undecided}.` : undefined;
  if (!made.fix) return { command: tell(left ?? "Nothing is open: there is nothing to write.") };
  return resultOf(made.fix, client, await ground(made.fix), left);
}

/** A fix that was made for what the user asked, tried where it is SQL. */
async function mendWith(fix: Fix, mending: Mending, left?: string): Promise<Result> {
  const { folder, snapshot, client } = mending;
  if (!folder.isCurrent(snapshot)) return { command: tell(OUTDATED) };
  const ground = groundOf(folder, snapshot);
  const trial = needsTrial(fix) ? await tryOne(fix, mending) : undefined;
  if (trial?.problem !== undefined) return { command: tell(notWritten(trial.problem)) };
  return resultOf(fix, client, await ground(fix), left);
}

const notWritten = (problem: string): string => `Nothing was written: ${problem}`;

/** What could not be tried was not tried: the reason stands where a problem would. */
async function tryOne(fix: Fix, { folder, trials, signal }: Mending): Promise<Trial> {
  try {
    return await trials(folder, fix, signal);
  } catch (error) {
    const why =
      error instanceof Cancelled
        ? "the trial was cancelled."
        : `the fix could not be tried: ${(error as Error).message}`;
    return { problem: why, untried: true, unproven: [], tried: 0 };
  }
}

function resultOf(
  fix: Fix,
  client: Client,
  snapshot: Snapshot | undefined,
  left: string | undefined,
): Result {
  if (!snapshot) return { command: tell(OUTDATED) };
  const edit = workspaceEditOf(fix, snapshot, client);
  if (!edit) return { command: tell("This editor cannot create files; run: rowguard fix") };
  if (left !== undefined) return { edit, command: tell(left) };
  // A file that was made where nobody looks would be missed.
  const made = fix.files.find(({ path }) => path.endsWith(".sql")) ?? fix.files[0];
  return { edit, ...(made && client.showsDocuments && { command: show(snapshot.uris.uri(made.path)) }) };
}

function leftOf({ left }: Fix, refused: Tried["refused"]): string | undefined {
  const sentences = [...(left.length ? [`Left to you: ${namesOf(left)}.`] : []), ...refused.map(sayRefused)];
  return sentences.length ? sentences.join(" ") : undefined;
}

/** What wants a decision is offered as the command that asks for it. */
function instead({ remedy, message }: Finding, client: Client): Command {
  if (remedy?.kind !== "intent") return tell(`Nothing could be written for this: ${message}`);
  const { command } = remedy.intent;
  return client.commands
    ? { title: remedy.title, command: CLIENT_COMMANDS.offerCommand, arguments: [command] }
    : tell(`${remedy.title}: run \`${command}\` in a terminal.`);
}

export const tell = (sentence: string): Command => ({
  title: sentence,
  command: SERVER_COMMANDS.tell,
  arguments: [sentence],
});

export const show = (uri: string, range?: Range): Command => ({
  title: "Show",
  command: SERVER_COMMANDS.show,
  arguments: range ? [uri, range] : [uri],
});
