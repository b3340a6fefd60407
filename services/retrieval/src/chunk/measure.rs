use crate::embed::Embedder;

/// What the size of a chunk is counted in.
#[derive(Clone, Copy)]
pub(crate) enum Measure<'m> {
    /// Characters.
    Characters,
    /// Tokens, as they are estimated where no model counts its own.
    Estimate,
    /// Tokens of the model that reads the chunks.
    Model(&'m dyn Embedder),
}

/// What one character is to a tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    /// A letter of a language that models have many whole words of.
    Latin,
    /// A letter of another alphabet.
    Letter,
    Digit,
    /// A mark, or a character of a script without spaces.
    Single,
}

impl Measure<'_> {
    /// How long a text is.
    pub(crate) fn of(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Estimate => estimate(text),
            Self::Model(model) => model.tokens(text),
        }
    }
}

/// About how many tokens a text has, without a model: a mark is one, a gap none, and a word as many
/// as it has pieces of five letters, since the tokenizers of embedding models cut long words.
///
/// It rather says too much than too little: other alphabets count two letters a token, numbers three
/// digits, and scripts without spaces each character.
fn estimate(text: &str) -> usize {
    let mut tokens = 0;
    let (mut run, mut length) = (Class::Gap, 0);
    for class in text.chars().map(class) {
        if class == run {
            length += 1;
        } else {
            tokens += run.tokens(length);
            (run, length) = (class, 1);
        }
    }
    tokens + run.tokens(length)
}

impl Class {
    /// The tokens of so many characters in a row.
    fn tokens(self, length: usize) -> usize {
        match self {
            Self::Gap => 0,
            Self::Latin => length.div_ceil(5),
            Self::Letter => length.div_ceil(2),
            Self::Digit => length.div_ceil(3),
            Self::Single => length,
        }
    }
}

fn class(letter: char) -> Class {
    match letter {
        'a'..='z' | 'A'..='Z' => Class::Latin,
        '0'..='9' => Class::Digit,
        _ if letter.is_whitespace() => Class::Gap,
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Class::Latin,
        '\u{250}'..='\u{dff}' if letter.is_alphabetic() => Class::Letter,
        _ => Class::Single,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_marks_are_tokens_and_gaps_are_none() {
        for (text, tokens) in [
            ("", 0),
            (" \n\t\u{a0}", 0),
            ("We moved a billing system to Rust.", 10),
            ("internationalization", 4),
            ("Größe", 1),
            ("2026", 2),
            ("東京の夜", 4),
            ("Москва", 3),
            ("a-b", 3),
            ("👩‍👩‍👧", 5),
        ] {
            assert_eq!(Measure::Estimate.of(text), tokens, "{text}");
        }
    }
}
