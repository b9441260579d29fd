import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cost, Preview, PreviewOptions } from "../database/preview.ts";
import type { Identity } from "../database/session/identity.ts";
import type { Project } from "../project/project.ts";
import { findFolders } from "./folders.ts";
import { INTERRUPTED, interruptible } from "./interrupt.ts";
import { type Opened, openDatabase } from "./preview/database.ts";
import { addWorkspaceOptions, meant, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

export interface PreviewFlags extends WorkspaceFlags {
  readonly as?: readonly string[];
  readonly database?: string;
  readonly allowWrite?: boolean;
  readonly plan?: boolean;
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
    .argument("<query>", "an SQL statement, or the name of a table or model")
    .argument("[folder]", "the workspace; the current folder by default")
    .addOption(
      new Option(
        "--as <identity>",
        "anon, signed-in, alice@acme, owner of acme, service, or one of the configuration; several are compared",
      ).argParser((value: string, before: string[] = []) => [...before, value]),
    )
    .option(
      "--database <name>",
      "a live database: a connection of the configuration, a variable that holds a URL, or a URL",
    )
    .option("--allow-write", "let a live database run INSERT, UPDATE or DELETE; rolled back")
    .option("--plan", "also show PostgreSQL's plan, and what row-level security costs")
    .option("--limit <rows>", "rows to show for each", wholeNumber, 20)
    .option("--timeout <seconds>", "time limit of a statement", wholeNumber, 10)
    .addOption(
      new Option("--format <format>", "how to print").choices(["text", "json", "csv"]).default("text"),
    );
  addWorkspaceOptions(command).action(
    async (query: string, folder: string | undefined, flags: PreviewFlags) => {
      const [found] = findFolders(folder === undefined ? [] : [folder], terminal.cwd);
      const opened = await withSentences(() => openDatabase(found!, flags, terminal));
      try {
        // The server goes on with what nobody waits for: it is told to stop before the process ends.
        finish(
          await interruptible((signal) => withSentences(() => show(query, opened, flags, terminal, signal))),
        );
      } finally {
        await opened.client.close();
      }
    },
  );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("Give a whole number above 0.");
  return Number(text);
}

/** What the database or the way to it refuses is a sentence for the user. */
async function withSentences<T>(work: () => Promise<T>): Promise<T> {
  const { QueryError } = await import("../database/client.ts");
  try {
    return await work();
  } catch (error) {
    throw error instanceof QueryError ? new CannotRun(error.message) : error;
  }
}

async function show(
  query: string,
  opened: Opened,
  flags: PreviewFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { preview } = await import("../database/preview.ts");
  const { namesNoTable, queryFor } = await import("../database/preview/table-query.ts");
  if (namesNoTable(query, opened.project)) await refuseName(query.trim(), opened.project);
  const identities = await identitiesFor(opened, flags);
  const sql = queryFor(query, opened.project);
  const options: PreviewOptions = {
    write: await mayWrite(sql, opened, flags, terminal),
    rowLimit: flags.limit,
    timeLimit: flags.timeout * 1000,
    project: opened.project,
    bound: opened.bound,
    signal,
  };
  const made = await preview(opened.client, sql, identities, options);
  if ("problem" in made) throw new CannotRun(made.problem);
  const costs = flags.plan ? await measure(sql, identities, opened, options) : [];
  if (signal.aborted) {
    terminal.complain("rowguard: The preview was cancelled. Nothing was changed.\n");
    return INTERRUPTED;
  }
  terminal.print(await render(made, costs, { ...flags, incomplete: opened.incomplete }, terminal));
  return opened.exit(EXIT.clean);
}

async function refuseName(name: string, project: Project): Promise<never> {
  const { tableNames } = await import("./explain-table.ts");
  throw new CannotRun(`There is no table and no model "${name}" here.${meant(name, tableNames([project]))}`);
}

async function identitiesFor(
  { client, project }: Opened,
  { as }: PreviewFlags,
): Promise<readonly Identity[]> {
  const { chooseIdentities, usualIdentities } = await import("../database/identity/choose.ts");
  const { findIdentities } = await import("../database/identity/find.ts");
  const known = await findIdentities(client, project);
  const identities = as ? chooseIdentities(as, known) : usualIdentities(known);
  if ("problem" in identities) throw new CannotRun(identities.problem);
  return identities;
}

/** The embedded database is ours; a live one must let itself be written to, and what cannot be undone is said first. */
async function mayWrite(sql: string, { client, write }: Opened, flags: PreviewFlags, terminal: Terminal) {
  if (client.kind === "embedded") return true;
  const { readPreview } = await import("../database/session/statement.ts");
  const statement = readPreview(sql);
  const writes = !("problem" in statement) && statement.kind === "write";
  const allowed = write ?? flags.allowWrite === true;
  if (writes && !allowed)
    throw new CannotRun(
      write === undefined
        ? "The statement writes, and this is a live database: --allow-write runs it, and rolls it back."
        : `The statement writes, and the connection ${flags.database} does not allow that: "write": true in rowguard.config.json does; it is rolled back.`,
    );
  if (writes) terminal.complain(`${WRITE_WARNING}\n`);
  return allowed;
}

const WRITE_WARNING =
  "Everything is rolled back, except what PostgreSQL never rolls back: sequences advance, and triggers that call out of the database (dblink, pg_net, http) have called.";

async function measure(
  sql: string,
  identities: readonly Identity[],
  { client }: Opened,
  options: PreviewOptions,
): Promise<Cost[]> {
  const { measureCost } = await import("../database/preview/cost.ts");
  const costs: Cost[] = [];
  for (const identity of identities) {
    const cost = await measureCost(client, sql, identity, options);
    if (!("problem" in cost)) costs.push(cost);
  }
  return costs;
}

async function render(
  made: Preview,
  costs: readonly Cost[],
  { format, incomplete }: Pick<PreviewFlags, "format"> & Pick<Opened, "incomplete">,
  terminal: Terminal,
): Promise<string> {
  if (format === "csv") return (await import("./preview/csv.ts")).renderCsv(made.results);
  if (format === "json") return (await import("./preview/json.ts")).renderJson(made, costs, incomplete);
  return (await import("./preview/render.ts")).renderPreview(made, costs, terminal);
}
