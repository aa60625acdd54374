-- A parked message is kept as the bytes that came: one that nobody can read need not even be text.

alter table parked alter column event type bytea using convert_to(event, 'UTF8');
