import { existsSync } from "node:fs";
import { join } from "node:path";
import { createDatabaseHost, type DatabaseHost, type HostOptions } from "../link/database-host.ts";

/** The database host beside the bundle; from source it needs the loader that this process has. */
export function startHost(options: HostOptions = {}): DatabaseHost {
  const bundled = join(import.meta.dirname, "database-host.cjs");
  if (existsSync(bundled)) return createDatabaseHost(bundled, options);
  const source = join(import.meta.dirname, "..", "host", "launch.ts");
  return createDatabaseHost(source, { ...options, nodeArguments: ["--import", "tsx"] });
}
