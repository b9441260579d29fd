// Generated from sql/platform/ by `npm run generate`. Do not edit.

export const postgresSql = `create role postgres superuser createdb createrole replication bypassrls login;
create schema if not exists public;
grant usage on schema public to public;
create extension if not exists plpgsql with schema pg_catalog;`;

export const supabaseSql = `create role supabase_admin superuser createdb createrole replication bypassrls login;
create role postgres createdb createrole replication bypassrls login;
create role anon noinherit;
create role authenticated noinherit;
create role service_role noinherit bypassrls;
create role authenticator noinherit login;
create role dashboard_user createdb createrole replication;
create role pgbouncer login;
create role supabase_auth_admin noinherit createrole login;
create role supabase_storage_admin noinherit createrole login;
create role supabase_realtime_admin noinherit;
create role supabase_functions_admin noinherit createrole login;
create role supabase_replication_admin replication login;
create role supabase_read_only_user bypassrls login;
create role supabase_etl_admin replication login;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant authenticator, supabase_realtime_admin to postgres;
grant anon, authenticated, service_role to supabase_storage_admin;
grant pg_read_all_data to supabase_read_only_user;
grant pg_monitor, pg_signal_backend to postgres;
alter role postgres set search_path to "$user", public, extensions;
alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_storage_admin set search_path to storage;
create schema if not exists public;
create schema extensions;
create schema graphql;
create schema graphql_public;
create schema vault;
create schema supabase_functions;
create schema realtime;
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
grant usage on schema public to public;
grant usage, create on schema public to postgres;
grant usage on schema public, extensions, graphql_public, realtime, auth, storage to postgres, anon, authenticated, service_role;
grant create on schema extensions, realtime to postgres;
grant usage on schema vault to postgres, service_role;
grant usage on schema graphql to postgres, anon, authenticated, service_role;
grant all on schema auth, extensions, storage to dashboard_user;
grant all on schema realtime to supabase_realtime_admin;
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;
create extension if not exists plpgsql with schema pg_catalog;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;
set role supabase_auth_admin;
create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create type auth.code_challenge_method as enum ('s256', 'plain');
create type auth.factor_status as enum ('unverified', 'verified');
create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
create type auth.one_time_token_type as enum ('confirmation_token', 'reauthentication_token', 'recovery_token', 'email_change_token_new', 'email_change_token_current', 'phone_change_token');
create table auth.users (
instance_id uuid,
id uuid primary key,
aud varchar(255),
role varchar(255),
email varchar(255),
encrypted_password varchar(255),
email_confirmed_at timestamptz,
invited_at timestamptz,
confirmation_token varchar(255),
confirmation_sent_at timestamptz,
recovery_token varchar(255),
recovery_sent_at timestamptz,
email_change_token_new varchar(255),
email_change varchar(255),
email_change_sent_at timestamptz,
last_sign_in_at timestamptz,
raw_app_meta_data jsonb,
raw_user_meta_data jsonb,
is_super_admin boolean,
created_at timestamptz,
updated_at timestamptz,
phone text unique,
phone_confirmed_at timestamptz,
phone_change text,
phone_change_token varchar(255),
phone_change_sent_at timestamptz,
confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
email_change_token_current varchar(255),
email_change_confirm_status smallint,
banned_until timestamptz,
reauthentication_token varchar(255),
reauthentication_sent_at timestamptz,
is_sso_user boolean not null default false,
deleted_at timestamptz,
is_anonymous boolean not null default false
);
create table auth.identities (
provider_id text not null,
user_id uuid not null references auth.users on delete cascade,
identity_data jsonb not null,
provider text not null,
last_sign_in_at timestamptz,
created_at timestamptz,
updated_at timestamptz,
email text generated always as (lower(identity_data ->> 'email')) stored,
id uuid primary key default gen_random_uuid(),
unique (provider_id, provider)
);
create table auth.sessions (
id uuid primary key,
user_id uuid not null references auth.users on delete cascade,
created_at timestamptz,
updated_at timestamptz,
factor_id uuid,
aal auth.aal_level,
not_after timestamptz,
refreshed_at timestamp,
user_agent text,
ip inet,
tag text
);
create table auth.refresh_tokens (
instance_id uuid,
id bigserial primary key,
token varchar(255) unique,
user_id varchar(255),
revoked boolean,
created_at timestamptz,
updated_at timestamptz,
parent varchar(255),
session_id uuid references auth.sessions on delete cascade
);
create table auth.mfa_factors (
id uuid primary key,
user_id uuid not null references auth.users on delete cascade,
friendly_name text,
factor_type auth.factor_type not null,
status auth.factor_status not null,
created_at timestamptz not null,
updated_at timestamptz not null,
secret text,
phone text,
last_challenged_at timestamptz unique,
web_authn_credential jsonb,
web_authn_aaguid uuid
);
create table auth.mfa_amr_claims (
session_id uuid not null references auth.sessions on delete cascade,
created_at timestamptz not null,
updated_at timestamptz not null,
authentication_method text not null,
id uuid primary key
);
create table auth.one_time_tokens (
id uuid primary key,
user_id uuid not null references auth.users on delete cascade,
token_type auth.one_time_token_type not null,
token_hash text not null,
relates_to text not null,
created_at timestamp not null default now(),
updated_at timestamp not null default now()
);
create table auth.audit_log_entries (
instance_id uuid,
id uuid primary key,
payload json,
created_at timestamptz,
ip_address varchar(64) not null default ''
);
create table auth.instances (
id uuid primary key,
uuid uuid,
raw_base_config text,
created_at timestamptz,
updated_at timestamptz
);
alter table auth.users enable row level security;
alter table auth.identities enable row level security;
alter table auth.sessions enable row level security;
alter table auth.refresh_tokens enable row level security;
alter table auth.mfa_factors enable row level security;
alter table auth.mfa_amr_claims enable row level security;
alter table auth.one_time_tokens enable row level security;
alter table auth.audit_log_entries enable row level security;
alter table auth.instances enable row level security;
grant select on all tables in schema auth to postgres with grant option;
grant insert, update, delete, truncate, references, trigger on all tables in schema auth to postgres;
grant all on all tables in schema auth to dashboard_user;
create function auth.uid() returns uuid language sql stable as $$
select coalesce(
nullif(current_setting('request.jwt.claim.sub', true), ''),
(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
)::uuid
$$;
create function auth.role() returns text language sql stable as $$
select coalesce(
nullif(current_setting('request.jwt.claim.role', true), ''),
(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
)::text
$$;
create function auth.email() returns text language sql stable as $$
select coalesce(
nullif(current_setting('request.jwt.claim.email', true), ''),
(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
)::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
select coalesce(
nullif(current_setting('request.jwt.claim', true), ''),
nullif(current_setting('request.jwt.claims', true), '')
)::jsonb
$$;
set role supabase_storage_admin;
create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
create table storage.buckets (
id text primary key,
name text not null unique,
owner uuid,
created_at timestamptz default now(),
updated_at timestamptz default now(),
public boolean default false,
avif_autodetection boolean default false,
file_size_limit bigint,
allowed_mime_types text[],
owner_id text,
type storage.buckettype not null default 'STANDARD'
);
create table storage.objects (
id uuid primary key default gen_random_uuid(),
bucket_id text references storage.buckets,
name text,
owner uuid,
created_at timestamptz default now(),
updated_at timestamptz default now(),
last_accessed_at timestamptz default now(),
metadata jsonb,
path_tokens text[] generated always as (string_to_array(name, '/')) stored,
version text,
owner_id text,
user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create table storage.s3_multipart_uploads (
id text primary key,
in_progress_size bigint not null default 0,
upload_signature text not null,
bucket_id text not null references storage.buckets,
key text not null,
version text not null,
owner_id text,
created_at timestamptz not null default now(),
user_metadata jsonb
);
create table storage.s3_multipart_uploads_parts (
id uuid primary key default gen_random_uuid(),
upload_id text not null references storage.s3_multipart_uploads on delete cascade,
size bigint not null default 0,
part_number integer not null,
bucket_id text not null references storage.buckets,
key text not null,
etag text not null,
owner_id text,
version text not null,
created_at timestamptz not null default now()
);
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.s3_multipart_uploads enable row level security;
alter table storage.s3_multipart_uploads_parts enable row level security;
grant all on storage.buckets, storage.objects to postgres, anon, authenticated, service_role;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to postgres, service_role;
create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
parts text[];
begin
select string_to_array(name, '/') into parts;
return parts[1 : array_length(parts, 1) - 1];
end
$$;
create function storage.filename(name text) returns text language plpgsql immutable as $$
declare
parts text[];
begin
select string_to_array(name, '/') into parts;
return parts[array_length(parts, 1)];
end
$$;
create function storage.extension(name text) returns text language plpgsql immutable as $$
begin
return split_part(storage.filename(name), '.', 2);
end
$$;
set role supabase_admin;
create table realtime.messages (
topic text not null,
extension text not null,
payload jsonb,
event text,
private boolean default false,
updated_at timestamp not null default now(),
inserted_at timestamp not null default now(),
id uuid not null default gen_random_uuid(),
primary key (id, inserted_at)
) partition by range (inserted_at);
create table realtime.subscription (
id bigint generated always as identity primary key,
subscription_id uuid not null,
entity regclass not null,
claims jsonb not null,
created_at timestamp not null default now()
);
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres, dashboard_user;
grant select on realtime.subscription to anon, authenticated, service_role;
create function realtime.topic() returns text language sql stable as $$
select nullif(current_setting('realtime.topic', true), '')::text
$$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language plpgsql as $$
begin
insert into realtime.messages (payload, event, topic, private, extension)
values (payload, event, topic, private, 'broadcast');
end
$$;
create function realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text default 'ROW') returns void language plpgsql as $$
begin
perform realtime.send(
jsonb_build_object('old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema),
event_name,
topic_name
);
end
$$;
create publication supabase_realtime;
create table vault.secrets (
id uuid primary key default gen_random_uuid(),
name text,
description text not null default '',
secret text not null,
key_id uuid,
nonce bytea,
created_at timestamptz not null default now(),
updated_at timestamptz not null default now()
);
create view vault.decrypted_secrets as select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at from vault.secrets;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null) returns uuid language sql security definer set search_path = '' as $$
insert into vault.secrets (secret, name, description, key_id) values (new_secret, new_name, new_description, new_key_id) returning id
$$;
create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null) returns void language sql security definer set search_path = '' as $$
update vault.secrets
set secret = coalesce(new_secret, secret), name = coalesce(new_name, name), description = coalesce(new_description, description)
where id = secret_id
$$;
revoke execute on all functions in schema vault from public;
grant execute on all functions in schema vault to postgres, service_role;
create function supabase_functions.http_request() returns trigger language plpgsql security definer set search_path = '' as $$
begin
return new;
end
$$;
revoke execute on function supabase_functions.http_request() from public;
grant execute on function supabase_functions.http_request() to postgres, anon, authenticated, service_role;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
create function graphql_public.graphql("operationName" text default null, query text default null, variables jsonb default null, extensions jsonb default null) returns jsonb language sql as $$
select '{}'::jsonb
$$;`;
