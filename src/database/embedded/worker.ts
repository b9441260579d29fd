import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { brotliDecompressSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import type { Answer, Value } from "../client.ts";
import { extensionsIn } from "./extensions.ts";
import { readPacked } from "./packed.ts";
import { WebAssembly } from "./web-assembly.ts";

/** What the engine is asked, and what it answers; one at a time. */
export type Request =
  | {
      readonly do: "start";
      /** Folders of the engine's own files. */
      readonly assets: readonly string[];
      /** A prepared database, packed; an empty one is made without it. */
      readonly image?: string;
      /** Extensions to have at hand: each costs the start some time. */
      readonly extensions: readonly string[];
    }
  | { readonly do: "query"; readonly sql: string; readonly values: readonly Value[] }
  /** Several statements at once, in one implicit transaction, answers thrown away. */
  | { readonly do: "run"; readonly sql: string }
  | { readonly do: "dump" };

export type Reply =
  | { readonly answer: Answer }
  | { readonly dump: Uint8Array }
  | { readonly error: { message: string; code: string; position?: number; hint?: string } };

/**
 * Recursion without end must become error 54001: beyond this depth the engine would run over the JavaScript stack,
 * and answer every later query with no rows.
 */
const STACK = "max_stack_depth=300kB";

/** A database in memory gains nothing from keeping its pages twice. */
const BUFFERS = "shared_buffers=32MB";

/** Nor from old segments of the log: they would be part of every image, and of the memory of every database. */
const LOG = "wal_recycle=off";

let engine: PGlite | undefined;
let parsers: Record<number, (text: string) => string> = {};

parentPort?.on("message", async (request: Request) => {
  parentPort!.postMessage(await answer(request));
});

async function answer(request: Request): Promise<Reply> {
  try {
    if (request.do === "start") await start(request);
    else if (request.do === "dump") return { dump: await dump() };
    else if (request.do === "run") await engine!.exec(request.sql);
    else return { answer: await query(request.sql, request.values) };
    return { answer: NOTHING };
  } catch (error) {
    return { error: describe(error) };
  }
}

const NOTHING: Answer = { columns: [], rows: [], affected: 0 };

async function start({ assets, image, extensions }: Extract<Request, { do: "start" }>): Promise<void> {
  const own = assets[0]!;
  const compile = async (name: string) => WebAssembly.compile(readPacked(join(own, name)));
  const tar = image === undefined ? undefined : brotliDecompressSync(await readFile(image));
  engine = await PGlite.create({
    pgliteWasmModule: await compile("pglite.wasm"),
    ...(tar ? { loadDataDir: new Blob([tar]) } : { initdbWasmModule: await compile("initdb.wasm") }),
    fsBundle: new Blob([readPacked(join(own, "pglite.data"))]),
    extensions: extensionsIn(assets, extensions),
    startParams: [...PGlite.defaultStartParams, "-c", STACK, "-c", BUFFERS, "-c", LOG],
    ...(tar ? {} : { initDbStartParams: ["--wal-segsize=1"] }),
  });
  // A library that fails to load poisons those loaded after it.
  await engine.exec("load 'plpgsql'");
  parsers = Object.fromEntries(Object.keys(engine.parsers).map((type) => [type, (text: string) => text]));
}

async function query(sql: string, values: readonly Value[]): Promise<Answer> {
  const result = await engine!.query<(string | null)[]>(sql, values as unknown[], {
    rowMode: "array",
    parsers,
  });
  const columns = result.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  return { columns, rows: result.rows, affected: result.affectedRows || result.rows.length };
}

async function dump(): Promise<Uint8Array> {
  // What came before lies in segments that the checkpoint makes needless.
  await engine!.exec("select pg_switch_wal()");
  await engine!.exec("checkpoint");
  await forgetLog();
  return new Uint8Array(await (await engine!.dumpDataDir("none")).arrayBuffer());
}

/** Segments made ahead, and the old bytes behind the log's end, would be half of the archive. */
async function forgetLog(): Promise<void> {
  const { rows } = await engine!.query<[string, number]>(
    "select pg_walfile_name(lsn), (pg_walfile_name_offset(lsn)).file_offset from pg_current_wal_insert_lsn() lsn",
    [],
    { rowMode: "array" },
  );
  const [current, end] = rows[0]!;
  const { FS } = engine!.Module;
  const folder = "/pglite/data/pg_wal";
  for (const name of FS.readdir(folder).filter((each: string) => /^[0-9A-F]{24}$/.test(each)))
    if (name !== current) FS.unlink(`${folder}/${name}`);
  const bytes = FS.readFile(`${folder}/${current}`);
  FS.writeFile(`${folder}/${current}`, bytes.fill(0, end));
}

function describe(error: unknown): { message: string; code: string; position?: number; hint?: string } {
  const { message = String(error), code, position, hint } = error as Record<string, string | undefined>;
  return {
    message,
    code: code && /^[0-9A-Z]{5}$/.test(code) ? code : "",
    ...(position && { position: Number(position) }),
    ...(hint && { hint }),
  };
}
