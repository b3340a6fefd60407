//! What stands before and after a chunk in its document.

use std::collections::HashMap;

use crate::fuse::Key;
use crate::store::StoredPassage;

/// The chunk itself, and so many on either side; some of them may not be there.
pub(super) fn around(key: &Key, count: u32) -> impl Iterator<Item = Key> + use<> {
    let ordinals = key.ordinal.saturating_sub(count)..=key.ordinal.saturating_add(count);
    let document_id = key.document_id.clone();
    ordinals.map(move |ordinal| Key { document_id: document_id.clone(), ordinal })
}

/// The text of the chunks before, up to where this one begins.
pub(super) fn before(
    stored: &HashMap<Key, StoredPassage>,
    chunk: &StoredPassage,
    count: u32,
) -> String {
    let first = chunk.ordinal.saturating_sub(count);
    let chunks = (first..chunk.ordinal).filter_map(|ordinal| stored.get(&at(chunk, ordinal)));
    let chunks: Vec<&StoredPassage> = chunks.collect();
    let begin = chunks.first().map_or(chunk.start, |first| first.start);
    joined(&chunks, begin, chunk.start)
}

/// The text of the chunks after, from where this one ends.
pub(super) fn after(
    stored: &HashMap<Key, StoredPassage>,
    chunk: &StoredPassage,
    count: u32,
) -> String {
    let next = chunk.ordinal.saturating_add(1)..=chunk.ordinal.saturating_add(count);
    let chunks: Vec<&StoredPassage> =
        next.filter_map(|ordinal| stored.get(&at(chunk, ordinal))).collect();
    joined(&chunks, chunk.end, u32::MAX)
}

fn at(chunk: &StoredPassage, ordinal: u32) -> Key {
    Key { document_id: chunk.document_id.clone(), ordinal }
}

/// What the chunks say between two places of the document, each byte once; the white space that
/// parted two of them is one line's end.
fn joined(chunks: &[&StoredPassage], begin: u32, end: u32) -> String {
    let mut text = String::new();
    let mut place = begin;
    for chunk in chunks {
        let from = place.max(chunk.start);
        let until = end.min(chunk.end);
        let range = (from - chunk.start) as usize..until.saturating_sub(chunk.start) as usize;
        let Some(piece) = chunk.text.get(range) else { continue };
        if from > place && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(piece);
        place = place.max(until);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(ordinal: u32, start: u32, text: &str) -> StoredPassage {
        let end = start + u32::try_from(text.len()).unwrap();
        let empty = String::new;
        let (document_id, text) = ("a".to_owned(), text.to_owned());
        StoredPassage { document_id, ordinal, start, end, text, title: empty(), metadata: empty() }
    }

    fn stored(chunks: &[StoredPassage]) -> HashMap<Key, StoredPassage> {
        chunks.iter().map(|chunk| (at(chunk, chunk.ordinal), chunk.clone())).collect()
    }

    #[test]
    fn what_chunks_repeat_of_each_other_is_said_once() {
        // The document is "one two three four".
        let chunks = [chunk(0, 0, "one two"), chunk(1, 4, "two three"), chunk(2, 8, "three four")];
        let all = stored(&chunks);
        assert_eq!(before(&all, &chunks[1], 1), "one ");
        assert_eq!(after(&all, &chunks[1], 1), " four");
        assert_eq!(after(&all, &chunks[0], 2), " three four");
    }

    #[test]
    fn paragraphs_are_parted_and_what_is_not_there_is_left_out() {
        let chunks = [chunk(0, 0, "one"), chunk(1, 5, "two"), chunk(2, 10, "six")];
        let all = stored(&chunks);
        assert_eq!(before(&all, &chunks[2], 5), "one\ntwo");
        assert_eq!(before(&all, &chunks[0], 1), "");
        assert_eq!(after(&all, &chunks[2], 1), "");
    }

    #[test]
    fn a_chunk_has_neighbours_on_both_sides() {
        let key = Key { document_id: "a".to_owned(), ordinal: 1 };
        let ordinals: Vec<u32> = around(&key, 2).map(|key| key.ordinal).collect();
        assert_eq!(ordinals, [0, 1, 2, 3]);
    }
}
