use crate::flow::nearest::{listed, nearest};
use crate::flow::scope::Scope;
use crate::flow::step::{StepKind, source};
use crate::flow::table::{Field, Table};
use crate::flow::{Error, Setting};

/// Puts the passages of an earlier step into a better order.
#[derive(Clone, Debug)]
pub struct Rerank {
    /// The step whose passages are ranked.
    pub from: String,
    /// What the passages should answer; empty where only keywords are read.
    pub query: Setting,
    /// The stages, in the order they run.
    pub stages: Vec<Stage>,
    /// How many passages to keep; 0 keeps all.
    pub keep: i32,
}

/// A stage of the ranking.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Leaves the order as it is.
    PassThrough,
    /// Lifts passages that contain keywords.
    KeywordBoost {
        /// A list of keywords, or a table of keywords and their weights.
        keywords: Setting,
        /// What a keyword adds that has no weight of its own.
        weight: Option<f64>,
    },
    /// Asks a Cohere model.
    Cohere {
        /// How many passages it orders; all where nothing is said.
        top_n: Option<i32>,
        /// The model; the configured one where nothing is said.
        model: Option<String>,
    },
}

pub(super) const MEMBERS: [&str; 4] = ["from", "query", "stages", "keep"];
const KINDS: [&str; 3] = ["cohere", "keyword_boost", "pass_through"];

pub(super) fn read(table: Table<'_>, id: &str, scope: Scope<'_>) -> Result<Rerank, Error> {
    let what = format!("step `{id}`");
    let from = table.need(&what, "from", "from = \"...\"")?;
    let from = source(&from, scope, "retrieve or rerank step", StepKind::finds_passages)?;
    let query = match table.get("query") {
        Some(field) => field.text().and_then(|_| Setting::read(&field, scope))?,
        None => Setting::text(""),
    };
    let stages = table.need(&what, "stages", "stages = [{ kind = \"pass_through\" }]")?;
    let items = stages.items()?;
    if !(1..=8).contains(&items.len()) {
        let remedy = "write `stages = [{ kind = \"pass_through\" }]` to leave the order as it is";
        return Err(stages.error("`stages` must have from 1 to 8 items", remedy));
    }
    let stages = items.iter().map(|item| stage(item, scope)).collect::<Result<_, _>>()?;
    let keep = table.get("keep").map(|field| field.integer(1..=1000)).transpose()?;
    Ok(Rerank { from, query, stages, keep: keep.unwrap_or_default() })
}

fn stage(field: &Field<'_>, scope: Scope<'_>) -> Result<Stage, Error> {
    let table = field.table()?;
    let kind = table.need("a stage", "kind", "kind = \"pass_through\"")?;
    match kind.plain()? {
        "pass_through" => {
            table.only("a pass_through stage", &["kind"])?;
            Ok(Stage::PassThrough)
        }
        "keyword_boost" => {
            table.only("a keyword_boost stage", &["kind", "keywords", "weight"])?;
            keyword_boost(table, scope)
        }
        "cohere" => {
            table.only("a cohere stage", &["kind", "top_n", "model"])?;
            let top_n = table.get("top_n").map(|field| field.integer(1..=1000)).transpose()?;
            let model = table.get("model").map(|field| field.plain().map(str::to_owned));
            Ok(Stage::Cohere { top_n, model: model.transpose()? })
        }
        unknown => {
            let remedy = match nearest(unknown, KINDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the kinds are {}", listed(KINDS)),
            };
            Err(kind.error(format!("there is no kind of stage `{unknown}`"), remedy))
        }
    }
}

fn keyword_boost(table: Table<'_>, scope: Scope<'_>) -> Result<Stage, Error> {
    let example = "keywords = \"{{ input.skills }}\"";
    let keywords = table.need("a keyword_boost stage", "keywords", example)?;
    if keywords.value.is_table() {
        for weight in keywords.table()?.fields() {
            if !weight.value.is_str() {
                weight.number(0.0..=10.0)?;
            }
        }
    } else if keywords.value.is_array() {
        for keyword in keywords.items()? {
            keyword.text()?;
        }
    } else if keywords.text().is_err() || !keywords.text()?.contains("{{") {
        let remedy = format!("write `keywords = [\"...\"]` or `{example}`");
        return Err(keywords.error("`keywords` must be a list, a table or an expression", remedy));
    }
    let weight = table.get("weight").map(|field| field.number(0.0..=10.0)).transpose()?;
    Ok(Stage::KeywordBoost { keywords: Setting::read(&keywords, scope)?, weight })
}
