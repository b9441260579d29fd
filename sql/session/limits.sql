-- Limits of one session, in ms: a statement, waiting for a lock, doing nothing.
select
  set_config('statement_timeout', $1, true),
  set_config('lock_timeout', $2, true),
  set_config('idle_in_transaction_session_timeout', $3, true);
