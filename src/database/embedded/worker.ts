import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { MemoryFS, PGlite } from "@electric-sql/pglite";
import { type Answer, isSqlState, literalOf, type Value } from "../client.ts";
import { extensionFiles } from "./extensions.ts";
import { type EngineFiles, packFolder, unpackFolder, writeLater } from "./folder-image.ts";
import { readUnpacked } from "./packed.ts";
import { WebAssembly } from "./web-assembly.ts";

/** What a thread is started with. */
export interface Given {
  /** Folders of the engine's own files. */
  readonly assets: readonly string[];
  /** The engine as another thread of this process compiled it. */
  readonly module?: object;
  /** It makes an empty database, in place of taking one. */
  readonly makes: boolean;
}

/** A prepared database: its bytes, or the packed file that has them, and the name to keep it unpacked under. */
export type Image = Uint8Array | { readonly file: string; readonly name: string };

/** What the engine is asked, and what it answers; one at a time. */
export type Request =
  | {
      readonly do: "start";
      readonly image?: Image;
      /** Extensions to have at hand. */
      readonly extensions: readonly string[];
    }
  | { readonly do: "query"; readonly sql: string; readonly values: readonly Value[] }
  /** Several statements at once, in one implicit transaction, answers thrown away. */
  | { readonly do: "run"; readonly sql: string }
  /** Several such texts one after the other, up to the first that fails. */
  | { readonly do: "run each"; readonly texts: readonly string[] }
  | { readonly do: "dump" };

export type Reply =
  | { readonly answer: Answer }
  | { readonly dump: Uint8Array<ArrayBuffer> }
  /** How many texts ran. */
  | { readonly ran: number }
  | { readonly error: { message: string; code: string; position?: number; hint?: string } };

/** Said unasked, once: the engine compiled, for threads to come. */
export interface Compiled {
  readonly module: object;
}

/**
 * Recursion without end must become error 54001: beyond this depth the engine would run over the JavaScript stack,
 * and answer every later query with no rows.
 */
const STACK = "max_stack_depth=300kB";

/** A database in memory gains nothing from keeping its pages twice; a start touches every byte of them. */
const BUFFERS = "shared_buffers=2MB";

/** Nor from old segments of the log: they would be part of every image, and of the memory of every database. */
const LOG = "wal_recycle=off";

/**
 * One connection, and no helpers: what PostgreSQL sets aside for others is zeroed at every start. One transaction may
 * hold as many locks as a hundred connections would get.
 */
const ALONE = {
  max_connections: 4,
  autovacuum_worker_slots: 1,
  max_wal_senders: 0,
  max_locks_per_transaction: 1024,
  max_pred_locks_per_transaction: 256,
};

const SETTINGS = [STACK, BUFFERS, LOG, ...Object.entries(ALONE).map((pair) => pair.join("="))].flatMap(
  (each) => ["-c", each],
);

const ENGINE = "/pglite";
const DATA = `${ENGINE}/data`;

const { assets, module: compiled, makes } = workerData as Given;

type Start = Extract<Request, { do: "start" }>;

let start!: (request: Start) => void;
const started = new Promise<Start>((resolve) => {
  start = resolve;
});

/** The engine's file system in memory. The engine is loaded up to here before it is known what database to take. */
class GivenFolder extends MemoryFS {
  override async initialSyncFs(): Promise<void> {
    const { image, extensions } = await started;
    const files = this.pg!.Module.FS as unknown as EngineFiles & { mkdirTree(path: string): void };
    for (const { path, size, read } of extensionFiles(assets, extensions)) {
      files.mkdirTree(`${ENGINE}/${path.slice(0, path.lastIndexOf("/"))}`);
      writeLater(files, `${ENGINE}/${path}`, size, read);
    }
    if (!image) return;
    files.mkdirTree(DATA);
    unpackFolder(files, DATA, "file" in image ? await readUnpacked(image.file, image.name) : image);
  }
}

/** It would ask for all array types before anything else: values go as text, and nobody wants them. */
class PlainEngine extends PGlite {
  override async _initArrayTypes(): Promise<void> {}
}

