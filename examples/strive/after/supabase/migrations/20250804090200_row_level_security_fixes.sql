-- Publish notifications to realtime
alter publication supabase_realtime add table public.notifications;

-- Enable row-level security on _prisma_migrations
alter table if exists public._prisma_migrations enable row level security;
