-- Storage buckets, where the platform has them.
select 'buckets', format('insert into storage.buckets (id, name, public) values (%L, %L, %L)', id, name, coalesce(public, false))
from storage.buckets
order by id;
