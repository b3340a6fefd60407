-- Words come in already cut and folded, so that both stores agree on what a word is. Here they
-- are only stemmed, and no word is a stop word: `english` would drop them from the index, and a
-- query of nothing else would find nothing, unlike with the embedded store's `porter`.
create text search dictionary retrieval.stem (template = pg_catalog.snowball, language = english);

create text search configuration retrieval.words (parser = pg_catalog.default);

alter text search configuration retrieval.words
  add mapping for asciiword, word, numword, asciihword, hword, numhword,
    hword_asciipart, hword_part, hword_numpart with retrieval.stem;

alter text search configuration retrieval.words
  add mapping for int, uint, float, sfloat, version, email, url, host, url_path, file
  with pg_catalog.simple;

create table retrieval.collection (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  description text not null,
  documents bigint not null default 0,
  chunks bigint not null default 0,
  text_bytes bigint not null default 0,
  -- How many words its chunks have together; for their average length.
  words bigint not null default 0,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (tenant, collection)
);

create table retrieval.document (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  document_id text collate "C" not null,
  version bigint not null,
  content_hash text not null,
  chunks bigint not null,
  text_bytes bigint not null,
  words bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  title text not null,
  -- The caller's JSON, byte for byte; empty where there is none.
  metadata text not null,
  text text not null,
  primary key (tenant, collection, document_id),
  foreign key (tenant, collection) references retrieval.collection on delete cascade
);

create table retrieval.chunk (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  document_id text collate "C" not null,
  ordinal bigint not null,
  start_byte bigint not null,
  end_byte bigint not null,
  -- How many words it has, with the title's.
  length bigint not null,
  -- The title's words with weight A, its own with weight D, and `tenant/collection` as a lexeme
  -- without a position: so one index finds the words of one collection.
  words tsvector not null,
  text text not null,
  primary key (tenant, collection, document_id, ordinal),
  foreign key (tenant, collection, document_id) references retrieval.document on delete cascade
);

create index chunk_words on retrieval.chunk using gin (words);

-- In how many of a collection's chunks a lexeme occurs. One that is gone keeps its row, with 0.
create table retrieval.term (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  lexeme text collate "C" not null,
  chunks bigint not null,
  primary key (tenant, collection, lexeme),
  foreign key (tenant, collection) references retrieval.collection on delete cascade
) with (fillfactor = 80);

-- The members of documents' metadata that a filter can ask for.
create table retrieval.fact (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  field text collate "C" not null,
  value text collate "C" not null,
  document_id text collate "C" not null,
  primary key (tenant, collection, field, value, document_id),
  foreign key (tenant, collection, document_id) references retrieval.document on delete cascade
);

create index fact_document on retrieval.fact (tenant, collection, document_id);
