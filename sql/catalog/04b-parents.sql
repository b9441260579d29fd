-- Partitions and children, with what they belong to.
select n.nspname || '/' || c.relname,
  case
    when c.relispartition then format('alter table %I.%I attach partition %I.%I %s', pn.nspname, p.relname, n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid))
    else format('alter table %I.%I inherit %I.%I', n.nspname, c.relname, pn.nspname, p.relname)
  end
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = i.inhparent
join pg_namespace pn on pn.oid = p.relnamespace
where c.relkind in ('r', 'p', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
order by c.oid, i.inhseqno;
