use chassis::http::Client;

use crate::cohere::CohereClient;
use crate::{Config, Error, Limits, Location, Passage, Placed, Ranking, Stage};

/// What passages are judged by that no stage has judged yet.
const GIVEN: &str = "given";

/// Passages, and how to order them.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What the passages should answer; stages that read only keywords do not need it.
    pub query: &'a str,
    /// The passages in their present order.
    pub passages: Vec<Passage<'a>>,
    /// The stages in the order they run.
    pub stages: Vec<Stage>,
    /// The largest number of passages to return; 0 keeps all.
    pub keep: usize,
}

/// Runs passages through stages.
#[derive(Clone, Debug)]
pub struct Reranker {
    limits: Limits,
    cohere: Option<CohereClient>,
}

impl Reranker {
    /// A reranker within these limits, which reaches its models through this client.
    pub fn new(config: Config, client: Client) -> Self {
        let Config { limits, cohere } = config;
        match &cohere {
            Some(cohere) => tracing::info!(model = cohere.model, "rerank asks a Cohere model"),
            None => tracing::info!("rerank has no model: a stage that asks for one is left out"),
        }
        Self { limits, cohere: cohere.map(|config| CohereClient::new(client, config)) }
    }

    /// Answers the passages' new order.
    ///
    /// It gives way to other tasks now and then, so that dropping it ends the work.
    pub async fn rerank(&self, request: &Request<'_>) -> Result<Ranking, Error> {
        self.check(request)?;
        let mut ranking = given(&request.passages);
        for stage in &request.stages {
            stage.apply(request, self.cohere.as_ref(), &mut ranking).await;
        }
        if request.keep > 0 {
            ranking.order.truncate(request.keep);
        }
        Ok(ranking)
    }

    fn check(&self, request: &Request<'_>) -> Result<(), Error> {
        let Limits { max_passages, max_stages, max_keywords } = self.limits;
        let (count, stages) = (request.passages.len(), request.stages.len());
        if count > max_passages {
            return Err(Error::TooManyPassages { count, limit: max_passages });
        }
        if stages > max_stages {
            return Err(Error::TooManyStages { count: stages, limit: max_stages });
        }
        let is_score = |score: f64| score.is_finite() && score >= 0.0;
        if let Some(wrong) = request.passages.iter().position(|passage| !is_score(passage.score)) {
            return Err(Error::InvalidScore {
                at: Location::item("passages", wrong).within("score"),
            });
        }
        let mut stages = request.stages.iter().enumerate();
        stages.try_for_each(|(i, stage)| stage.check(&Location::item("stages", i), max_keywords))
    }
}

/// The order as it came; who comes without any judgement gets its place noted.
fn given(passages: &[Passage<'_>]) -> Ranking {
    let placed = |(index, passage): (usize, &Passage<'_>)| {
        // Adding zero turns a negative zero into the usual one.
        Placed { index, score: passage.score + 0.0, judgements: Vec::new() }
    };
    let order = passages.iter().enumerate().map(placed).collect();
    let mut ranking = Ranking { order, ..Ranking::default() };
    ranking.judge(GIVEN, |_| Vec::new());
    for placed in &mut ranking.order {
        if passages[placed.index].is_judged {
            placed.judgements.clear();
        }
    }
    ranking
}
