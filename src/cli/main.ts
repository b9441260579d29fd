import { run } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// Whoever reads the output may have seen enough (`| head`): that is no failure, and changes no exit code.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

// A slow pipe gets all of the output first. To end then and there spares taking down a heap that nobody needs any more.
run(process.argv.slice(2), processTerminal()).then(async (code) => {
  process.exitCode = code;
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
});

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write("", () => resolve()));
