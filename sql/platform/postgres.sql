-- What a plain PostgreSQL 15 or later holds before the first migration.
create role postgres superuser createdb createrole replication bypassrls login;
create schema if not exists public;
grant usage on schema public to public;
create extension if not exists plpgsql with schema pg_catalog;
