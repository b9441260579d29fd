import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cleanups = new Set<() => void>();

/** Called when the process ends, in whatever way; what is gone already needs no cleaning. */
export const atEnd = (clean: () => void): void => void cleanups.add(clean);

process.on("exit", () => {
  for (const clean of cleanups)
    try {
      clean();
    } catch {
      // The others are still to be cleaned.
    }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

export function temporary(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}
