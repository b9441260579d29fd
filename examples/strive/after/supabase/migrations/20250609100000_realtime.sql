-- The board, the chat and the activity feed update live.
alter publication supabase_realtime add table public.tasks;
alter publication supabase_realtime add table public.messages;
alter publication supabase_realtime add table public.activity_logs;
