-- A form sent twice makes one token.

create unique index api_token_id on api_token (id);
