create table collection (
  -- Names the collection's table of words; never used twice.
  number integer primary key autoincrement,
  tenant text not null,
  collection text not null,
  description text not null,
  documents integer not null default 0,
  chunks integer not null default 0,
  text_bytes integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  unique (tenant, collection)
) strict;

create table document (
  tenant text not null,
  collection text not null,
  document_id text not null,
  version integer not null,
  content_hash text not null,
  chunks integer not null,
  text_bytes integer not null,
  created_at integer not null,
  updated_at integer not null,
  title text not null,
  -- The caller's JSON, byte for byte; empty where there is none.
  metadata text not null,
  -- Last, since it may be long, and what stands behind it is slow to reach.
  text text not null,
  primary key (tenant, collection, document_id),
  foreign key (tenant, collection) references collection (tenant, collection) on delete cascade
) strict;

create table chunk (
  -- The row of its words in the collection's table of words.
  number integer primary key,
  tenant text not null,
  collection text not null,
  document_id text not null,
  ordinal integer not null,
  start_byte integer not null,
  end_byte integer not null,
  text text not null,
  unique (tenant, collection, document_id, ordinal),
  foreign key (tenant, collection, document_id)
    references document (tenant, collection, document_id) on delete cascade
) strict;

-- The members of documents' metadata that a filter can ask for.
create table fact (
  tenant text not null,
  collection text not null,
  field text not null,
  value text not null,
  document_id text not null,
  primary key (tenant, collection, field, value, document_id),
  foreign key (tenant, collection, document_id)
    references document (tenant, collection, document_id) on delete cascade
) strict, without rowid;

create index fact_document on fact (tenant, collection, document_id);
