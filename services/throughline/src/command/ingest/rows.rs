use csv::{ErrorKind, ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use crate::command::ingest::records::Source;
use crate::command::ingest::{Fault, Record};

/// The rows below a header; one that is broken is told with its line, and the next is read.
pub(super) fn read(source: &Source<'_>, text: &str, delimiter: u8) -> Vec<Result<Record, Fault>> {
    let delimiter = source.columns.delimiter.unwrap_or(delimiter);
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return vec![Err(fault(source, &error))],
    };
    if let Some(unknown) = unknown(source, &header) {
        let message = format!("there is no column {unknown}; there are {}", names(&header));
        return vec![Err(Fault { place: source.line(1), message })];
    }
    let rows = reader.records().enumerate().map(|(at, row)| {
        let row = row.map_err(|error| fault(source, &error))?;
        let line = row.position().map_or(at + 2, |place| place.line() as usize);
        source.record(source.line(line), source.numbered(at + 1), members(&header, &row))
    });
    rows.collect()
}

fn members(header: &StringRecord, row: &StringRecord) -> Map<String, Value> {
    header.iter().zip(row).map(|(name, cell)| (name.trim().to_owned(), value(cell))).collect()
}

/// A number where it is written as JSON would write it, so that nothing of it is lost; else a text.
fn value(cell: &str) -> Value {
    match serde_json::from_str::<Value>(cell) {
        _ if cell.trim().is_empty() => Value::Null,
        Ok(value @ (Value::Number(_) | Value::Bool(_))) if is_written_so(&value, cell) => value,
        Ok(_) | Err(_) => Value::String(cell.to_owned()),
    }
}

fn is_written_so(value: &Value, cell: &str) -> bool {
    let written = value.to_string();
    written == cell
}

/// A column that was named and is not there.
fn unknown<'a>(source: &'a Source<'_>, header: &StringRecord) -> Option<&'a str> {
    let mapping = &source.columns.mapping;
    let named = mapping.text.iter().chain(&mapping.metadata).chain([&mapping.title]);
    let named = named.chain(&source.columns.id);
    let is_there = |name: &str| header.iter().any(|column| column.trim() == name);
    named.map(String::as_str).find(|name| !name.is_empty() && !is_there(name))
}

fn names(header: &StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(", ")
}

fn fault(source: &Source<'_>, error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, |place| place.line() as usize);
    let message = if let ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        format!("the row has {len} cells, and the header {expected_len}")
    } else {
        error.to_string()
    };
    Fault { place: source.line(line), message }
}
