-- Indexes that no constraint made.
select n.nspname || '/' || c.relname, pg_get_indexdef(i.indexrelid)
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
  and c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
order by i.indexrelid;
