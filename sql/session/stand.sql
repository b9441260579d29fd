-- Where the session stands: compared before and after the user's statement.
select
  session_user::text,
  current_user::text,
  current_setting('role'),
  current_setting('transaction_read_only'),
  current_setting('row_security'),
  (select json_agg(current_setting(given.name, true) order by given.place)
   from unnest($1::text[]) with ordinality as given (name, place))::text;
