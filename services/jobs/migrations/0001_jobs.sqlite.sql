-- Moments are microseconds since 1970 in UTC. A caller's JSON is kept as the bytes it came in.

create table job (
    id                  text primary key,
    tenant              text not null,
    flow                text not null,
    flow_version        text not null,
    state               text not null,
    input               blob not null,
    correlation         blob,
    callback_url        text,
    callback_origin     text,
    idempotency_key     text,
    fingerprint         text,
    priority            integer not null,
    run_at              integer not null,
    batch_id            text,
    deadline_at         integer not null,
    cancel_requested_at integer,
    attempts            integer not null default 0,
    crashes             integer not null default 0,
    errors              integer not null default 0,
    lease_until         integer,
    token               text,
    traceparent         text not null,
    tracestate          text,
    accept_span_id      text not null,
    parent_span_id      text,
    received_at         integer not null,
    created_at          integer not null,
    started_at          integer,
    finished_at         integer,
    result              blob,
    usage               blob,
    error               blob,
    degraded            blob,
    last_seq            integer not null
) strict;

-- What may be claimed or must be ended. Leases are not in it, so that a heartbeat touches no index.
create index job_open on job (priority desc, run_at, id) where finished_at is null;
create index job_of_tenant on job (tenant, id);
create index job_finished on job (finished_at) where finished_at is not null;

create table attempt (
    job_id     text not null references job (id) on delete cascade,
    number     integer not null,
    token      text not null,
    span_id    text not null,
    started_at integer not null,
    ended_at   integer,
    outcome    text,
    code       text,
    primary key (job_id, number)
) strict, without rowid;

-- A step that ended `ok` or `skipped` is a checkpoint: it is never run again.
create table step (
    job_id     text not null references job (id) on delete cascade,
    attempt    integer not null,
    step       text not null,
    status     text not null,
    span_id    text not null,
    started_at integer not null,
    ended_at   integer not null,
    value      blob,
    usage      blob,
    degraded   blob,
    code       text,
    primary key (job_id, attempt, step)
) strict;
create unique index step_checkpoint on step (job_id, step) where status in ('ok', 'skipped');

create table event (
    job_id  text not null references job (id) on delete cascade,
    seq     integer not null,
    at      integer not null,
    type    text not null,
    step    text not null,
    attempt integer not null,
    detail  blob,
    primary key (job_id, seq)
) strict, without rowid;

create table delivery (
    id          text primary key,
    tenant      text not null,
    job_id      text not null references job (id) on delete cascade,
    url         text not null,
    origin      text not null,
    type        text not null,
    body        blob not null,
    state       text not null,
    attempts    integer not null default 0,
    failures    integer not null default 0,
    since       integer not null,
    next_at     integer not null,
    lease_until integer,
    token       text,
    traceparent text not null,
    tracestate  text,
    created_at  integer not null,
    finished_at integer
) strict;
create index delivery_due on delivery (next_at, id) where state = 'pending';
create index delivery_of_tenant on delivery (tenant, id);
create index delivery_of_job on delivery (job_id);

create table delivery_attempt (
    delivery_id text not null references delivery (id) on delete cascade,
    number      integer not null,
    span_id     text not null,
    started_at  integer not null,
    ended_at    integer,
    status      integer,
    error       text,
    primary key (delivery_id, number)
) strict, without rowid;

create table idempotency (
    tenant      text not null,
    key         text not null,
    fingerprint text not null,
    job_id      text not null,
    created_at  integer not null,
    expires_at  integer not null,
    primary key (tenant, key)
) strict, without rowid;
create index idempotency_expired on idempotency (expires_at);

create table flow_archive (
    version    text primary key,
    flow       text not null,
    archive    blob not null,
    created_at integer not null
) strict;
