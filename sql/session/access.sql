-- What decides which rows of tables ($1, as a query names them) the current role reads; asked as that role.
select
  given.place::text,
  n.nspname,
  c.relname,
  case
    when c.relkind = 'v' and exists (
      select from pg_options_to_table(c.reloptions) o
      where o.option_name = 'security_invoker' and o.option_value in ('true', 'on', '1', 'yes')) then 'caller'
    when c.relkind in ('v', 'm', 'f') then 'owner'
    when not c.relrowsecurity then 'open'
    when row_security_active(c.oid) then 'policies'
    else 'bypassed'
  end,
  (select coalesce(json_agg(json_build_array(p.polname, pg_get_expr(p.polqual, p.polrelid)) order by p.polname), '[]')
   from pg_policy p
   where p.polrelid = c.oid
     and p.polpermissive
     and p.polcmd in ('r', '*')
     and p.polqual is not null
     and exists (
       select from unnest(p.polroles) as role (oid)
       where case when role.oid = 0 then true else pg_has_role(role.oid, 'usage') end
     ))::text
from unnest($1::text[]) with ordinality as given (name, place)
join pg_class c on c.oid = to_regclass(given.name)
join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema')
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by given.place;
