-- Words are kept as stems by the language of their text, which the program makes: after this it
-- cuts every text anew.
alter table collection add column words integer not null default 0;

-- The tongues of the collection's texts, as codes with spaces between them.
alter table collection add column tongues text not null default '';

-- How many words a chunk has, with the title's.
alter table chunk add column length integer not null default 0;
