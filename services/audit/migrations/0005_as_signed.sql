-- What each comparison found that is not as it was signed: of services.audit.domain.as_signed.Unlike.

alter table reconciliation add column unlike json not null default '[]';
