-- Which tables of other programs stand under which names; what the settings attach is not here.
create table attachment (
  tenant text not null,
  collection text not null,
  -- JSON: the name of the database, and what the table's columns hold.
  source text not null,
  created_at integer not null,
  primary key (tenant, collection)
) strict, without rowid;
