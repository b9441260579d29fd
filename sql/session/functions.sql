-- Functions that the sources made, and whether policies, views, triggers and the like call them by themselves.
-- Asked with every preview, so it must be planned in no time: objects of PostgreSQL's own have lower numbers, and its
-- languages internal and C are 12 and 13. A NOT EXISTS would be planned as a join, which takes as long as all the rest.
select
  p.pronamespace::regnamespace::text,
  p.proname,
  pg_get_functiondef(p.oid),
  exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n')
from pg_proc p
where p.oid >= 16384
  and p.prolang not in (12, 13)
  and p.prokind in ('f', 'p', 'w')
  and exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e') is not true;
