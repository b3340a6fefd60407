-- Words are kept as stems by the language of their text, which the program makes: after this it
-- cuts every text anew, and nothing here stems any more.
drop text search configuration retrieval.words;
drop text search dictionary retrieval.stem;

-- The tongues of the collection's texts, as codes with spaces between them.
alter table retrieval.collection add column tongues text not null default '';

-- How often a lexeme occurs among a chunk's words, those in its title counting so much more.
--
-- No function counts places, and unpacking the words into rows takes ten times as long as this:
-- with these weights `ts_rank` of one lexeme is the sum of 1/k^2 for k from 1 to the number of its
-- places, over that of all k, from which the number follows. Words of a title come first.
create function retrieval.times(words tsvector, lexeme tsquery, title double precision)
returns double precision language sql immutable parallel safe
as $$
  select case when words @@ lexeme
    then round(1 / (1.64493406685 * (1 - ts_rank('{1, 1, 1, 1}', words, lexeme)::float8)) - 0.5)
      + (title - 1)
        * round(1 / (1.64493406685 * (1 - ts_rank('{0, 0, 0, 1}', words, lexeme)::float8)) - 0.5)
    else 0 end
$$;
