-- Functions that the sources made, and whether policies, views, triggers and the like call them by themselves.
select
  n.nspname,
  p.proname,
  pg_get_functiondef(p.oid),
  exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n')
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
-- Objects of PostgreSQL's own have lower numbers: by its index this costs nothing.
where p.oid >= 16384
  and l.lanname not in ('internal', 'c')
  and p.prokind in ('f', 'p', 'w')
  and n.nspname not in ('pg_catalog', 'information_schema')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');
