-- Privileges of tables, views and functions: all taken away, then what is there.
select path, statement from (
  select 1 as place, c.oid, n.nspname || '/' || c.relname as path,
    format('revoke all on table %I.%I from public, %s', n.nspname, c.relname,
      (select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname !~ '^pg_' and r.oid <> c.relowner)) as statement
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  union all
  select 2, c.oid, n.nspname || '/' || c.relname,
    format('grant %s on table %I.%I to %s', string_agg(lower(a.privilege_type), ', ' order by a.privilege_type), n.nspname, c.relname,
      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.grantee <> c.relowner
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  group by c.oid, n.nspname, c.relname, a.grantee
  union all
  select 3, p.oid, n.nspname || '/functions/' || p.proname,
    format('revoke execute on function %s from public', p.oid::regprocedure)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.prokind in ('f', 'w') and p.proacl is not null
    and not exists (select from aclexplode(p.proacl) a where a.grantee = 0)
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
) as found
where $2::text[] is not null
order by place, oid;
