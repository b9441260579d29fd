-- Privileges of tables, their columns, views and functions: all taken away, then what is there.
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
    -- What only newer servers have.
    and a.privilege_type <> 'MAINTAIN'
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  group by c.oid, n.nspname, c.relname, a.grantee
  union all
  select 3, c.oid, n.nspname || '/' || c.relname,
    format('grant %s on table %I.%I to %s', string_agg(g.privilege, ', ' order by g.privilege), n.nspname, c.relname, g.grantee)
  from (
    select t.attrelid, lower(a.privilege_type) || ' (' || string_agg(quote_ident(t.attname), ', ' order by t.attnum) || ')' as privilege,
      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee
    from pg_attribute t, aclexplode(t.attacl) a
    where not t.attisdropped
    group by t.attrelid, a.privilege_type, a.grantee
  ) as g
  join pg_class c on c.oid = g.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  group by c.oid, n.nspname, c.relname, g.grantee
  union all
  select each.place, p.oid, n.nspname || '/functions/' || p.proname, format(each.statement, p.oid::regprocedure)
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  cross join lateral (
    select 4 as place, 'revoke all on routine %s from '
      || case when exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) then '' else 'public, ' end
      || (select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname !~ '^pg_') as statement
    union all
    select 5, 'grant execute on routine %s to '
      || string_agg(quote_ident(pg_get_userbyid(a.grantee)), ', ' order by a.grantee)
    from aclexplode(p.proacl) a
    where a.grantee not in (0, p.proowner)
    having count(*) > 0
  ) as each
  where p.prokind in ('f', 'p', 'w')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
) as found
order by place, oid;
