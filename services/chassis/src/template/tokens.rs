/// A piece of code that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, a keyword or a number.
    Word(&'a str),
    /// A letter that is no part of a word.
    Sign(char),
    /// A text in quotes.
    Text,
}

/// The tokens of a text in the template language, each with where it begins.
///
/// Whoever reads them has to stop at the end of a tag; what follows is no code.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        let (length, token) = match first {
            '"' | '\'' => (quoted(rest, first), Token::Text),
            first if is_word(first) => {
                let word = rest.split(|letter| !is_word(letter)).next().unwrap_or_default();
                (word.len(), Token::Word(word))
            }
            sign => (sign.len_utf8(), Token::Sign(sign)),
        };
        let begin = at;
        at += length;
        Some((begin, token))
    })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// How long a text in quotes is, with them; one that never ends goes to the end.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = true;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}
