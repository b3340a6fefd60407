use minijinja::ErrorKind;

use crate::template::Error;
use crate::template::engine::engine;
use crate::template::tokens::{Token, tokens};

/// What a tag begins with that would fetch another template.
const OTHERS: [&str; 4] = ["include", "import", "from", "extends"];

/// Refuses filters and tests that do not exist, in a template that is otherwise right.
///
/// minijinja finds them only when it meets them, which may be long after a flow was loaded.
pub(super) fn template(name: &str, text: &str) -> Result<(), Error> {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(tag) = rest.find('{').map(|found| at + found) else { break };
        let inside = text.get(tag + 2..).unwrap_or_default();
        at = match text.get(tag..tag + 2) {
            Some("{#") => tag + 2 + inside.find("#}").unwrap_or(inside.len()),
            Some("{%") if first(inside) == "raw" => {
                tag + 2 + inside.find("endraw").unwrap_or(inside.len())
            }
            Some("{%") if OTHERS.contains(&first(inside)) => {
                let line = line(text, tag);
                let message =
                    format!("{} needs another template, and there is none", first(inside));
                return Err(Error { line, ..Error::plain(name, &message) });
            }
            Some("{%") => tag + 2 + code(name, text, tag + 2, '%')?,
            Some("{{") => tag + 2 + code(name, text, tag + 2, '}')?,
            Some(_) | None => tag + 1,
        };
    }
    Ok(())
}

/// The same for an expression without braces around it.
pub(super) fn expression(name: &str, text: &str) -> Result<(), Error> {
    code(name, text, 0, '\0').map(drop)
}

/// Checks what begins at `from`, up to `last` and a brace, and answers how long it is.
pub(super) fn code(name: &str, text: &str, from: usize, last: char) -> Result<usize, Error> {
    let inside = text.get(from..).unwrap_or_default();
    let mut depth = 0_i32;
    let mut before = [Token::Text; 2];
    for (at, token) in tokens(inside) {
        let is_end = token == Token::Sign('}') && before[1] == Token::Sign(last) && depth <= 0;
        match token {
            _ if is_end => return Ok(at),
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') if last != '}' || depth > 0 => depth -= 1,
            Token::Word(word) => {
                if let Some(message) = missing(word, before) {
                    let line = line(text, from + at);
                    return Err(Error { line, ..Error::plain(name, &message) });
                }
            }
            Token::Sign(_) | Token::Text => {}
        }
        // `is not empty` is the test `empty`.
        if token != Token::Word("not") || before[1] != Token::Word("is") {
            before = [before[1], token];
        }
    }
    Ok(inside.len())
}

/// What is wrong with a word after these two tokens, if it names a filter or a test.
fn missing(word: &str, before: [Token<'_>; 2]) -> Option<String> {
    let state = engine().empty_state();
    match before {
        [_, Token::Sign('|')] => {
            let error = state.apply_filter(word, &[]).err()?;
            (error.kind() == ErrorKind::UnknownFilter).then(|| format!("there is no filter {word}"))
        }
        [Token::Sign('.'), _] => None,
        [_, Token::Word("is")] if word != "not" => {
            let error = state.perform_test(word, &[]).err()?;
            (error.kind() == ErrorKind::UnknownTest).then(|| format!("there is no test {word}"))
        }
        _ => None,
    }
}

/// The first word of a tag: what it does.
fn first(inside: &str) -> &str {
    let mut words = tokens(inside).map(|(_, token)| token);
    match words.find(|token| !matches!(token, Token::Sign('-' | '+'))) {
        Some(Token::Word(word)) => word,
        Some(Token::Sign(_) | Token::Text) | None => "",
    }
}

fn line(text: &str, at: usize) -> usize {
    1 + text.get(..at).unwrap_or_default().matches('\n').count()
}
