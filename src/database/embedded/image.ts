import { createHash, randomBytes } from "node:crypto";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { makeFolder } from "../../cache/make-folder.ts";
import type { Platform } from "../../project/platform/platform.ts";
import { Engine, type Runner } from "./engine.ts";
import { extensionsNamed } from "./extensions.ts";
import { engineCache, PACKED } from "./packed.ts";
import type { Image } from "./worker.ts";

/** Changed with anything that changes an image besides the platform's SQL. */
const VERSION = "6";

/** Brotli's, 0 to 11: beyond this one packing takes a minute and gains little. */
const QUALITY = 9;

/** The role that the engine starts as. It is a superuser whatever one does; no role of a project may have its name. */
export const ENGINE_ROLE = "rowguard_engine";

/** A platform's database, packed: made when the program is built, else on first use and kept. */
export async function findImage(platform: Platform): Promise<Image & { readonly file: string }> {
  const image = (folder: string) => ({
    file: join(folder, imageName(platform)),
    name: `${platform.id}.image`,
  });
  const built = image(join(import.meta.dirname, "platform"));
  if (existsSync(built.file + PACKED)) return built;
  const kept = image(join(engineCache(), "images"));
  if (!existsSync(kept.file + PACKED)) await writeImage(platform, kept.file + PACKED);
  return kept;
}

export const imageName = ({ id, sql }: Platform): string =>
  `${id}-${createHash("sha256").update(VERSION).update(sql).digest("hex").slice(0, 12)}.image`;

/** Makes the database that a platform's projects begin with, and packs it. */
async function writeImage(platform: Platform, file: string): Promise<void> {
  const engine = await Engine.start(extensionsNamed(platform.sql));
  try {
    await prepare(engine, platform);
    const packed = brotliCompressSync(await engine.dump(), {
      params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 },
    });
    makeFolder(dirname(file));
    // Another process may make the same: whole files only.
    const part = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(part, packed);
    renameSync(part, file);
  } finally {
    await engine.close();
  }
}

async function prepare(engine: Engine, platform: Platform): Promise<void> {
  // The platform's own roles want the names that initdb gave away.
  await engine.run(`update pg_authid set rolname = '${ENGINE_ROLE}' where oid = 10`);
  await preparePlatform(engine, platform, "postgres");
  // Half of every start would go into unpacking databases that nobody can connect to.
  await engine.run("update pg_database set datistemplate = false where datname <> 'postgres'");
  for (const name of ["template0", "template1"]) await engine.run(`drop database ${name}`);
}

/** What a platform's projects begin with, in an empty database where a superuser of another name asks. */
export async function preparePlatform(
  runner: Runner,
  { sql, migrationRole, realtimePublication }: Platform,
  database: string,
): Promise<void> {
  await runner.run(sql);
  // What runs migrations is no superuser; what it may do besides is what hosted databases give it.
  await runner.run(`
    reset role;
    alter role ${migrationRole} nosuperuser createrole createdb replication bypassrls;
    alter database ${database} owner to ${migrationRole};
    grant create on database ${database} to ${migrationRole};
    grant set on parameter session_replication_role to ${migrationRole};
    ${realtimePublication ? `alter publication ${realtimePublication} owner to ${migrationRole};` : ""}
  `);
  for (const [owner] of (await runner.query(PLATFORM_OWNERS, [migrationRole])).rows)
    await runner.run(`grant "${owner}" to ${migrationRole}`);
}

/** Hosted databases let migrations write policies on the platform's tables: here by membership in their owners. */
const PLATFORM_OWNERS = `
  select distinct r.rolname from pg_class c join pg_roles r on r.oid = c.relowner
  where c.relkind in ('r', 'p') and not r.rolsuper and r.rolname <> $1 and not pg_has_role($1, r.oid, 'member')`;
