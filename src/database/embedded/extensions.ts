import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Extensions } from "@electric-sql/pglite";

/** Extensions that come with the engine, by the name that CREATE EXTENSION takes, and their archive. */
const ARCHIVES: Readonly<Record<string, string>> = {
  "uuid-ossp": "uuid-ossp",
  pgcrypto: "pgcrypto",
  citext: "citext",
  pg_trgm: "pg_trgm",
  ltree: "ltree",
  hstore: "hstore",
  unaccent: "unaccent",
  btree_gist: "btree_gist",
  btree_gin: "btree_gin",
  fuzzystrmatch: "fuzzystrmatch",
  intarray: "intarray",
  tablefunc: "tablefunc",
  cube: "cube",
  earthdistance: "earthdistance",
  pg_stat_statements: "pg_stat_statements",
};

export const AVAILABLE: ReadonlySet<string> = new Set([...Object.keys(ARCHIVES), "plpgsql"]);

/** Archives to copy beside a bundle, as paths inside the engine's package. */
export const EXTENSION_FILES: readonly string[] = Object.values(ARCHIVES).map((name) => `${name}.tar.gz`);

/** The extensions as the engine wants them: they must be given when a database is opened. */
export function extensionsIn(folder: string): Extensions {
  const found = Object.entries(ARCHIVES)
    .map(([name, archive]) => [name, join(folder, `${archive}.tar.gz`)] as const)
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => {
      const setup = async () => ({ bundlePath: pathToFileURL(file) });
      return [name, { name, setup }] as const;
    });
  return Object.fromEntries(found);
}

/**
 * What stands in for extensions that the engine has not: names that migrations call or use as a type, so that the
 * tables and policies around them come to be. What needs more fails with its own message.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  pg_cron: `
    create schema if not exists cron;
    create table cron.job (jobid bigserial primary key, schedule text, command text, jobname text);
    create function cron.schedule(text, text) returns bigint language sql as 'select 1::bigint';
    create function cron.schedule(text, text, text) returns bigint language sql as 'select 1::bigint';
    create function cron.unschedule(text) returns boolean language sql as 'select true';
    create function cron.unschedule(bigint) returns boolean language sql as 'select true';
    grant usage on schema cron to public; grant select on cron.job to public;`,
  pg_net: `
    create schema if not exists net;
    create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint language sql as 'select 1::bigint';
    create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint language sql as 'select 1::bigint';
    grant usage on schema net to public;`,
  vector: `
    create type SCHEMA.vector;
    create function SCHEMA.vector_in(cstring) returns SCHEMA.vector language internal immutable strict as 'textin';
    create function SCHEMA.vector_out(SCHEMA.vector) returns cstring language internal immutable strict as 'textout';
    create function SCHEMA.vector_typmod_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
    create function SCHEMA.vector_typmod_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
    create type SCHEMA.vector (input = SCHEMA.vector_in, output = SCHEMA.vector_out, typmod_in = SCHEMA.vector_typmod_in, typmod_out = SCHEMA.vector_typmod_out, like = pg_catalog.text);`,
};
