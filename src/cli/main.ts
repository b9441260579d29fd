import { run } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// Whoever reads the output may have seen enough (`| head`): that is no failure, and changes no exit code.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

// The exit code is set and the process left to end by itself, so that a slow pipe gets all of the output.
run(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
