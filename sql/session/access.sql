-- What decides over rows of tables ($1, as a query names them) when the current role does something with them ($2: r, a,
-- w or d, as pg_policy has commands); asked as that role.
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
  coalesce(json_agg(json_build_array(p.polname, p.asks) order by p.polname) filter (where p.polpermissive), '[]')::text,
  coalesce(json_agg(p.polname order by p.polname) filter (where not p.polpermissive), '[]')::text
from unnest($1::text[], $2::text[]) with ordinality as given (name, command, place)
join pg_class c on c.oid = to_regclass(given.name)
join pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select p.polname, p.polpermissive, pg_get_expr(
    -- New rows are asked of by the check, and where there is none by what reading asks.
    case when given.command in ('r', 'd') then p.polqual else coalesce(p.polwithcheck, p.polqual) end, p.polrelid) as asks
  from pg_policy p
  where p.polrelid = c.oid
    and p.polcmd in (given.command::"char", '*')
    and exists (
      select from unnest(p.polroles) as role (oid)
      where case when role.oid = 0 then true else pg_has_role(role.oid, 'usage') end
    )
) as p on p.asks is not null
where n.nspname not in ('pg_catalog', 'information_schema')
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by given.place, n.nspname, c.oid, c.relname, c.relkind, c.reloptions, c.relrowsecurity
order by given.place;
