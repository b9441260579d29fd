-- Policies, those on the platform's own tables included.
select n.nspname || '/' || c.relname, format('create policy %I on %I.%I as %s for %s to %s%s%s',
  p.polname, n.nspname, c.relname,
  case when p.polpermissive then 'permissive' else 'restrictive' end,
  case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
  (select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', ' order by r.place)
   from unnest(p.polroles) with ordinality as r (oid, place)),
  case when p.polqual is null then '' else format(' using (%s)', pg_get_expr(p.polqual, p.polrelid)) end,
  case when p.polwithcheck is null then '' else format(' with check (%s)', pg_get_expr(p.polwithcheck, p.polrelid)) end)
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where $1::text[] is not null
order by p.oid;
