import { type Command, InvalidArgumentError, Option } from "commander";
import type { Client } from "../database/client.ts";
import type { Power } from "../database/live/connect.ts";
import type { Project } from "../project/project.ts";
import { findFolders } from "./folders.ts";
import { addWorkspaceOptions, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

interface PreviewFlags extends WorkspaceFlags {
  readonly as?: readonly string[];
  readonly database?: string;
  readonly allowWrite?: boolean;
  readonly limit: number;
  readonly timeout: number;
  readonly format: "text" | "json" | "csv";
}

export function definePreview(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("preview")
    .summary("show the rows that each tenant sees")
    .description(
      "Runs one statement, or reads one table, as several people, side by side. On an embedded database made by the migrations and the seed, or on a live one; always rolled back.",
    )
    .argument("<query>", "an SQL statement, or the name of a table")
    .argument("[folder]", "the workspace; the current folder by default")
    .addOption(
      new Option(
        "--as <identity>",
        "anon, alice@acme, owner of acme, service; several are compared",
      ).argParser((value: string, before: string[] = []) => [...before, value]),
    )
    .option("--database <url>", "a live database: its URL, or the name of a variable that holds it")
    .option("--allow-write", "let a live database run INSERT, UPDATE or DELETE; rolled back")
    .option("--limit <rows>", "rows to show for each", wholeNumber, 20)
    .option("--timeout <seconds>", "time limit of a statement", wholeNumber, 10)
    .addOption(
      new Option("--format <format>", "how to print").choices(["text", "json", "csv"]).default("text"),
    );
  addWorkspaceOptions(command).action(
    async (query: string, folder: string | undefined, flags: PreviewFlags) => {
      finish(await printPreview(query, folder, flags, terminal));
    },
  );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("Give a whole number above 0.");
  return Number(text);
}

async function printPreview(
  query: string,
  name: string | undefined,
  flags: PreviewFlags,
  terminal: Terminal,
): Promise<number> {
  const [folder] = findFolders(name === undefined ? [] : [name], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  const projects = await withWorkspace(folder!, flags, terminal, (workspace) => workspace.projects());
  const project = projects.find(({ tablesFrom }) => tablesFrom !== "nothing") ?? projects[0];
  if (!project || (project.tablesFrom === "nothing" && flags.database === undefined))
    throw new CannotRun(`Nothing in ${folder!.root} makes tables: no migrations and no schema.prisma.`);
  const { QueryError } = await import("../database/client.ts");
  let client: Client | undefined;
  try {
    const opened = await open(project, flags, terminal);
    client = opened.client;
    return await show(query, project, opened, flags, terminal);
  } catch (error) {
    if (error instanceof QueryError) throw new CannotRun(error.message);
    throw error;
  } finally {
    await client?.close();
  }
}

interface Opened {
  readonly client: Client;
  readonly power?: Power;
}

async function open(project: Project, flags: PreviewFlags, terminal: Terminal): Promise<Opened> {
  if (flags.database !== undefined) return openLive(flags.database, terminal);
  const { openEmbedded } = await import("../database/embedded/open.ts");
  const client = await openEmbedded(project);
  const { failures } = await client.ready();
  if (failures.length) {
    const [first] = failures;
    const others = failures.length > 1 ? ` ${failures.length - 1} more failed.` : "";
    terminal.complain(
      `${first!.place.path}: ${first!.message}. ${first!.stops ?? "The run went on after it."}${others}\n`,
    );
  }
  return { client };
}

async function openLive(given: string, terminal: Terminal): Promise<Opened> {
  const url = /^[A-Za-z_]\w*$/.test(given) ? process.env[given] : given;
  if (!url) throw new CannotRun(`The environment has no variable ${given} with a connection string.`);
  const { connectLive, sayPower } = await import("../database/live/connect.ts");
  const client = await connectLive(url);
  const power = await client.power();
  terminal.complain(`${sayPower(power)}\n`);
  return { client, power };
}

async function show(
  query: string,
  project: Project,
  { client, power }: Opened,
  flags: PreviewFlags,
  terminal: Terminal,
): Promise<number> {
  const { loadGrammar } = await import("../source/sql/grammar.ts");
  await loadGrammar();
  const { preview, queryFor } = await import("../database/preview.ts");
  const { chooseIdentities, findIdentities } = await import("../database/identities.ts");
  const known = await findIdentities(client, project);
  const identities = flags.as ? chooseIdentities(flags.as, known) : usual(known);
  if ("problem" in identities) throw new CannotRun(identities.problem);
  const write = client.kind === "embedded" || flags.allowWrite === true;
  if (flags.allowWrite && client.kind === "live") terminal.complain(`${WRITE_WARNING}\n`);
  const results = await preview(client, queryFor(query, project), identities, {
    write,
    rowLimit: flags.limit,
    timeLimit: flags.timeout * 1000,
    ...(power?.bound && { bound: true }),
  });
  if ("problem" in results) throw new CannotRun(results.problem);
  const { renderPreview } = await import("./preview-output.ts");
  terminal.print(renderPreview(results, flags.format, terminal.width));
  return EXIT.clean;
}

/** Without a wish: the visitor, and one member of each of the first tenants. */
function usual<T extends { readonly name: string; readonly tenant?: string }>(known: readonly T[]): T[] {
  const tenants = new Map<string, T>();
  for (const each of known)
    if (each.tenant !== undefined && !tenants.has(each.tenant)) tenants.set(each.tenant, each);
  return [...known.filter(({ name }) => name === "anon"), ...[...tenants.values()].slice(0, 2)];
}

const WRITE_WARNING =
  "Everything is rolled back, except what PostgreSQL never rolls back: sequences advance, and triggers that call out of the database (dblink, pg_net, http) have called.";
