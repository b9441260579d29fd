-- Schemas beyond the platform's ($1), and who may use them.
select 'schemas', statement from (
  select 1 as place, n.nspname, format('create schema if not exists %I', n.nspname) as statement
  from pg_namespace n
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  union all
  select 2, n.nspname, format('grant %s on schema %I to %s', lower(a.privilege_type), n.nspname,
    case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
  from pg_namespace n, aclexplode(n.nspacl) a
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
    and a.grantee <> n.nspowner
) as found
order by place, nspname;
