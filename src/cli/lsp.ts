import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Command } from "commander";
import { CannotRun, type Terminal } from "./terminal.ts";

/** `rowguard lsp`: the language server on standard input and output. It is a bundle of its own beside the command's. */
export function defineLsp(program: Command, _terminal: Terminal): void {
  program
    .command("lsp")
    .description("start the language server for an editor")
    .option("--stdio", "speak on standard input and output (the only way there is)")
    .action(async () => {
      const server = join(import.meta.dirname, "server.cjs");
      if (!existsSync(server))
        throw new CannotRun("The language server is not built: `npm run build` makes it.");
      // The protocol's library chooses its channel by the arguments of the process.
      if (!process.argv.includes("--stdio")) process.argv.push("--stdio");
      createRequire(server)(server);
      // It serves until the client says goodbye.
      await new Promise<never>(() => {});
    });
}
