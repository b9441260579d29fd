import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ArchivedFile, readTar } from "./tar.ts";

/** Extensions that come with the engine, by the name that CREATE EXTENSION takes, and their archive. */
const ARCHIVES: Readonly<Record<string, string>> = {
  "uuid-ossp": "uuid-ossp",
  pgcrypto: "pgcrypto",
  citext: "citext",
  pg_trgm: "pg_trgm",
  ltree: "ltree",
  hstore: "hstore",
  unaccent: "unaccent",
  bloom: "bloom",
  btree_gist: "btree_gist",
  btree_gin: "btree_gin",
  fuzzystrmatch: "fuzzystrmatch",
  intarray: "intarray",
  isn: "isn",
  lo: "lo",
  seg: "seg",
  tablefunc: "tablefunc",
  cube: "cube",
  earthdistance: "earthdistance",
  // One archive of triggers, one extension each.
  moddatetime: "spi",
  insert_username: "spi",
  autoinc: "spi",
  refint: "spi",
  pg_stat_statements: "pg_stat_statements",
  tsm_system_rows: "tsm_system_rows",
  vector: "vector",
};

export const AVAILABLE: ReadonlySet<string> = new Set([...Object.keys(ARCHIVES), "plpgsql"]);

/** Archives by the name of their file. */
export const EXTENSION_FILES: readonly string[] = [...new Set(Object.values(ARCHIVES))].map(
  (name) => `${name}.tar.gz`,
);

/** A file that is unpacked when it is first read: a database that has an extension may never call it. */
export interface PackedFile {
  /** Below the engine's own folder. */
  readonly path: string;
  readonly size: number;
  readonly read: () => Uint8Array;
}

/** By archive the paths and sizes of its files: written with the bundle, for those who do not want to unpack it. */
export type ArchiveIndex = Readonly<Record<string, readonly (readonly [path: string, size: number])[]>>;

export const ARCHIVE_INDEX = "extensions.json";

/** Files of extensions. */
export function extensionFiles(folders: readonly string[], names: readonly string[]): PackedFile[] {
  const indexFile = join(folders[0]!, ARCHIVE_INDEX);
  const index: ArchiveIndex = existsSync(indexFile) ? JSON.parse(readFileSync(indexFile, "utf8")) : {};
  const archives = new Set(names.flatMap((name) => (ARCHIVES[name] ? [`${ARCHIVES[name]}.tar.gz`] : [])));
  return [...archives].flatMap((archive) => {
    const file = folders.map((folder) => join(folder, archive)).find((each) => existsSync(each));
    return file === undefined ? [] : filesOf(file, index[archive]);
  });
}

function filesOf(archive: string, index: ArchiveIndex[string] | undefined): PackedFile[] {
  let unpacked: ReadonlyMap<string, Uint8Array> | undefined;
  const bytesOf = (path: string): Uint8Array => {
    unpacked ??= new Map(readArchive(archive).map((each) => [each.path, each.bytes]));
    return unpacked.get(path)!;
  };
  return (index ?? indexArchive(archive)).map(([path, size]) => ({ path, size, read: () => bytesOf(path) }));
}

export const indexArchive = (archive: string): [path: string, size: number][] =>
  readArchive(archive).map(({ path, bytes }) => [path, bytes.length]);

const readArchive = (archive: string): ArchivedFile[] =>
  readTar(gunzipSync(readFileSync(archive))).filter(({ path }) => !path.includes("/doc/"));

/** Extensions that a text asks for, wherever it does: a DO block may build the statement, a comment stand right above. */
export function extensionsNamed(sql: string): string[] {
  const names = [...sql.matchAll(CREATE)].map(([, name]) => name!.toLowerCase());
  return names.flatMap((name) => [...(NEEDS[name] ?? []), name]).filter((name) => AVAILABLE.has(name));
}

