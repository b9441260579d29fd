import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// biome-ignore lint/suspicious/noExplicitAny: the engine's glue has types for its classes only
type Engine = any;

/** The SQL that Prisma itself writes for a schema on PostgreSQL, without any database. */
export async function prismaDdl(
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<string> {
  const engine = await startEngine(files);
  const { stdout } = await engine.diff({
    from: { tag: "empty" },
    to: { tag: "schemaDatamodel", files: files.map(({ path, text }) => ({ path, content: text })) },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout;
}

let glue: Promise<Engine> | undefined;

async function loadGlue(): Promise<Engine> {
  const runtime: Engine = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const at = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = readFileSync(at.replace(/\.js$/, ".wasm"));
  const { WebAssembly }: Engine = globalThis;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    "./schema_engine_bg.js": runtime,
  });
  runtime.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return runtime;
}

async function startEngine(
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<Engine> {
  glue ??= loadGlue();
  const { SchemaEngine } = await glue;
  const datamodels = files.map(({ path, text }) => [path, text]);
  return SchemaEngine.new({ datamodels }, () => undefined, adapter);
}

const answer = async () => ({ ok: true, value: { columnTypes: [], columnNames: [], rows: [] } });
const done = async () => ({ ok: true, value: undefined });
const errorRegistry = { consumeError: () => undefined };

/** A database that agrees to everything: writing SQL for a schema asks it for its version alone. */
const connection = {
  provider: "postgres",
  adapterName: "none",
  queryRaw: answer,
  executeRaw: async () => ({ ok: true, value: 0 }),
  executeScript: done,
  dispose: done,
  getConnectionInfo: () => ({ ok: true, value: { supportsRelationJoins: false } }),
  errorRegistry,
};

const connect = async () => ({ ok: true, value: connection });
const adapter = {
  provider: "postgres",
  adapterName: "none",
  connect,
  connectToShadowDb: connect,
  errorRegistry,
};
