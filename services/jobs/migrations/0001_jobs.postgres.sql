-- Every name is qualified, since a pooler may hand us any session.
-- Moments are microseconds since 1970 in UTC. A caller's JSON is kept as the bytes it came in.

create table jobs.job (
    id                  text collate "C" primary key,
    tenant              text not null,
    flow                text not null,
    flow_version        text not null,
    state               text not null,
    input               bytea not null,
    correlation         bytea,
    callback_url        text,
    callback_origin     text,
    idempotency_key     text,
    fingerprint         text,
    priority            bigint not null,
    run_at              bigint not null,
    batch_id            text,
    deadline_at         bigint not null,
    cancel_requested_at bigint,
    attempts            bigint not null default 0,
    crashes             bigint not null default 0,
    errors              bigint not null default 0,
    lease_until         bigint,
    token               text,
    traceparent         text not null,
    tracestate          text,
    accept_span_id      text not null,
    parent_span_id      text,
    received_at         bigint not null,
    created_at          bigint not null,
    started_at          bigint,
    finished_at         bigint,
    result              bytea,
    usage               bytea,
    error               bytea,
    degraded            bytea,
    last_seq            bigint not null
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);

-- What may be claimed or must be ended. Leases are not in it, so that a heartbeat touches no index.
create index job_open on jobs.job (priority desc, run_at, id) where finished_at is null;
create index job_of_tenant on jobs.job (tenant, id);
create index job_finished on jobs.job (finished_at) where finished_at is not null;

create table jobs.attempt (
    job_id     text collate "C" not null references jobs.job (id) on delete cascade,
    number     bigint not null,
    token      text not null,
    span_id    text not null,
    started_at bigint not null,
    ended_at   bigint,
    outcome    text,
    code       text,
    primary key (job_id, number)
) with (fillfactor = 75);

-- A step that ended `ok` or `skipped` is a checkpoint: it is never run again.
create table jobs.step (
    job_id     text collate "C" not null references jobs.job (id) on delete cascade,
    attempt    bigint not null,
    step       text not null,
    status     text not null,
    span_id    text not null,
    started_at bigint not null,
    ended_at   bigint not null,
    value      bytea,
    usage      bytea,
    degraded   bytea,
    code       text,
    primary key (job_id, attempt, step)
);
create unique index step_checkpoint on jobs.step (job_id, step) where status in ('ok', 'skipped');

create table jobs.event (
    job_id  text collate "C" not null references jobs.job (id) on delete cascade,
    seq     bigint not null,
    at      bigint not null,
    type    text not null,
    step    text not null,
    attempt bigint not null,
    detail  bytea,
    primary key (job_id, seq)
);

create table jobs.delivery (
    id          text collate "C" primary key,
    tenant      text not null,
    job_id      text collate "C" not null references jobs.job (id) on delete cascade,
    url         text not null,
    origin      text not null,
    type        text not null,
    body        bytea not null,
    state       text not null,
    attempts    bigint not null default 0,
    failures    bigint not null default 0,
    since       bigint not null,
    next_at     bigint not null,
    lease_until bigint,
    token       text,
    traceparent text not null,
    tracestate  text,
    created_at  bigint not null,
    finished_at bigint
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
create index delivery_due on jobs.delivery (next_at, id) where state = 'pending';
create index delivery_of_tenant on jobs.delivery (tenant, id);
create index delivery_of_job on jobs.delivery (job_id);

create table jobs.delivery_attempt (
    delivery_id text collate "C" not null references jobs.delivery (id) on delete cascade,
    number      bigint not null,
    span_id     text not null,
    started_at  bigint not null,
    ended_at    bigint,
    status      bigint,
    error       text,
    primary key (delivery_id, number)
) with (fillfactor = 75);

create table jobs.idempotency (
    tenant      text not null,
    key         text not null,
    fingerprint text not null,
    job_id      text collate "C" not null,
    created_at  bigint not null,
    expires_at  bigint not null,
    primary key (tenant, key)
);
create index idempotency_expired on jobs.idempotency (expires_at);

create table jobs.flow_archive (
    version    text primary key,
    flow       text not null,
    archive    bytea not null,
    created_at bigint not null
);
