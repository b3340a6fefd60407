use std::borrow::Cow;
use std::fmt;

/// The longest member name that a message repeats.
const LONGEST: usize = 64;

/// One step into a value.
#[derive(Clone, Debug)]
pub(super) enum Segment<'a> {
    /// Into a member of an object.
    Member(Cow<'a, str>),
    /// Into an element of a list.
    Element(usize),
}

/// The way to a value, written such as `input.skills[0]`.
pub(super) struct Path<'a, 'b>(pub(super) &'b [Segment<'a>]);

impl fmt::Display for Path<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("body");
        }
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Member(name) if place == 0 => f.write_str(&shown(name))?,
                Segment::Member(name) => write!(f, ".{}", shown(name))?,
                Segment::Element(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A member's name as a message may repeat it: short, and without control characters.
pub(crate) fn shown(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter })
        .collect();
    if name.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
