//! Writes without a model: it puts passages together, word for word, and says that it did.
//!
//! The same request brings the same text. Passages are taken in the order they come in, since
//! whoever ranked them knew more than this does; of each the sentences are taken that share most
//! words with what was asked.

use std::collections::HashSet;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};

use crate::citation::{defuse, marker};
use crate::prompt::Topic;
use crate::provider::{Call, Completion, Piece, Pieces, Provider};
use crate::schema::{Misfit, Schema};
use crate::sentence::sentences;
use crate::words::{nearness, words};
use crate::{Error, Finish, Parameters, Passage, Tokens};

const NAME: &str = "local";
const MODEL: &str = "extractive";
const DEGRADED: &str = "generation: local";

const MAX_DOCUMENTS: usize = 5;
const MAX_SENTENCES: usize = 2;
/// In bytes: so much of a passage is looked through.
const READABLE: usize = 16 * 1024;
const CHARS_PER_TOKEN: usize = 4;

const METHOD: &str = "No language model is configured here, and none wrote this text: it is put together from \
                      stored passages, in their own words. The number behind each names the passage.";
const CLOSING: &str = "These passages were found for what was asked, and of each the sentences are shown that share \
                       most words with it. Whether they answer it is for a reader to judge.";
const NOTHING: &str = "Nothing in the collection supports an answer: no passage was found for what was asked. \
                       No language model is configured here either, so nothing is claimed.";

/// The provider that needs no key and no network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local;

#[async_trait]
impl Provider for Local {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self, _name: &str) -> String {
        MODEL.to_owned()
    }

    fn degraded(&self) -> Option<&'static str> {
        Some(DEGRADED)
    }

    fn is_free(&self) -> bool {
        true
    }

    async fn complete(&self, call: Call) -> Result<Completion, Error> {
        let (paragraphs, finish) = write(&call)?;
        Ok(completion(paragraphs.concat(), finish))
    }

    async fn stream(&self, call: Call) -> Result<Pieces, Error> {
        let (paragraphs, finish) = write(&call)?;
        let end = Piece::End(completion(paragraphs.concat(), finish));
        let pieces = paragraphs.into_iter().map(Piece::Delta).chain([end]);
        Ok(stream::iter(pieces.map(Ok)).boxed())
    }
}

/// No model consumed anything, which is known and no estimate.
fn completion(text: String, finish: Finish) -> Completion {
    let (tokens, request_id) = (Some(Tokens::default()), String::new());
    Completion { text, model: MODEL.to_owned(), finish, tokens, request_id }
}

fn write(call: &Call) -> Result<(Vec<String>, Finish), Error> {
    match &call.schema {
        Some(schema) => Ok((vec![fall_back(schema, call.fallback.as_deref())?], Finish::Stop)),
        None => Ok(limit(paragraphs(&call.topic, &call.passages), &call.parameters)),
    }
}

fn fall_back(schema: &Schema, fallback: Option<&str>) -> Result<String, Error> {
    let refuse = |what, violations| Err(Error::InvalidFallback { what, violations });
    match fallback.map(|fallback| schema.accept(fallback)) {
        Some(Ok(json)) => Ok(json),
        Some(Err(Misfit::NoJson)) => refuse("is no JSON", Vec::new()),
        Some(Err(Misfit::Violations(violations))) => refuse("does not fit the schema", violations),
        None => refuse("is empty", Vec::new()),
    }
}

/// The text, paragraph by paragraph, with the blank lines between them.
fn paragraphs(topic: &Topic, passages: &[Passage]) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if !topic.title.is_empty() {
        paragraphs.push(format!("What was asked: {}", defuse(&topic.title)));
    }
    let evidence = evidence(topic, passages);
    if evidence.is_empty() {
        paragraphs.push(NOTHING.to_owned());
    } else {
        paragraphs.push(METHOD.to_owned());
        paragraphs.extend(evidence);
        paragraphs.push(CLOSING.to_owned());
    }
    let mut paragraphs = paragraphs.into_iter().enumerate();
    let blank =
        |(index, text): (usize, String)| if index == 0 { text } else { format!("\n\n{text}") };
    paragraphs.by_ref().map(blank).collect()
}

/// A paragraph for the first passage of each document; of documents that share a word with the
/// topic, where there are any.
fn evidence(topic: &Topic, passages: &[Passage]) -> Vec<String> {
    let mut seen = HashSet::new();
    let firsts = passages.iter().zip(1..).filter(|(passage, _)| seen.insert(&passage.document_id));
    let mut excerpts: Vec<_> =
        firsts.map(|(passage, number)| Excerpt::of(passage, number)).collect();
    // Over all of them at once, since a word that is everywhere says little.
    let texts: Vec<_> =
        excerpts.iter().flat_map(|excerpt| &excerpt.sentences).map(|text| words(text)).collect();
    let mut nearness = nearness(&texts, &topic.words).into_iter();
    for excerpt in &mut excerpts {
        excerpt.near = nearness.by_ref().take(excerpt.sentences.len()).collect();
    }
    let is_near = excerpts.iter().any(Excerpt::is_near);
    let best = excerpts.iter().filter(|excerpt| excerpt.is_near() || !is_near);
    best.filter_map(Excerpt::paragraph).take(MAX_DOCUMENTS).collect()
}