const creating = create();
// It is said when somebody asks for it.
creating.catch(() => {});

let engine: PGlite | undefined;
/** Every value stays as PostgreSQL writes it, on the way out and in. */
let asText: Record<number, (text: string) => string> = {};

parentPort?.on("message", async (request: Request) => {
  const reply = await answer(request);
  parentPort!.postMessage(reply, "dump" in reply ? [reply.dump.buffer] : []);
});

async function answer(request: Request): Promise<Reply> {
  try {
    if (request.do === "start") await begin(request);
    else if (request.do === "dump") return { dump: await dump() };
    else if (request.do === "run each") return { ran: await runEach(request.texts) };
    else if (request.do === "run") await engine!.exec(request.sql);
    else return { answer: await query(request.sql, request.values) };
    return { answer: NOTHING };
  } catch (error) {
    return { error: describe(error) };
  }
}

const NOTHING: Answer = { columns: [], rows: [], affected: 0 };

async function create(): Promise<PGlite> {
  const own = (name: string) => readUnpacked(join(assets[0]!, name));
  const compile = async (name: string): Promise<never> => WebAssembly.compile(await own(name));
  const [module, data] = await Promise.all([
    (compiled as never) ?? compile("pglite.wasm"),
    own("pglite.data"),
  ]);
  if (!compiled) parentPort?.postMessage({ module } satisfies Compiled);
  const made = new PlainEngine({
    pgliteWasmModule: module,
    // A real one would copy its bytes several times over. Memory that is touched first costs as much as its contents.
    fsBundle: { arrayBuffer: async () => wholeOf(data) } as Blob,
    fs: new GivenFolder(),
    startParams: [...PGlite.defaultStartParams, ...SETTINGS],
    ...(makes && { initdbWasmModule: await compile("initdb.wasm"), initDbStartParams: ["--wal-segsize=1"] }),
  });
  await made.waitReady;
  return made;
}

const wholeOf = ({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>): ArrayBuffer =>
  byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);

async function begin(request: Start): Promise<void> {
  start(request);
  engine = await creating;
  // A library that fails to load poisons those loaded after it.
  await engine.exec("load 'plpgsql'");
  const types = new Set([...Object.keys(engine.parsers), ...Object.keys(engine.serializers)]);
  asText = Object.fromEntries([...types].map((type) => [type, (text: string) => text]));
}

async function runEach(texts: readonly string[]): Promise<number> {
  for (const [i, text] of texts.entries())
    try {
      await engine!.exec(text);
    } catch {
      return i;
    }
  return texts.length;
}

async function query(sql: string, values: readonly Value[]): Promise<Answer> {
  const result = await engine!.query<(string | null)[]>(sql, values.map(literalOf), {
    rowMode: "array",
    parsers: asText,
    serializers: asText,
  });
  const columns = result.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  return { columns, rows: result.rows, affected: result.affectedRows || result.rows.length };
}

async function dump(): Promise<Uint8Array<ArrayBuffer>> {
  // What came before lies in segments that the checkpoint makes needless.
  await engine!.exec("select pg_switch_wal()");
  await engine!.exec("checkpoint");
  await forgetLog();
  return packFolder(engine!.Module.FS as unknown as EngineFiles, DATA);
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
  const folder = `${DATA}/pg_wal`;
  for (const name of FS.readdir(folder).filter((each: string) => /^[0-9A-F]{24}$/.test(each)))
    if (name !== current) FS.unlink(`${folder}/${name}`);
  const bytes = FS.readFile(`${folder}/${current}`);
  FS.writeFile(`${folder}/${current}`, bytes.fill(0, end));
}

function describe(error: unknown): { message: string; code: string; position?: number; hint?: string } {
  const { message = String(error), code, position, hint } = error as Record<string, string | undefined>;
  return {
    message,
    code: isSqlState(code) ? code : "",
    ...(position && { position: Number(position) }),
    ...(hint && { hint }),
  };
}
