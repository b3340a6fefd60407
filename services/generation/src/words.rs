//! How near two texts are by the words that they share.

use std::collections::{HashMap, HashSet};

/// Words longer than this count as equal when they begin alike: a crude stem, but one that needs no
/// language. "measured" and "measures" are one word, "answer" and "answered" are not.
const STEM: usize = 7;
/// Long sentences share words by chance; this many words more make no great difference.
const GRACE: usize = 4;

/// The words of a text, each once.
pub(crate) type Words = HashSet<String>;

/// Cuts a text into words, in one spelling.
pub(crate) fn words(text: &str) -> Words {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(stem).collect()
}

fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    let singular = word.strip_suffix('s').filter(|rest| rest.chars().count() > 2);
    singular.unwrap_or(&word).chars().take(STEM).collect()
}

/// Says how near each text is to a wanted one: rare words count more than those in every text.
pub(crate) fn nearness(texts: &[Words], wanted: &Words) -> Vec<f64> {
    let mut spread: HashMap<&str, usize> = HashMap::new();
    for word in texts.iter().flatten().filter(|word| wanted.contains(*word)) {
        *spread.entry(word).or_default() += 1;
    }
    let rarity = |word: &String| {
        let texts_with = spread.get(word.as_str()).copied().unwrap_or_default();
        if texts_with == 0 { 0.0 } else { (1.0 + size(texts.len()) / size(texts_with)).ln() }
    };
    let near = |text: &Words| {
        // In a fixed order, since the sum of floats depends on it.
        let mut shared: Vec<_> = text.intersection(wanted).collect();
        shared.sort_unstable();
        shared.into_iter().map(rarity).sum::<f64>() / size(text.len() + GRACE).sqrt()
    };
    texts.iter().map(near).collect()
}

#[allow(clippy::cast_precision_loss, reason = "no text has 2^53 words")]
fn size(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one_word() {
        assert_eq!(words("Technicians MEASURED it"), words("it measures, technician?"));
        assert_ne!(words("bus"), words("bu"));
    }

    #[test]
    fn rare_words_count_more() {
        let texts = ["the pump is old", "the torque is old", "the valve is old"].map(words);
        let near = nearness(&texts, &words("the old torque"));
        assert!(near[1] > near[0] && near[0] == near[2] && near[0] > 0.0, "{near:?}");
    }

    #[test]
    fn nothing_shared_is_nothing() {
        assert_eq!(nearness(&[words("a b"), words("")], &words("c")), [0.0, 0.0]);
    }
}
