use toml::{Table, Value};

/// Reads a text, from a variable or the command line, as the type that the default has.
pub(super) fn read(text: &str, default: &Value) -> Result<Value, &'static str> {
    match default {
        Value::String(_) => Ok(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|_| expected(default)),
        Value::Float(_) => text.trim().parse().map(Value::Float).map_err(|_| expected(default)),
        Value::Boolean(_) => text.trim().parse().map(Value::Boolean).map_err(|_| expected(default)),
        Value::Array(items) => list(text.trim(), items.first()).ok_or_else(|| expected(default)),
        Value::Table(_) => table(text.trim()).ok_or_else(|| expected(default)),
        Value::Datetime(_) => {
            text.trim().parse().map(Value::Datetime).map_err(|_| expected(default))
        }
    }
}

/// Takes a value of the file if it has the type of the default; a whole number is a float, too.
pub(super) fn fit(value: Value, default: &Value) -> Result<Value, &'static str> {
    match (value, default) {
        #[allow(clippy::cast_precision_loss, reason = "a float was asked for")]
        (Value::Integer(whole), Value::Float(_)) => Ok(Value::Float(whole as f64)),
        (value, default) if value.same_type(default) => Ok(value),
        _ => Err(expected(default)),
    }
}

fn expected(default: &Value) -> &'static str {
    match default {
        Value::String(_) => "a text, in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list, such as [\"a\", \"b\"], or a,b in a variable",
        Value::Table(_) => "a table, such as { a = \"b\" }, or a=b,c=d or JSON in a variable",
        Value::Datetime(_) => "a date or time",
    }
}

/// JSON, or items between commas; those have the type of the default's first item, else they are texts.
fn list(text: &str, first: Option<&Value>) -> Option<Value> {
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let items = items.map(|item| match first {
        Some(first) => read(item, first).ok(),
        None => Some(Value::String(item.to_owned())),
    });
    items.collect::<Option<Vec<Value>>>().map(Value::Array)
}

/// JSON, or pairs between commas whose values are texts.
fn table(text: &str) -> Option<Value> {
    if text.starts_with('{') {
        return serde_json::from_str::<Table>(text).ok().map(Value::Table);
    }
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_owned(), Value::String(value.trim().to_owned())))
    });
    pairs.collect::<Option<Table>>().map(Value::Table)
}
