-- Triggers that the sources made, those on the platform's own tables included.
select n.nspname || '/' || c.relname, pg_get_triggerdef(t.oid)
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_proc p on p.oid = t.tgfoid
join pg_namespace f on f.oid = p.pronamespace
where not t.tgisinternal and t.tgparentid = 0
  and f.nspname !~ '^pg_' and f.nspname <> all ($1::text[])
order by t.oid;
