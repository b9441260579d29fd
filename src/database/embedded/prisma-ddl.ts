import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { SourceText } from "../../text/source-text.ts";
import { PACKED, readPacked } from "./packed.ts";
import { WebAssembly } from "./web-assembly.ts";

// biome-ignore lint/suspicious/noExplicitAny: the engine's glue has types for its classes only
type SchemaEngine = any;

/** The SQL that Prisma itself writes for a schema on PostgreSQL. Rejects with Prisma's own message where it cannot. */
export async function writePrismaDdl(files: readonly SourceText[]): Promise<string> {
  return diff(files.map(withoutUrl), { tag: "empty" });
}

/** The SQL with which Prisma takes a database from one schema to another. Rejects likewise. */
export async function diffPrismaDdl(
  before: readonly SourceText[],
  after: readonly SourceText[],
): Promise<string> {
  return diff(after.map(withoutUrl), datamodel(before.map(withoutUrl)));
}

const datamodel = (files: readonly SourceText[]) => ({
  tag: "schemaDatamodel",
  files: files.map(({ path, text }) => ({ path, content: text })),
});

async function diff(files: readonly SourceText[], from: object): Promise<string> {
  shared[GLUE] ??= loadGlue();
  const { SchemaEngine } = await shared[GLUE];
  const datamodels = files.map(({ path, text }) => [path, text]);
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, adapter);
  const { stdout } = await engine.diff({
    from,
    to: datamodel(files),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout;
}

/** Version 7 of the engine refuses what earlier versions demand: a connection string in the schema. */
const withoutUrl = ({ path, text }: SourceText): SourceText => ({
  path,
  text: text.replace(/^([ \t]*)(url|directUrl|shadowDatabaseUrl)[ \t]*=.*$/gm, "$1"),
});

/** The glue holds one instance of the engine, and breaks where this module, loaded a second time, gives it another. */
const GLUE = Symbol.for("rowguard.schema-engine");
const shared: { [GLUE]?: Promise<SchemaEngine> } = globalThis as object;

async function loadGlue(): Promise<SchemaEngine> {
  const runtime: SchemaEngine = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = new WebAssembly.Module(readPacked(wasmFile()));
  const { exports } = new WebAssembly.Instance(module, { "./schema_engine_bg.js": runtime });
  runtime.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return runtime;
}

function wasmFile(): string {
  const bundled = join(import.meta.dirname, "schema_engine_bg.wasm");
  if (existsSync(bundled + PACKED)) return bundled;
  const { resolve } = createRequire(join(import.meta.dirname, "prisma-ddl.ts"));
  return resolve("@prisma/schema-engine-wasm/schema_engine_bg").replace(/\.js$/, ".wasm");
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
