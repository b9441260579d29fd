-- Profile pictures are shown everywhere; files and exports are not.
insert into storage.buckets (id, name, public)
values
  ('avatars', 'avatars', true),
  ('attachments', 'attachments', false),
  ('exports', 'exports', false)
on conflict (id) do nothing;
