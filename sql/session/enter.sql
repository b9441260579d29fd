-- Becomes an identity, for this transaction only: settings by name, the role among them.
select set_config(given.name, given.value, true)
from unnest($1::text[], $2::text[]) as given (name, value);
