/// English words that say nothing of what a text is about, and the fragments of contractions.
const STOP_WORDS: &str = "\
    a about above after again against all also am an and any are aren as at be because been \
    before being below between both but by can could couldn d did didn do does doesn doing don \
    down during each few for from further had hadn has hasn have haven having he her here hers \
    herself him himself his how i if in into is isn it its itself just ll m me more most my \
    myself no nor not now of off on once only or other our ours ourselves out over own re s same \
    she should shouldn so some such t than that the their theirs them themselves then there \
    these they this those through to too under until up ve very was wasn we were weren what when \
    where which while who whom why will with won would wouldn you your yours yourself yourselves";

/// Whether a folded word says nothing.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.split(' ').any(|stop| stop == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_of_folded_words() {
        assert_eq!(STOP_WORDS.split(' ').collect::<Vec<_>>(), crate::words::split(STOP_WORDS));
        assert!(is_stop_word("a") && is_stop_word("the") && is_stop_word("yourselves"));
        assert!(!is_stop_word("ledger"));
    }
}
