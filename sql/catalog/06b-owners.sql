-- Owners of tables, views and functions, where it is not who runs migrations, nor the embedded engine itself ($6).
select path, statement from (
  select c.oid, c.relowner as owner, n.nspname || '/' || c.relname as path,
    format('alter %s %I.%I owner to %I',
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
      n.nspname, c.relname, pg_get_userbyid(c.relowner)) as statement
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  union all
  select p.oid, p.proowner, n.nspname || '/functions/' || p.proname,
    format('alter %s %s owner to %I', case p.prokind when 'p' then 'procedure' else 'function' end,
      p.oid::regprocedure, pg_get_userbyid(p.proowner))
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.prokind in ('f', 'p', 'w')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
) as found
where pg_get_userbyid(owner) <> all ($6::text[])
order by oid;