const CREATE = /\bcreate\s+extension\b(?=\s+(?:if\s+not\s+exists\s+)?"?([\w-]+))/gi;

/** What CASCADE brings along. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { earthdistance: ["cube"] };

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
  pg_graphql: `
    create schema if not exists graphql;
    create or replace function graphql.resolve(query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null) returns jsonb language sql as $$ select '{}'::jsonb $$;`,
  http: `
    create type SCHEMA.http_method as enum ('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD');
    create type SCHEMA.http_header as (field varchar, value varchar);
    create type SCHEMA.http_request as (method SCHEMA.http_method, uri varchar, headers SCHEMA.http_header[], content_type varchar, content varchar);
    create type SCHEMA.http_response as (status integer, content_type varchar, headers SCHEMA.http_header[], content varchar);
    create function SCHEMA.http(request SCHEMA.http_request) returns SCHEMA.http_response language sql as $$ select (503, null, null, null)::SCHEMA.http_response $$;
    create function SCHEMA.http_header(field varchar, value varchar) returns SCHEMA.http_header language sql as $$ select (field, value)::SCHEMA.http_header $$;
    create function SCHEMA.http_get(uri varchar) returns SCHEMA.http_response language sql as $$ select (503, null, null, null)::SCHEMA.http_response $$;
    create function SCHEMA.http_post(uri varchar, content varchar, content_type varchar) returns SCHEMA.http_response language sql as $$ select (503, null, null, null)::SCHEMA.http_response $$;
    create function SCHEMA.urlencode(string varchar) returns text language sql as $$ select string::text $$;`,
  pgmq: `
    create schema if not exists pgmq;
    create type pgmq.message_record as (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb);
    create table pgmq.meta (queue_name varchar unique not null, is_partitioned boolean not null, is_unlogged boolean not null, created_at timestamptz not null default now());
    create function pgmq.create(queue_name text) returns void language plpgsql as $$
    begin
      execute format('create table if not exists pgmq.%I (msg_id bigint generated always as identity primary key, read_ct integer not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null default now(), message jsonb, headers jsonb)', 'q_' || lower(queue_name));
      execute format('create table if not exists pgmq.%I (msg_id bigint primary key, read_ct integer not null default 0, enqueued_at timestamptz not null default now(), archived_at timestamptz not null default now(), vt timestamptz not null default now(), message jsonb, headers jsonb)', 'a_' || lower(queue_name));
      insert into pgmq.meta values (queue_name, false, false) on conflict do nothing;
    end $$;
    create function pgmq.create_non_partitioned(queue_name text) returns void language sql as 'select pgmq.create(queue_name)';
    create function pgmq.create_unlogged(queue_name text) returns void language sql as 'select pgmq.create(queue_name)';
    create function pgmq.drop_queue(queue_name text) returns boolean language sql as 'select true';
    create function pgmq.purge_queue(queue_name text) returns bigint language sql as 'select 0::bigint';
    create function pgmq.send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint language sql as 'select 1::bigint';
    create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer default 0) returns setof bigint language sql as 'select 1::bigint';
    create function pgmq.read(queue_name text, vt integer, qty integer) returns setof pgmq.message_record language sql as 'select null::pgmq.message_record where false';
    create function pgmq.pop(queue_name text) returns setof pgmq.message_record language sql as 'select null::pgmq.message_record where false';
    create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record language sql as 'select null::pgmq.message_record where false';
    create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language sql as 'select true';
    create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language sql as 'select true';
    grant usage, create on schema pgmq to public; grant select, insert, update, delete on pgmq.meta to public;`,
  pg_jsonschema: `
    create function SCHEMA.json_matches_schema(schema json, instance json) returns boolean immutable language sql as 'select true';
    create function SCHEMA.jsonb_matches_schema(schema json, instance jsonb) returns boolean immutable language sql as 'select true';
    create function SCHEMA.jsonschema_is_valid(schema json) returns boolean immutable language sql as 'select true';
    create function SCHEMA.jsonschema_validation_errors(schema json, instance json) returns text[] immutable language sql as $$ select '{}'::text[] $$;`,
  pg_hashids: `
    create function SCHEMA.id_encode(number bigint, salt text default '', min_length integer default 0, alphabet text default '') returns text immutable language sql as 'select number::text';
    create function SCHEMA.id_decode_once(hash text, salt text default '', min_length integer default 0, alphabet text default '') returns bigint immutable language sql as 'select 0::bigint';`,
  // The platform has its schema and tables.
  supabase_vault: `create schema if not exists vault;`,
  pgsodium: `
    create schema if not exists pgsodium;
    create table if not exists pgsodium.key (id uuid primary key default gen_random_uuid(), name text unique, created timestamptz not null default now(), key_id bigserial);
    create function pgsodium.create_key(key_type text default 'aead-det', name text default null) returns pgsodium.key language sql as $$ insert into pgsodium.key (name) values (name) returning * $$;
    create function pgsodium.randombytes_random() returns integer language sql as 'select (random() * 2147483647)::integer';`,
  pgjwt: `
    create function SCHEMA.sign(payload json, secret text, algorithm text default 'HS256') returns text language sql as $$ select '' $$;
    create function SCHEMA.verify(token text, secret text, algorithm text default 'HS256') returns table (header json, payload json, valid boolean) language sql as $$ select null::json, null::json, false $$;`,
};
