-- Facts are written anew from the metadata: ordered, of lists' items, of words and of paths.
delete from retrieval.fact;
