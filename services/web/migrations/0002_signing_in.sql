-- How people show who they are, and what they are in the middle of. None of it is a view: a rebuild leaves it alone.
-- Whatever could be guessed or would name somebody is here only as a keyed digest; names and addresses are in the store.

alter table account add column proposals integer not null default 0;
create index account_with_proposals on account (id) where proposals > 0;

create table invitation (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    role        text not null,
    association uuid,
    invited_by  uuid not null,
    expires_at  timestamptz not null
);
create index invitation_waiting on invitation (id) where status = 'waiting';

create table invitation_link (
    invitation uuid primary key,
    digest     bytea not null,
    sent_at    timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);

-- A verified e-mail address leads to one account, whichever way it was first shown.
create table address (
    digest  bytea primary key,
    account uuid not null,
    at      timestamptz not null default clock_timestamp()
);
create index address_account on address (account);

-- Somebody as one provider knows them: HMAC of issuer and subject, so that the number itself is nowhere.
create table identity (
    digest   bytea primary key,
    account  uuid not null,
    provider text not null,
    at       timestamptz not null default clock_timestamp(),
    used_at  timestamptz not null default clock_timestamp()
);
create index identity_account on identity (account);

create table password (
    account uuid primary key,
    hash    text not null,
    set_at  timestamptz not null default clock_timestamp()
);

create table passkey (
    credential bytea primary key,
    account    uuid not null,
    public_key bytea not null,
    sign_count bigint not null,
    made_at    timestamptz not null default clock_timestamp(),
    used_at    timestamptz
);
create index passkey_account on passkey (account);

-- What a browser has begun and has not come back from yet: one row, used once, soon gone.
create table begun (
    digest     bytea primary key,
    browser    bytea not null,
    kind       text not null,
    content    bytea not null,
    began_at   timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index begun_expires on begun (expires_at);

create table email_code (
    id         uuid primary key,
    code       bytea not null,
    key        bytea not null,
    nonce      bytea not null,
    address    bytea not null,
    tries      integer not null default 0,
    expires_at timestamptz not null
);
create index email_code_expires on email_code (expires_at);

-- How often somebody has tried something lately; shared by all replicas.
create table attempt (
    what      text not null,
    who       bytea not null,
    opened_at timestamptz not null,
    times     integer not null,
    primary key (what, who)
);
create index attempt_opened on attempt (opened_at);

-- A text on its way to being signed: what was shown is sealed; shown_anew_at says that its reader has shown who they are.
create table signing (
    id            uuid primary key,
    account       uuid not null,
    returns_to    text not null,
    began_at      timestamptz not null default clock_timestamp(),
    expires_at    timestamptz not null,
    shown_anew_at timestamptz,
    level         text
);
create index signing_expires on signing (expires_at);

alter table api_token add column id uuid not null default gen_random_uuid();
alter table api_token add column hint text not null default '';
alter table api_token add column services text[];
alter table api_token add column read_only boolean not null default false;
alter table api_token add column level text not null default 'demo';
create index api_token_account on api_token (account);

do $$
begin
    execute format(
        'grant select, insert, update, delete on invitation, invitation_link, address, identity, password, passkey,'
        ' begun, email_code, attempt, signing to %I', current_database());
end $$;
