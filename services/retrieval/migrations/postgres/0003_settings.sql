-- What was set for the collection alone, as JSON; members that a program does not know are kept.
alter table retrieval.collection add column settings text not null default '{}';
