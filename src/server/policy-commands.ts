import type { Connection } from "vscode-languageserver";
import { everythingOpen } from "../policies/generate.ts";
import { withTrusted } from "../policies/trusted.ts";
import type { Project } from "../project/project.ts";
import type { Corrections } from "../workspace/fix/configure.ts";
import type { Wanted } from "../workspace/fix/generate-tried.ts";
import { questionsAbout } from "../workspace/fix/questions.ts";
import type { ActionData } from "./actions.ts";
import { choose } from "./choose.ts";
import type { Client } from "./client.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Folder, Snapshot } from "./folder.ts";
import type { Folders } from "./folders.ts";
import { mendFindings, mendGenerated, type Result, tell } from "./mend.ts";
import { answer, askScope, askTenant } from "./questions.ts";
import { findChosen } from "./resolve-action.ts";
import type { Trials } from "./trial.ts";

/** What commands that write policies or correct the tenancy work with. */
export interface PolicyCommands {
  /** Writes what findings ask for, once the user said what he alone knows. */
  mend(data: ActionData): Promise<void>;
  /** Policies for one table, or, without a name, for everything that is open. */
  protect(uri: string | undefined, key: string | undefined): Promise<void>;
  setScope(uri: string | undefined, key: string | undefined): Promise<void>;
  setTenant(uri: string | undefined): Promise<void>;
}

interface Asked {
  readonly folder: Folder;
  readonly snapshot: Snapshot;
  readonly corrections: Corrections;
}

export function policyCommands(
  connection: Connection,
  client: Client,
  folders: Folders,
  trials: Trials,
  run: (command: NonNullable<Result["command"]>) => Promise<void>,
): PolicyCommands {
  /** The folder of a document, else the first that has tables. */
  async function at(uri: string | undefined): Promise<Omit<Asked, "corrections"> | undefined> {
    const folder = (uri === undefined ? undefined : folders.of(uri)?.folder) ?? folders.all()[0];
    return folder && { folder, snapshot: await folder.current() };
  }

  async function finish({ edit, command }: Result, label: string): Promise<void> {
    if (edit) {
      // What a fix changes is saved as the editor saves a refactoring.
      const metadata = { isRefactoring: true };
      const { applied } = await connection.workspace.applyEdit({ label, edit, metadata });
      if (!applied) return run(tell("The editor did not apply the change, and nothing was written."));
    }
    if (command) await run(command);
  }

  return {
    async mend(data) {
      const asked = await findChosen(data, folders);
      if (!asked) return;
      const questions = await asked.folder.workspace.questions(asked.findings);
      const corrections = await answer(connection, client, questions);
      // Asking takes a while: the findings must still be there.
      const chosen = corrections && (await findChosen(data, folders));
      if (!corrections || !chosen) return;
      const mending = { folder: chosen.folder, snapshot: chosen.snapshot, client, trials };
      await finish(await mendFindings(chosen.findings, corrections, mending), "Rowguard");
    },

    async protect(uri, key) {
      const asked = await at(uri);
      if (!asked) return;
      const { projects, root } = asked.snapshot.report;
      if (projects.every(({ tablesFrom }) => tablesFrom === "nothing"))
        return run(tell(`Nothing in ${root} makes tables: no migrations and no schema.prisma.`));
      const wanted = requestsFor(projects, key);
      const questions = wanted.flatMap(({ project, request }) => questionsAbout(project, request.tables));
      const corrections = await answer(connection, client, questions);
      if (!corrections) return;
      const snapshot = await asked.folder.current();
      const again = requestsFor(snapshot.report.projects, key);
      const mending = { folder: asked.folder, snapshot, client, trials };
      await finish(await mendGenerated(again, corrections, mending), "Write policies");
    },

    async setScope(uri, key) {
      const asked = await at(uri);
      const table = asked && (key ?? (await chooseTable(asked.snapshot)));
      const project =
        table && asked.snapshot.report.projects.find(({ tenancy }) => tenancy.scopes.has(table));
      if (!project) return;
      const kind = await askScope(connection, client, project, table);
      if (kind === undefined || kind === "leave") return;
      await correct(asked.folder, { scopes: { [table]: kind } });
    },

    async setTenant(uri) {
      const asked = await at(uri);
      const project = asked?.snapshot.report.projects.find(({ tenancy }) => tenancy.scopes.size);
      if (!project) return;
      const tenantTable = await askTenant(connection, client, project);
      if (tenantTable !== undefined) await correct(asked!.folder, { tenantTable });
    },
  };

  async function chooseTable({ report }: Snapshot): Promise<string | undefined> {
    const scopes = report.projects.flatMap(({ tenancy }) => [...tenancy.scopes]);
    // Those that nobody knows of come first: they are what the question is for.
    const options = scopes
      .map(([label, { kind }]) => ({ label, description: kind === "unknown" ? "not known" : kind }))
      .sort((a, b) => Number(b.description === "not known") - Number(a.description === "not known"));
    const prompt = "What is chosen is written into rowguard.config.json";
    return (await choose(connection, client, { title: "Set the scope of which table?", prompt, options }))
      ?.label;
  }

  async function correct(folder: Folder, corrections: Corrections): Promise<void> {
    const snapshot = await folder.current();
    const fix = await folder.workspace.correctTenancy(corrections);
    if (!fix.edits.length && !fix.files.length) return run(tell("rowguard.config.json says so already."));
    const edit = workspaceEditOf(fix, snapshot, client);
    if (edit) return finish({ edit }, fix.title);
    await run(tell("This editor cannot create files; write rowguard.config.json with: rowguard init"));
  }
}

function requestsFor(projects: readonly Project[], key: string | undefined): Wanted[] {
  if (key === undefined) return projects.map((project) => ({ project, request: everythingOpen(project) }));
  const owners = projects.filter(({ catalog }) => catalog.tables.has(key));
  return owners.map((project) => ({
    project,
    request: withTrusted(project, { tables: [key], buckets: [] }),
  }));
}
