-- Views and materialized views, in the order in which they were made.
select n.nspname || '/' || c.relname, format('create %sview %I.%I%s as %s',
  case when c.relkind = 'm' then 'materialized ' else '' end, n.nspname, c.relname,
  case when c.reloptions is null then '' else format(' with (%s)', array_to_string(c.reloptions, ', ')) end,
  rtrim(pg_get_viewdef(c.oid), ';'))
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by c.oid;
