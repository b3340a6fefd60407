-- The vectors of chunks. Not among the numbered versions, since it can only be made where pgvector is:
-- TYPE is its type `vector`, by its full name.
create table retrieval.vector (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  document_id text collate "C" not null,
  ordinal bigint not null,
  -- The number of a space. It goes with its chunk, so that nothing has to look for those of a space.
  space bigint not null,
  -- The sha256 of what was embedded.
  hash bytea not null,
  -- Of length one, in full: an index holds numbers of half the size, and what it finds is compared again.
  embedding TYPE not null,
  primary key (tenant, collection, document_id, ordinal, space),
  foreign key (tenant, collection, document_id, ordinal) references retrieval.chunk on delete cascade
);
