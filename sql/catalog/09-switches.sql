-- Row-level security switched on, and forced.
select n.nspname || '/' || c.relname, format('alter table %I.%I %s row level security', n.nspname, c.relname, switch.word)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (values ('enable', c.relrowsecurity), ('force', c.relforcerowsecurity)) as switch (word, is_set)
where switch.is_set and c.relkind in ('r', 'p')
  and n.nspname !~ '^pg_' and n.nspname <> all ($1::text[])
order by c.oid, switch.word;
