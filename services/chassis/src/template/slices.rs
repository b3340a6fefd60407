use crate::template::check;
use crate::template::tokens::{Token, tokens};

/// The same template with subscripts in place of slices, for looking at its variables only.
///
/// minijinja does not see `a` in `a[:9]`; it does in `a[-0-9]`, which reads the same variables.
pub(super) fn template(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(tag) {
        let inside = at + found + 2;
        let last = if text.get(inside - 1..inside) == Some("%") { '%' } else { '}' };
        let length = check::code("", text, inside, last).unwrap_or(0);
        let Some(code) = text.get(inside..inside + length) else { break };
        plain.push_str(text.get(at..inside).unwrap_or_default());
        plain.push_str(&expression(code));
        at = inside + length;
    }
    plain.push_str(text.get(at..).unwrap_or_default());
    plain
}

/// Where the next tag begins.
fn tag(text: &str) -> Option<usize> {
    ["{{", "{%"].iter().filter_map(|opening| text.find(opening)).min()
}

/// The same for an expression without braces around it.
pub(super) fn expression(code: &str) -> String {
    let mut plain = String::with_capacity(code.len());
    let mut open = Vec::new();
    let mut tokens = tokens(code).peekable();
    while let Some((at, token)) = tokens.next() {
        let next = tokens.peek().copied();
        let end = next.map_or(code.len(), |(next, _)| next);
        match token {
            Token::Sign(bracket @ ('(' | '[' | '{')) => open.push(bracket),
            Token::Sign(')' | ']' | '}') => drop(open.pop()),
            Token::Sign(_) | Token::Word(_) | Token::Text => {}
        }
        if token == Token::Sign(':') && open.last() == Some(&'[') {
            let is_last = matches!(next, Some((_, Token::Sign(']' | ':'))));
            plain.push_str(if is_last { " - 0 - 0 " } else { " - 0 - " });
        } else {
            plain.push_str(code.get(at..end).unwrap_or_default());
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_become_subscripts() {
        for (code, plain) in [
            ("a[:9]", "a[ - 0 - 9]"),
            ("a[1:]", "a[1 - 0 - 0 ]"),
            ("a[::b]", "a[ - 0 - 0  - 0 - b]"),
            ("f({'a': 1}, b['x:y'])", "f({'a': 1}, b['x:y'])"),
        ] {
            assert_eq!(expression(code), plain);
        }
        assert_eq!(
            template("a: [b:{{ c[:2] }}] {% if d[e:] %}"),
            "a: [b:{{c[ - 0 - 2] }}] {%if d[e - 0 - 0 ] %}"
        );
    }
}
