-- The spaces that a collection's vectors live in.
create table retrieval.space (
  number bigint generated always as identity primary key,
  tenant text collate "C" not null,
  collection text collate "C" not null,
  model text collate "C" not null,
  dimension bigint not null,
  version text collate "C" not null,
  -- `active`: searches look here; there is at most one. `filling`: written, and not yet searched.
  state text collate "C" not null check (state in ('active', 'filling')),
  -- How many of the collection's chunks have their vector here.
  vectors bigint not null default 0,
  created_at bigint not null,
  unique (tenant, collection, model, dimension, version),
  foreign key (tenant, collection) references retrieval.collection on delete cascade
);

create unique index space_active on retrieval.space (tenant, collection) where state = 'active';
