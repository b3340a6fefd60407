use jsonschema::JsonType;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

/// What is wrong with a value, for people and without the value; by member, where members are to blame.
pub(super) fn of(error: &ValidationError<'_>, schema: &Value) -> Vec<(Option<String>, String)> {
    if let Kind::Required { property } = error.kind() {
        return vec![(property.as_str().map(str::to_owned), "is required".to_owned())];
    }
    if let Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } =
        error.kind()
    {
        let refused = |name: &String| (Some(name.clone()), "is not known; remove it".to_owned());
        return unexpected.iter().map(refused).collect();
    }
    // The library tells a pattern as it translated it; its author knows it as it stands there.
    let written = schema.pointer(error.schema_path().as_str()).and_then(Value::as_str);
    vec![(None, sentence(error.kind(), error.instance(), written))]
}

fn sentence(kind: &Kind, value: &Value, written: Option<&str>) -> String {
    let (at_least, at_most) = ("must have at least", "must have at most");
    match kind {
        Kind::Type { kind } => format!("must be {}, not {}", types(kind), named(value)),
        Kind::MinLength { .. } | Kind::MinItems { .. } | Kind::Pattern { .. }
            if is_empty(value) =>
        {
            "must not be empty".to_owned()
        }
        Kind::Pattern { .. } if written == Some("\\S") => "must not be blank".to_owned(),
        Kind::Pattern { pattern } => {
            format!("must match the pattern `{}`", written.unwrap_or(pattern))
        }
        Kind::MinLength { limit } => format!("{at_least} {limit} characters"),
        Kind::MaxLength { limit } => {
            format!("{at_most} {limit} characters, and has {}", length(value))
        }
        Kind::MinItems { limit } => format!("{at_least} {limit} items, and has {}", length(value)),
        Kind::MaxItems { limit } => format!("{at_most} {limit} items, and has {}", length(value)),
        Kind::AdditionalItems { limit } => format!("{at_most} {limit} items"),
        Kind::MinProperties { limit } => format!("{at_least} {limit} members"),
        Kind::MaxProperties { limit } => format!("{at_most} {limit} members"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::Enum { options } => format!("must be one of {}", options_listed(options)),
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::Format { format } => format!("must be a valid {format}"),
        Kind::UniqueItems => "must not hold the same item twice".to_owned(),
        Kind::Contains => "lacks an item that it must have".to_owned(),
        Kind::UnevaluatedItems { .. } => "has items that are not allowed; remove them".to_owned(),
        Kind::PropertyNames { .. } => "has a member whose name is not allowed".to_owned(),
        Kind::FalseSchema => "is not allowed; remove it".to_owned(),
        Kind::Not { .. } => "has a form that is not allowed".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            "has none of the allowed forms".to_owned()
        }
        Kind::OneOfMultipleValid { .. } => "fits several forms of which it may have one".to_owned(),
        Kind::ContentEncoding { content_encoding: form }
        | Kind::ContentMediaType { content_media_type: form } => format!("must be valid {form}"),
        Kind::FromUtf8 { .. } => "must be UTF-8 text".to_owned(),
        Kind::Custom { message } => message.clone(),
        Kind::BacktrackLimitExceeded { .. }
        | Kind::Referencing(_)
        | Kind::Required { .. }
        | Kind::AdditionalProperties { .. }
        | Kind::UnevaluatedProperties { .. } => "does not fit the schema".to_owned(),
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => article(*kind).to_owned(),
        TypeKind::Multiple(kinds) => {
            let names: Vec<&str> = kinds.iter().map(article).collect();
            names.join(" or ")
        }
    }
}

fn article(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a text",
    }
}

pub(super) fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(number) if number.as_f64().is_some_and(|n| n.fract() != 0.0) => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn options_listed(options: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<String> = options.iter().take(12).map(Value::to_string).collect();
    let more = if options.len() > shown.len() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}
