use std::collections::{HashMap, VecDeque};

use crate::stage::keyword_boost::atom::{Atoms, compose};

const ROOT: usize = 0;

/// Finds all keywords in one pass over a text, however they overlap (Aho and Corasick's way).
///
/// The time is linear in the text: a keyword that was seen is not looked at again, and neither are
/// those that end where it ends, since they were seen with it.
#[derive(Debug)]
pub(super) struct Automaton {
    symbols: HashMap<String, usize>,
    steps: HashMap<(usize, usize), usize>,
    states: Vec<State>,
    keywords: usize,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// The keyword that ends here.
    keyword: Option<usize>,
    /// Where to go on when no step fits: the longest end of this that begins a keyword.
    fallback: usize,
    /// The nearest state along the fallbacks where a keyword ends; the root where none does.
    shorter: usize,
}

impl Default for Automaton {
    fn default() -> Self {
        let states = vec![State::default()];
        Self { symbols: HashMap::new(), steps: HashMap::new(), states, keywords: 0 }
    }
}

impl Automaton {
    /// Adds a keyword under the next number, and says whether it is a new one with anything in it.
    pub(super) fn insert(&mut self, keyword: &str) -> bool {
        let (keyword, mut atom) = (compose(keyword), String::new());
        let mut atoms = Atoms::of(&keyword);
        let mut state = ROOT;
        while atoms.next_into(&mut atom) {
            let symbol = match self.symbols.get(&atom) {
                Some(symbol) => *symbol,
                None => self.symbols.len(),
            };
            self.symbols.entry(atom.clone()).or_insert(symbol);
            let new = self.states.len();
            let next = *self.steps.entry((state, symbol)).or_insert(new);
            if next == new {
                self.states.push(State::default());
            }
            state = next;
        }
        let is_new = state != ROOT && self.states[state].keyword.is_none();
        if is_new {
            self.states[state].keyword = Some(self.keywords);
            self.keywords += 1;
        }
        is_new
    }

    /// Finds the fallbacks, shorter beginnings first; called once all keywords are in.
    pub(super) fn link(&mut self) {
        let mut children = vec![Vec::new(); self.states.len()];
        for ((from, symbol), to) in &self.steps {
            children[*from].push((*symbol, *to));
        }
        let mut queue = VecDeque::from([ROOT]);
        while let Some(state) = queue.pop_front() {
            for (symbol, child) in &children[state] {
                let fallback = match state {
                    ROOT => ROOT,
                    _ => self.step(self.states[state].fallback, *symbol),
                };
                let ends = self.states[fallback].keyword.is_some();
                let shorter = if ends { fallback } else { self.states[fallback].shorter };
                self.states[*child].fallback = fallback;
                self.states[*child].shorter = shorter;
                queue.push_back(*child);
            }
        }
    }

    /// Marks the keywords that a text contains.
    pub(super) fn find(&self, text: &str, seen: &mut [bool]) {
        if self.keywords == 0 {
            return;
        }
        let (text, mut atom) = (compose(text), String::new());
        let mut atoms = Atoms::of(&text);
        let mut state = ROOT;
        while atoms.next_into(&mut atom) {
            state = match self.symbols.get(&atom) {
                Some(symbol) => self.step(state, *symbol),
                None => ROOT,
            };
            self.mark(state, seen);
        }
    }

    fn step(&self, mut state: usize, symbol: usize) -> usize {
        loop {
            match self.steps.get(&(state, symbol)) {
                Some(next) => return *next,
                None if state == ROOT => return ROOT,
                None => state = self.states[state].fallback,
            }
        }
    }

    fn mark(&self, mut state: usize, seen: &mut [bool]) {
        while state != ROOT {
            if let Some(keyword) = self.states[state].keyword
                && std::mem::replace(&mut seen[keyword], true)
            {
                return;
            }
            state = self.states[state].shorter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(keywords: &[&'a str], text: &str) -> Vec<&'a str> {
        let mut automaton = Automaton::default();
        assert!(keywords.iter().all(|keyword| automaton.insert(keyword)));
        automaton.link();
        let mut seen = vec![false; keywords.len()];
        automaton.find(text, &mut seen);
        keywords.iter().zip(seen).filter(|(_, seen)| *seen).map(|(keyword, _)| *keyword).collect()
    }

    #[test]
    fn whole_words_only() {
        let none: [&str; 0] = [];
        assert_eq!(found(&["rust"], "Written in RUST."), ["rust"]);
        assert_eq!(found(&["rust", "go"], "trust, rusty, rust2, Google"), none);
        assert_eq!(found(&["rust"], "rust_analyzer is (rust)"), ["rust"]);
    }

    #[test]
    fn signs_belong_to_keywords() {
        let keywords = ["c++", ".net", "node.js", "CI/CD", "c#", "c"];
        assert_eq!(
            found(&keywords, "C++, .NET and Node.js with ci/cd"),
            ["c++", ".net", "node.js", "CI/CD", "c"]
        );
        assert_eq!(found(&keywords, "asp.net; c++17"), ["c"]);
        assert_eq!(found(&keywords, "C#."), ["c#", "c"]);
    }

    #[test]
    fn keywords_within_keywords_are_found() {
        let keywords = ["machine learning", "learning", "machine learning model", "learning rate"];
        let text = "the machine\n  learning rate";
        assert_eq!(found(&keywords, text), ["machine learning", "learning", "learning rate"]);
    }

    #[test]
    fn a_longer_match_that_fails_does_not_hide_a_shorter() {
        assert_eq!(found(&["a b c d", "b c"], "a b c e"), ["b c"]);
    }

    #[test]
    fn blank_and_repeated_keywords_are_not_taken() {
        let mut automaton = Automaton::default();
        assert!(automaton.insert("Rust"));
        assert!(!automaton.insert("rust"));
        assert!(!automaton.insert(""));
    }
}
