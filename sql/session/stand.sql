-- Where the session stands: compared before and after the user's statement, with the settings that make its identity.
select
  session_user::text,
  current_user::text,
  pg_catalog.current_setting('role'),
  pg_catalog.current_setting('transaction_read_only'),
  pg_catalog.current_setting('row_security');
