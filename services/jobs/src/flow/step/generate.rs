use std::sync::Arc;

use crate::flow::nearest::nearest;
use crate::flow::scope::Scope;
use crate::flow::step::{StepKind, source};
use crate::flow::table::{Field, Table};
use crate::flow::{Error, Prompt, Schema, Setting};

/// Writes a text from a prompt and passages, or an object that fits a schema.
#[derive(Clone, Debug)]
pub struct Generate {
    /// What is asked.
    pub prompt: Prompt,
    /// What the answer must fit; then the step's value is that object.
    pub schema: Option<Arc<Schema>>,
    /// The alias of the model.
    pub model: Setting,
    /// With a schema: the value where only the local provider is there.
    pub fallback: Option<Setting>,
    /// The step whose passages the prompt is given.
    pub passages: Option<String>,
    /// The largest number of tokens to write; 0 means the provider's default.
    pub max_output_tokens: i32,
    /// How freely to write.
    pub temperature: Option<f64>,
}

pub(super) const MEMBERS: [&str; 7] =
    ["prompt", "schema", "model", "fallback", "passages", "max_output_tokens", "temperature"];

/// Files that are no schema of a step.
const OTHERS: [&str; 2] = ["input.schema.json", "sample.json"];
const DEFAULT_MODEL: &str = "strong";

pub(super) fn read(table: Table<'_>, id: &str, scope: Scope<'_>) -> Result<Generate, Error> {
    let passages = table.get("passages");
    let passages = passages
        .map(|field| source(&field, scope, "retrieve or rerank step", StepKind::finds_passages))
        .transpose()?;
    let prompt = table.need(&format!("step `{id}`"), "prompt", "prompt = \"...\"")?;
    let schema = table.get("schema").map(|field| schema(&field, scope)).transpose()?;
    let fallback = table.get("fallback");
    let fallback = fallback.map(|field| self::fallback(&field, schema.as_deref(), scope));
    let model = match table.get("model") {
        Some(field) => field.text().and_then(|_| Setting::read(&field, scope))?,
        None => Setting::text(DEFAULT_MODEL),
    };
    let tokens = table.get("max_output_tokens");
    let tokens = tokens.map(|field| field.integer(1..=1_000_000)).transpose()?;
    let temperature = table.get("temperature");
    Ok(Generate {
        prompt: Prompt::read(&prompt, scope, passages.is_some())?,
        fallback: fallback.transpose()?,
        schema,
        model,
        passages,
        max_output_tokens: tokens.unwrap_or_default(),
        temperature: temperature.map(|field| field.number(0.0..=2.0)).transpose()?,
    })
}

fn schema(field: &Field<'_>, scope: Scope<'_>) -> Result<Arc<Schema>, Error> {
    let file = field.plain()?;
    let Some(text) = scope.folder.files.get(file) else {
        let is_schema =
            |other: &&String| other.ends_with(".json") && !OTHERS.contains(&other.as_str());
        let others = scope.folder.files.keys().filter(is_schema).map(String::as_str);
        let remedy = match nearest(file, others) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write the JSON schema into `{file}`"),
        };
        return Err(field.error(format!("there is no file `{file}`"), remedy));
    };
    let schema = Schema::read(&scope.folder.path(file), text)?;
    if schema.value().get("type").and_then(|kind| kind.as_str()) != Some("object") {
        let message = "the schema of a step must be of an object";
        let remedy = "write `\"type\": \"object\"` at its top";
        return Err(Error::new(scope.folder.path(file), 1, message, remedy));
    }
    Ok(Arc::new(schema))
}

/// What a model would have to answer, the flow has to answer too.
fn fallback(
    field: &Field<'_>,
    schema: Option<&Schema>,
    scope: Scope<'_>,
) -> Result<Setting, Error> {
    let Some(schema) = schema else {
        let remedy = "add `schema = \"...\"`, or remove the fallback";
        return Err(field.error("`fallback` needs `schema`", remedy));
    };
    let members = field.table()?.fields();
    let required = schema.value().get("required").and_then(|names| names.as_array());
    let required = required.into_iter().flatten().filter_map(|name| name.as_str());
    for name in required {
        if !members.iter().any(|member| member.name == name) {
            let message = format!("`fallback` lacks `{name}`, which the schema requires");
            return Err(field.error(message, format!("add `{name} = ...`")));
        }
    }
    Setting::read(field, scope)
}