/// The sentences of a passage, and how near each is to what was asked.
struct Excerpt<'a> {
    passage: &'a Passage,
    number: usize,
    sentences: Vec<&'a str>,
    near: Vec<f64>,
}

impl<'a> Excerpt<'a> {
    fn of(passage: &'a Passage, number: usize) -> Self {
        let text = &passage.text[..passage.text.floor_char_boundary(READABLE)];
        let sentences = sentences(text).into_iter().map(|range| &text[range]).collect();
        Self { passage, number, sentences, near: Vec::new() }
    }

    fn is_near(&self) -> bool {
        self.near.iter().any(|near| *near > 0.0)
    }

    /// The nearest sentences in their own order, or the first where none is near.
    fn paragraph(&self) -> Option<String> {
        let mut best: Vec<usize> =
            (0..self.near.len()).filter(|index| self.near[*index] > 0.0).collect();
        best.sort_by(|a, b| self.near[*b].total_cmp(&self.near[*a]));
        best.truncate(MAX_SENTENCES);
        best.sort_unstable();
        let chosen: Vec<_> = best.into_iter().map(|index| plain(self.sentences[index])).collect();
        let text =
            if chosen.is_empty() { plain(self.sentences.first()?) } else { chosen.join(" ") };
        Some(format!("{}: {text} {}", name(self.passage), marker(self.number)))
    }
}

fn name(passage: &Passage) -> String {
    match (passage.title.trim(), passage.document_id.as_str()) {
        ("", "") => "In a document without a name".to_owned(),
        ("", id) => format!("In {}", defuse(id)),
        (title, _) => format!("In \u{201c}{}\u{201d}", defuse(title)),
    }
}

/// A sentence on one line, without the marks of a list or a heading, and without markers of its own.
fn plain(sentence: &str) -> String {
    let sentence = sentence.trim_start_matches(['#', '-', '*', '•', ' ']);
    let line: Vec<_> = sentence.split_whitespace().collect();
    defuse(&line.join(" "))
}

/// As many paragraphs as the caller wants to read, and nothing from a stop text on.
fn limit(paragraphs: Vec<String>, parameters: &Parameters) -> (Vec<String>, Finish) {
    let tokens = parameters
        .max_output_tokens
        .map_or(usize::MAX, |tokens| usize::try_from(tokens).unwrap_or(usize::MAX));
    let (mut room, mut kept) = (tokens.saturating_mul(CHARS_PER_TOKEN), Vec::new());
    for paragraph in paragraphs {
        let stop = parameters.stop.iter().filter_map(|stop| paragraph.find(stop)).min();
        if let Some(stop) = stop {
            kept.push(paragraph[..stop].to_owned());
            return (kept, Finish::Stop);
        }
        match room.checked_sub(paragraph.chars().count()) {
            Some(rest) => room = rest,
            None => return (kept, Finish::Length),
        }
        kept.push(paragraph);
    }
    (kept, Finish::Stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(id: &str, title: &str, text: &str) -> Passage {
        Passage {
            document_id: id.into(),
            title: title.into(),
            text: text.into(),
            ..Passage::default()
        }
    }

    fn topic(title: &str) -> Topic {
        Topic { title: title.into(), words: words(title) }
    }

    fn text(title: &str, passages: &[Passage]) -> String {
        paragraphs(&topic(title), passages).concat()
    }

    #[test]
    fn the_text_says_what_was_asked_how_it_was_made_and_what_was_found() {
        let passages = [
            passage(
                "billing",
                "Billing engine",
                "# Billing\nIt rained. We rewrote the billing in Rust [7]. It is fast.",
            ),
            passage("billing", "Billing engine", "Another piece in Rust."),
            passage("shop", "", "A shop for shoes."),
            passage("parser", "", "- A parser in Rust\n- A tool"),
        ];
        let wanted = [
            "What was asked: Rust billing",
            METHOD,
            "In \u{201c}Billing engine\u{201d}: Billing We rewrote the billing in Rust (7). [1]",
            "In parser: A parser in Rust [4]",
            CLOSING,
        ];
        assert_eq!(text("Rust billing", &passages), wanted.join("\n\n"));
    }

    #[test]
    fn without_passages_nothing_is_claimed() {
        assert_eq!(text("Rust?", &[]), format!("What was asked: Rust?\n\n{NOTHING}"));
    }

    #[test]
    fn passages_that_share_no_word_are_shown_by_their_beginning() {
        let found = text("Abrechnung", &[passage("billing", "Billing", "We bill. We do.")]);
        assert!(found.contains("In \u{201c}Billing\u{201d}: We bill. [1]"), "{found}");
    }

    #[test]
    fn a_limit_keeps_whole_paragraphs() {
        let parameters = Parameters { max_output_tokens: Some(2), ..Parameters::default() };
        let paragraphs = vec!["one two".to_owned(), "\n\nthree".to_owned()];
        assert_eq!(
            limit(paragraphs.clone(), &parameters),
            (vec!["one two".to_owned()], Finish::Length)
        );
        let parameters = Parameters { stop: vec!["two".to_owned()], ..Parameters::default() };
        assert_eq!(limit(paragraphs, &parameters), (vec!["one ".to_owned()], Finish::Stop));
    }
}
