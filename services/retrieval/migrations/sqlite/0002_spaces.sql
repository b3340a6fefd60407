-- The spaces that a collection's vectors live in.
create table space (
  number integer primary key autoincrement,
  tenant text not null,
  collection text not null,
  model text not null,
  dimension integer not null,
  version text not null,
  -- `active`: searches look here; there is at most one. `filling`: written, and not yet searched.
  state text not null check (state in ('active', 'filling')),
  -- How many of the collection's chunks have their vector here.
  vectors integer not null default 0,
  -- Counts the transactions that changed its vectors.
  generation integer not null default 0,
  created_at integer not null,
  unique (tenant, collection, model, dimension, version),
  foreign key (tenant, collection) references collection (tenant, collection) on delete cascade
) strict;

create unique index space_active on space (tenant, collection) where state = 'active';

create table chunk_vector (
  chunk integer not null references chunk (number) on delete cascade,
  space integer not null references space (number) on delete cascade,
  -- The generation of the space that it came with.
  born integer not null,
  -- The sha256 of what was embedded.
  hash blob not null,
  -- 32-bit floats, the lowest byte first; of length one together.
  vector blob not null,
  primary key (chunk, space)
) strict;

create index chunk_vector_space on chunk_vector (space, born, chunk);

-- Vectors that went, so that what holds them in memory learns of it.
create table gone_vector (
  space integer not null references space (number) on delete cascade,
  -- The generation that they went with.
  died integer not null,
  chunk integer not null,
  -- The generation that they had come with.
  born integer not null,
  primary key (space, died, chunk)
) strict, without rowid;
