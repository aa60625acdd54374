-- Who was ever let in to sign for an association: the journal knows, and this finds it there. Whether they still may is the
-- account's own state.

create index journal_signatories on journal ((event -> 'data' ->> 'association'))
where type = 'role.granted' and event -> 'data' ->> 'role' = 'signatory';
