use crate::Call;

/// What a ranking reads of a passage.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'a> {
    /// The document's title; may be empty.
    pub title: &'a str,
    /// The passage itself.
    pub text: &'a str,
    /// How well it answers, as whoever found it says.
    pub score: f64,
    /// Whether earlier stages left their judgement on it.
    pub is_judged: bool,
}

/// The order that the stages agreed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// The passages, best first.
    pub order: Vec<Placed>,
    /// What was left out, with the reason.
    pub degraded: Vec<String>,
    /// The calls of models that were answered.
    pub calls: Vec<Call>,
}

/// A passage in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Which of the request's passages it is, from 0.
    pub index: usize,
    /// The score of the last stage that gave one.
    pub score: f64,
    /// What each stage of this request said of it.
    pub judgements: Vec<Judgement>,
}

/// What one stage said of a passage.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The stage.
    pub stage: &'static str,
    /// The score it gave.
    pub value: f64,
    /// The place it gave, from 1.
    pub rank: u32,
    /// What made up the score, where the stage can say it.
    pub contributions: Vec<Contribution>,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// What contributed.
    pub name: String,
    /// How much it added to the score.
    pub value: f64,
}

impl Ranking {
    /// Notes the present order as what a stage said, with the parts of each passage's score.
    pub(crate) fn judge(
        &mut self,
        stage: &'static str,
        mut parts: impl FnMut(&Placed) -> Vec<Contribution>,
    ) {
        for (rank, placed) in (1..).zip(&mut self.order) {
            let contributions = parts(placed);
            let value = placed.score;
            placed.judgements.push(Judgement { stage, value, rank, contributions });
        }
    }
}
