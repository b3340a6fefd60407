-- Which tables of other programs stand under which names; what the settings attach is not here.
create table retrieval.attachment (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  -- JSON: the name of the database, and what the table's columns hold.
  source text not null,
  created_at bigint not null,
  primary key (tenant, collection)
);
