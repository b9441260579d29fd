import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { description, version } from "../../package.json";
import { printable } from "../report/printable.ts";
import { defineCatalog } from "./catalog.ts";
import { defineCheck } from "./check.ts";
import { defineDiff } from "./diff.ts";
import { defineExplain } from "./explain.ts";
import { defineFix } from "./fix.ts";
import { defineGenerate } from "./generate.ts";
import { defineInit } from "./init.ts";
import { defineLsp } from "./lsp.ts";
import { definePreview } from "./preview.ts";
import { meant } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

const DEFINITIONS = [
  defineCheck,
  defineFix,
  defineGenerate,
  defineCatalog,
  defineExplain,
  defineDiff,
  defineInit,
  defineLsp,
  definePreview,
];

/** Runs one command line, without the program's own name. Gives the exit code; never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.clean;
  const program = createProgram(terminal, (exit) => {
    code = exit;
  });
  try {
    refuseMistypedCommand(args, program, terminal);
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return complainAbout(error, terminal);
  }
}

function createProgram(terminal: Terminal, finish: (code: number) => void): Command {
  const program = new Command("rowguard")
    .description(description)
    .version(version, "--version", "print the version")
    .helpOption("--help", "print help for a command")
    .configureHelp({ helpWidth: terminal.width, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.complain(text),
      getOutHasColors: () => terminal.colour,
      // What commander says of an error is printed by `complainAbout`, like every other sentence.
      outputError: () => {},
    })
    .exitOverride();
  for (const define of DEFINITIONS) define(program, terminal, finish);
  return program;
}

/** With a default command that takes folders, `rowguard chekc` would be a folder that does not exist. */
function refuseMistypedCommand(
  [first, second]: readonly string[],
  program: Command,
  { cwd }: Terminal,
): void {
  const names = [...program.commands.map((command) => command.name()), "help"];
  const refuse = (name: string) => {
    throw new CannotRun(`There is no command "${name}".${meant(name, names)}`);
  };
  if (first === "help" && second !== undefined && !/^-/.test(second) && !names.includes(second))
    refuse(second);
  if (first === undefined || !/^[a-z]+$/.test(first) || existsSync(resolve(cwd, first))) return;
  if (!names.includes(first) && meant(first, names)) refuse(first);
}

/** One sentence for whatever went wrong, and the exit code for it. */
function complainAbout(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help"))
    return EXIT.clean;
  terminal.complain(`rowguard: ${sentenceFor(error)}\n`);
  if (process.env.ROWGUARD_DEBUG && error instanceof Error) terminal.complain(`${error.stack}\n`);
  return EXIT.failed;
}

/** Errors whose message is a sentence for the user. */
const SENTENCES = new Set(["CannotRun", "WorkspaceProblem"]);

function sentenceFor(error: unknown): string {
  if (error instanceof CommanderError) return sentenceOfCommander(error.message);
  // By name: what is loaded lazily may have a class of its own.
  if (error instanceof Error && SENTENCES.has(error.name)) return printable(error.message);
  const [message = ""] = printable((error instanceof Error ? error.message : String(error)).trim()).split(
    "␊",
  );
  return `An error of its own stopped it: ${message.replace(/\.$/, "")}. ROWGUARD_DEBUG=1 prints where; please report it.`;
}

/** `error: unknown option '--fromat'\n(Did you mean --format?)` as a sentence. */
function sentenceOfCommander(message: string): string {
  const [first = "", hint = ""] = message.replace(/^error: /, "").split("\n");
  const sentence = printable(first.charAt(0).toUpperCase() + first.slice(1));
  return `${sentence.replace(/\.?$/, ".")}${hint && ` ${printable(hint.replace(/^\(|\)$/g, ""))}`}`;
}
