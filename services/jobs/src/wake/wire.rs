//! Hints as the text of a notification: who tells, and what, separated by spaces.

use std::collections::HashSet;

use crate::wake::Hint;

/// A notification may hold 8,000 bytes.
const LONGEST: usize = 7_000;

/// Everything in one text, each hint once; what does not fit is dropped.
pub(super) fn write(teller: &str, hints: &[Hint]) -> String {
    let mut text = teller.to_owned();
    let mut told = HashSet::new();
    for hint in hints.iter().filter(|hint| told.insert(*hint)) {
        let word = match hint {
            Hint::Job => "job",
            Hint::Delivery => "delivery",
            Hint::Cancel => "cancel",
            Hint::Changed(job) => job,
        };
        if text.len() + 1 + word.len() <= LONGEST {
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}

/// What another process tells; nothing where it is our own voice.
pub(super) fn read(listener: &str, text: &str) -> Vec<Hint> {
    let mut words = text.split(' ');
    if words.next() == Some(listener) {
        return Vec::new();
    }
    let hint = |word| match word {
        "job" => Hint::Job,
        "delivery" => Hint::Delivery,
        "cancel" => Hint::Cancel,
        job => Hint::Changed(job.into()),
    };
    words.map(hint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hint_is_told_once_and_not_to_oneself() {
        let changed = Hint::Changed("job_1".into());
        let hints = [Hint::Job, changed.clone(), Hint::Job, Hint::Cancel, changed.clone()];
        let text = write("me", &hints);
        assert_eq!(text, "me job job_1 cancel");
        assert_eq!(read("you", &text), [Hint::Job, changed, Hint::Cancel]);
        assert_eq!(read("me", &text), []);
    }

    #[test]
    fn a_notification_stays_within_its_limit() {
        let hints: Vec<Hint> =
            (0..1000).map(|number| Hint::Changed(format!("job_{number:026}").into())).collect();
        assert!(write("me", &hints).len() <= LONGEST);
    }
}
