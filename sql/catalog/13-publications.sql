-- Publications beyond the platform's ($3), and the tables in each, beyond those that the platform publishes.
select 'publications', statement from (
  select 1 as place, p.pubname, format('create publication %I%s', p.pubname, case when p.puballtables then ' for all tables' else '' end) as statement
  from pg_publication p
  where p.pubname <> all ($3::text[])
  union all
  select 2, t.pubname, format('alter publication %I add table %I.%I', t.pubname, t.schemaname, t.tablename)
  from pg_publication_tables t
  join pg_publication p on p.pubname = t.pubname and not p.puballtables
  where t.schemaname <> all ($1::text[])
) as found
order by place, pubname, statement;
