//! What a request must be before a store hears of it. Nothing that passes holds a NUL.

use crate::Error;

/// The most bytes of a document's text.
const MOST_TEXT: usize = 8 * 1024 * 1024;
/// The most characters of a title or a description.
const LONGEST_TITLE: usize = 1000;
/// The most characters of a query.
pub(crate) const LONGEST_QUERY: usize = 4000;
/// The most texts of one call that embeds.
pub(crate) const MOST_EMBEDDED: usize = 256;
/// The most characters of each.
pub(crate) const LONGEST_EMBEDDED: usize = 32_000;
const LONGEST_ID: usize = 256;

/// A collection's name.
pub(crate) fn collection(name: &str) -> Result<(), Error> {
    let is_inner = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let begins = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if begins && name.len() <= 63 && name.bytes().all(is_inner) {
        return Ok(());
    }
    let rule =
        "must be 1 to 63 lower-case letters, digits, - and _, beginning with a letter or digit";
    Err(Error::InvalidName { path: "collection".to_owned(), rule })
}

/// A document's id, in the field of this name.
pub(crate) fn document_id(path: impl Into<String>, id: &str) -> Result<(), Error> {
    let is_short = id.chars().take(LONGEST_ID + 1).count() <= LONGEST_ID;
    if !id.is_empty() && is_short && !id.contains(char::is_control) {
        return Ok(());
    }
    let rule = "must be 1 to 256 characters, none of them a control character";
    Err(Error::InvalidName { path: path.into(), rule })
}

/// A document's text.
pub(crate) fn text(text: &str) -> Result<(), Error> {
    if text.len() > MOST_TEXT {
        return Err(Error::TooLarge { path: "text", most: MOST_TEXT });
    }
    if text.trim().is_empty() {
        return Err(Error::BlankText);
    }
    no_nul("text", text)
}

/// A title or a description, in the field of this name.
pub(crate) fn title(path: &str, title: &str) -> Result<(), Error> {
    short(path, title, LONGEST_TITLE)
}

/// A text of at most so many characters, in the field of this name.
pub(crate) fn short(path: &str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().take(most + 1).count() > most {
        let rule = format!("must be at most {most} characters");
        return Err(Error::InvalidText { path: path.to_owned(), rule });
    }
    no_nul(path, text)
}

fn no_nul(path: &str, text: &str) -> Result<(), Error> {
    match text.find('\0') {
        None => Ok(()),
        Some(at) => {
            let rule = format!("must not contain a NUL character, as it does at byte {at}");
            Err(Error::InvalidText { path: path.to_owned(), rule })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_have_names() {
        for name in ["a", "notes", "7-up_2", &"x".repeat(63)] {
            assert!(collection(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "_a", "Notes", "a b", "a/b", "é", "a\0", "a'b", &"x".repeat(64)] {
            assert!(matches!(collection(name), Err(Error::InvalidName { .. })), "{name}");
        }
    }

    #[test]
    fn documents_have_ids() {
        for id in ["a", "https://example.com/ä?b=c#d", " ", "'; drop table", &"é".repeat(256)] {
            assert!(document_id("document_id", id).is_ok(), "{id}");
        }
        for id in ["", "a\nb", "a\0", "\u{7f}", "\u{85}", &"é".repeat(257)] {
            assert!(
                matches!(document_id("document_id", id), Err(Error::InvalidName { .. })),
                "{id}"
            );
        }
    }

    #[test]
    fn texts_say_something_and_have_bounds() {
        assert!(text("x").is_ok());
        assert!(matches!(text(" \n\u{3000}"), Err(Error::BlankText)));
        assert!(matches!(text("a\0b"), Err(Error::InvalidText { .. })));
        assert!(text(&"x".repeat(MOST_TEXT)).is_ok());
        assert!(matches!(text(&"x".repeat(MOST_TEXT + 1)), Err(Error::TooLarge { .. })));
        assert!(title("title", &"é".repeat(1000)).is_ok());
        assert!(matches!(title("title", &"é".repeat(1001)), Err(Error::InvalidText { .. })));
    }
}
