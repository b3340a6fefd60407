//! How many tokens a text has where no model counts its own.

/// As much of a text as was read, in tokens.
struct Count {
    /// Of what lies before the run.
    tokens: usize,
    /// What the last characters are, and how many of them.
    run: Class,
    length: usize,
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

/// About how many tokens a text has, without a model: a mark is one, a gap none, and a word as many
/// as it has pieces of five letters, since the tokenizers of embedding models cut long words.
///
/// It rather says too much than too little: other alphabets count two letters a token, numbers three
/// digits, and scripts without spaces each character.
pub(crate) fn estimate(text: &str) -> usize {
    let mut count = Count::default();
    text.chars().for_each(|letter| count.read(letter));
    count.tokens()
}

/// As much of a text as has about so many tokens.
pub(crate) fn beginning(text: &str, tokens: usize) -> &str {
    let mut count = Count::default();
    let end = text.char_indices().find(|(_, letter)| {
        count.read(*letter);
        count.tokens() > tokens
    });
    end.map_or(text, |(end, _)| &text[..end])
}

impl Default for Count {
    fn default() -> Self {
        Self { tokens: 0, run: Class::Gap, length: 0 }
    }
}

impl Count {
    fn read(&mut self, letter: char) {
        let class = Class::of(letter);
        if class == self.run {
            self.length += 1;
        } else {
            *self = Self { tokens: self.tokens(), run: class, length: 1 };
        }
    }

    fn tokens(&self) -> usize {
        self.tokens + self.run.tokens(self.length)
    }
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

    fn of(letter: char) -> Self {
        match letter {
            'a'..='z' | 'A'..='Z' => Self::Latin,
            '0'..='9' => Self::Digit,
            _ if letter.is_whitespace() => Self::Gap,
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{250}'..='\u{dff}' if letter.is_alphabetic() => Self::Letter,
            _ => Self::Single,
        }
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
            assert_eq!(estimate(text), tokens, "{text}");
        }
    }

    #[test]
    fn texts_are_cut_where_a_model_stops_to_read() {
        for (text, tokens, beginning_of) in [
            ("five and more", 1, "five "),
            ("sixsix", 1, "sixsi"),
            ("äöü", 1, "äöü"),
            ("Москва", 2, "Моск"),
            ("汉字", 1, "汉"),
            ("2026", 1, "202"),
            ("a", 0, ""),
            ("all of it", 9, "all of it"),
        ] {
            assert_eq!(beginning(text, tokens), beginning_of);
            assert!(estimate(beginning_of) <= tokens);
        }
    }
}
