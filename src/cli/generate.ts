import { type Command, Option } from "commander";
import type { Generated, GenerateRequest } from "../policies/generate.ts";
import type { Project } from "../project/project.ts";
import type { DraftRequest } from "../workspace/draft/draft-for.ts";
import type { Wanted } from "../workspace/fix/generate-tried.ts";
import type { Trial } from "../workspace/try-fix.ts";
import type { Fix, Workspace } from "../workspace/workspace.ts";
import { findFolders, isFolder } from "./folders.ts";
import { type Answered, complainMissed, requireTables } from "./incomplete.ts";
import { INTERRUPTED, uninterrupted } from "./interrupt.ts";
import type { Change } from "./patch.ts";
import { addWorkspaceOptions, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";
import { sayTrial, trialJson, trying } from "./trial.ts";

interface GenerateFlags extends WorkspaceFlags {
  readonly bucket?: readonly string[];
  readonly channel?: readonly string[];
  readonly folder?: string;
  readonly dryRun?: boolean;
  readonly down?: boolean;
  readonly replace?: boolean;
  readonly model?: string;
  readonly module?: boolean;
  readonly environment?: string | true;
  readonly supabase?: string | true;
  readonly format: "text" | "json";
}

export function defineGenerate(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("generate")
    .summary("write the policies that tables and buckets call for")
    .description(
      "Writes policies, and the functions they call, as the next migration: for the tables and buckets named, or for " +
        "everything that is open. It is tried on an embedded PostgreSQL first; a table whose rows are nobody's for sure is left to you.",
    )
    .argument("[tables...]", "tables to protect, as schema.name or name; everything that is open by default")
    .option("--bucket <id...>", "buckets to protect")
    .option("--channel <topic...>", "channels to make private, with policies on their topics, as in 'room:*'")
    .option(
      "--model <name>",
      "draft a model that code uses and the schema has not, and the migration of its table",
    )
    .option(
      "--module",
      "with --model: also its zod schemas, queries and actions; of a model that the schema has, those alone",
    )
    .option(
      "--environment [application]",
      "write modules that validate the variables in use, of an application's folder or of the workspace",
    )
    .option(
      "--supabase [application]",
      "write the modules that make the Supabase clients for browsers and the server, and import them",
    )
    .option("--folder <path>", "the workspace; the current folder by default")
    .option("--replace", "drop the policies that the tables have, and write them anew")
    .option("--dry-run", "print the SQL, and what changes besides as a patch; write nothing")
    .option("--down", "also print the SQL that takes it back")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  addWorkspaceOptions(command).action(async (tables: string[], flags: GenerateFlags) => {
    finish(await generate(tables, flags, terminal));
  });
}

/** 1 where something was left to the user; throws CannotRun where nothing fits or the SQL does not stand the trial. */
async function generate(
  tables: readonly string[],
  flags: GenerateFlags,
  terminal: Terminal,
): Promise<number> {
  const [folder] = findFolders(flags.folder ? [flags.folder] : [], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder!, flags, terminal, async (workspace) => {
    const draft = draftRequest(flags);
    const { incomplete, exit } = await complainMissed(workspace, folder!, terminal);
    const answered = { ...folder!, incomplete };
    if (draft) {
      const { writeDraft } = await import("./draft.ts");
      return exit(await writeDraft(workspace, draft, flags, answered, terminal));
    }
    return exit(await generatePolicies(workspace, tables, flags, answered, terminal));
  });
}

async function generatePolicies(
  workspace: Workspace,
  tables: readonly string[],
  flags: GenerateFlags,
  folder: Answered,
  terminal: Terminal,
): Promise<number> {
  const projects = await workspace.projects();
  const { everythingOpen, idleTables } = await import("../policies/generate.ts");
  const { channelsCalled } = await import("../project/topics.ts");
  const { withTrusted } = await import("../policies/trusted.ts");
  const opens = (project: Project, topic: string) => channelsCalled(project, topic).length > 0;
  const wantsAll = !tables.length && !flags.bucket?.length && !flags.channel?.length;
  if (wantsAll) requireTables(projects, folder.root);
  const requests = projects.map((project) => ({
    project,
    request: wantsAll
      ? { ...everythingOpen(project), idle: idleTables(project) }
      : withTrusted(project, requestOf(project, tables, flags, opens)),
  }));
  refuseUnknown(tables, flags.bucket ?? [], projects, terminal.cwd);
  for (const topic of flags.channel ?? [])
    if (!projects.some((project) => opens(project, topic)))
      throw new CannotRun(`No code of this workspace opens a channel ${topic}.`);
  for (const each of requests) await refuseAmbiguous(each);
  return writeAll(workspace, requests, flags, folder, terminal);
}

function draftRequest({ model, module, environment, supabase }: GenerateFlags): DraftRequest | undefined {
  if (model !== undefined) return { verb: module ? "draft-module" : "draft-model", subject: model };
  if (module) throw new CannotRun("Say of which model: --model <name> --module.");
  if (environment !== undefined) return { verb: "draft-environment", subject: folderIn(environment) };
  return supabase === undefined ? undefined : { verb: "draft-supabase", subject: folderIn(supabase) };
}

/** A folder as projects name it: "" for the workspace itself. */
const folderIn = (flag: string | true): string =>
  flag === true ? "" : flag.replace(/^\.\/|\/+$/g, "").replace(/^\.$/, "");

type Undecided = Generated["undecided"];

async function writeAll(
  workspace: Workspace,
  wanted: readonly Wanted[],
  flags: GenerateFlags,
  folder: Answered,
  terminal: Terminal,
): Promise<number> {
  const { generateTried } = await import("../workspace/fix/generate-tried.ts");
  const { tryFix } = await import("../workspace/try-fix.ts");
  const made = await trying(terminal, (signal) =>
    generateTried(workspace, wanted, new Date(), {}, (fix) => tryFix(workspace, fix, { signal })),
  );
  if (!made) return INTERRUPTED;
  const { fix, trial, undecided } = made;
  const code = undecided.length ? EXIT.findings : EXIT.clean;
  if (flags.format === "json") {
    terminal.print(await renderOutcome(workspace, flags, folder, { fix, trial, undecided }));
    return code;
  }
  const { prefix } = folder;
  if (fix && trial) {
    sayTrial(trial, terminal);
    if (flags.dryRun) await printDry(workspace, fix, prefix, terminal);
    else {
      await uninterrupted(() => workspace.applyFix(fix));
      for (const path of new Set(fix.edits.map((edit) => edit.path)))
        terminal.print(`changed  ${prefix}${path}\n`);
      for (const { path } of fix.files) terminal.print(`created  ${prefix}${path}\n`);
    }
    if (flags.down && fix.down !== undefined) terminal.print(fix.down);
  } else if (!undecided.length) terminal.complain("Nothing is open: there is nothing to write.\n");
  for (const { subject, why } of undecided) terminal.complain(`left to you  ${subject}: ${why}.\n`);
  return code;
}

/** New SQL as it would be written, and everything else as a patch. */
async function printDry(workspace: Workspace, fix: Fix, prefix: string, terminal: Terminal): Promise<void> {
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const { renderPatch } = await import("./patch.ts");
  const isSql = ({ path, before }: Change) => before === undefined && path.endsWith(".sql");
  const changes = previewFix(workspace.root, fix);
  for (const { after } of changes.filter(isSql)) terminal.print(after);
  terminal.print(
    renderPatch(
      changes.filter((each) => !isSql(each)),
      prefix,
      terminal.colour,
    ),
  );
}

/** What became of it for programs; written unless it is a dry run. */
async function renderOutcome(
  workspace: Workspace,
  { dryRun }: GenerateFlags,
  { prefix, incomplete }: Answered,
  { fix, trial, undecided }: { fix: Fix | undefined; trial: Trial | undefined; undecided: Undecided },
): Promise<string> {
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const { changesJson, renderGenerated } = await import("./changes-json.ts");
  const changes = fix ? changesJson(previewFix(workspace.root, fix), prefix) : [];
  const written = fix !== undefined && !dryRun;
  if (written) await uninterrupted(() => workspace.applyFix(fix));
  return renderGenerated({
    written,
    changes,
    left: undecided.map(({ subject, why }) => ({ subject, why })),
    trial: trialJson(trial),
    incomplete: [...incomplete],
  });
}

/** Which table holds the tenants is asked, not guessed. */
async function refuseAmbiguous({ project, request }: Wanted): Promise<void> {
  if (!request.tables.length) return;
  const { rivalsOf, tenantQuestion } = await import("../project/tenancy/rivals.ts");
  const rivals = rivalsOf(project);
  if (rivals.length) throw new CannotRun(tenantQuestion(rivals));
}

function requestOf(
  project: Project,
  tables: readonly string[],
  flags: GenerateFlags,
  opens: (project: Project, topic: string) => boolean,
): GenerateRequest {
  const { catalog } = project;
  const keys = [...catalog.tables].flatMap(([key, table]) =>
    tables.includes(key) || (tables.includes(table.name) && !table.platform) ? [key] : [],
  );
  const buckets = (flags.bucket ?? []).filter((id) => catalog.buckets.has(id));
  const channels = (flags.channel ?? []).filter((topic) => opens(project, topic));
  return { tables: keys, buckets, channels, ...(flags.replace && { replace: keys }) };
}

function refuseUnknown(
  tables: readonly string[],
  buckets: readonly string[],
  projects: readonly Project[],
  cwd: string,
): void {
  for (const name of tables) {
    const known = projects.some(
      ({ catalog }) =>
        catalog.tables.has(name) || [...catalog.tables.values()].some((table) => table.name === name),
    );
    if (known) continue;
    // Other commands take the folder as their argument.
    if (isFolder(name, cwd)) throw new CannotRun(`"${name}" is a folder, not a table: say --folder ${name}.`);
    throw new CannotRun(`There is no table ${name} in this workspace; \`rowguard catalog\` lists them.`);
  }
  for (const id of buckets)
    if (!projects.some(({ catalog }) => catalog.buckets.has(id)))
      throw new CannotRun(`There is no bucket ${id} in this workspace.`);
}
