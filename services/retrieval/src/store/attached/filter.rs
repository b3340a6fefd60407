//! A filter on a column of JSON, row by row. What the caller wrote is in one value that is bound, a
//! list of texts, so that none of it stands in a statement.

use serde_json::{Map, Value};

use crate::filter::{Bound, Filter, Range, Side, Test};
use crate::metadata::{Scalar, path};
use crate::store::attached::instant;
use crate::words::split;

/// The metadata of a row, as the layout's source has it.
const METADATA: &str = "metadata";
/// A text as `words` folds it: without accents, in lower case.
const FOLDED: &str = r"normalize(lower(regexp_replace(normalize({} #>> '{}', nfkd), '[\u0300-\u036f]', '', 'g')), nfc)";

/// A condition on rows.
#[derive(Debug)]
pub(super) struct Condition {
    /// The condition; false where it has no answer.
    pub(super) sql: String,
    /// The list to bind.
    pub(super) values: Vec<String>,
}

impl Condition {
    /// That the filter leaves the row, with the list of values bound at this number; `None` where it
    /// leaves every row.
    pub(super) fn of(filter: &Filter, bound: usize) -> Option<Self> {
        if filter.constant() == Some(true) {
            return None;
        }
        let mut writer = Writer { bound, values: Vec::new() };
        let sql = writer.write(filter);
        Some(Self { sql, values: writer.values })
    }
}

/// Writes conditions, and keeps the values that they name.
struct Writer {
    bound: usize,
    values: Vec<String>,
}

impl Writer {
    fn write(&mut self, filter: &Filter) -> String {
        match filter {
            Filter::All(of) if of.is_empty() => "true".to_owned(),
            Filter::Any(of) if of.is_empty() => "false".to_owned(),
            Filter::All(of) => self.group(of, " and "),
            Filter::Any(of) => self.group(of, " or "),
            Filter::Not(not) => format!("not {}", self.write(not)),
            // What is unknown of a row that has no such member is that it does not hold.
            Filter::Field { field, test } => format!("(({}) is true)", self.test(field, test)),
        }
    }

    fn group(&mut self, of: &[Filter], word: &str) -> String {
        let each: Vec<String> = of.iter().map(|one| self.write(one)).collect();
        format!("({})", each.join(word))
    }

    fn test(&mut self, field: &str, test: &Test) -> String {
        match test {
            Test::Equals(None) => "false".to_owned(),
            Test::NotEquals(None) => "true".to_owned(),
            Test::Equals(Some(value)) => self.equals(field, value),
            Test::NotEquals(Some(value)) => format!("({}) is not true", self.equals(field, value)),
            Test::In(values) => {
                let member = self.member(field);
                format!("{member} = any({})", self.list(values))
            }
            Test::Range(range) => self.range(field, range),
            Test::Exists(true) => format!("{} is not null", self.member(field)),
            Test::Exists(false) => format!("{} is null", self.member(field)),
            Test::Prefix(prefix) => {
                let member = self.member(field);
                format!(
                    "{} and starts_with({member} #>> '{{}}', {})",
                    is(&member, "string"),
                    self.one(prefix)
                )
            }
            Test::ContainsAny(values) => {
                let member = self.member(field);
                format!(
                    "exists (select from jsonb_array_elements(case when {} then {member} end) as item (value)
                     where item.value = any({}))",
                    is(&member, "array"),
                    self.list(values)
                )
            }
            Test::ContainsAll(values) => {
                let member = self.member(field);
                let all = Value::from_iter(values.iter().map(Scalar::json)).to_string();
                format!("{} and {member} @> {}::jsonb", is(&member, "array"), self.one(&all))
            }
            Test::Matches(text) => self.matches(field, text),
        }
    }

    /// By containment where that says the same, since an index may serve it.
    fn equals(&mut self, field: &str, value: &Scalar) -> String {
        if path(field).is_none() {
            let members = Map::from_iter([(field.to_owned(), value.json())]);
            return format!(
                "{METADATA} @> {}::jsonb",
                self.one(&Value::Object(members).to_string())
            );
        }
        let member = self.member(field);
        format!("{member} = {}::jsonb", self.one(&value.json().to_string()))
    }

    fn range(&mut self, field: &str, range: &Range) -> String {
        let member = self.member(field);
        let mut conditions = Vec::new();
        let mut is_date = false;
        for (_, side, bound) in range.bounds() {
            let (value, bound) = match Bound::of(bound) {
                Some(Bound::Number(number)) => {
                    let bound = self.one(&number.to_string());
                    (format!("({member} #>> '{{}}')::numeric"), format!("{bound}::numeric"))
                }
                Some(Bound::Instant(micros)) => {
                    is_date = true;
                    ("micros".to_owned(), format!("{}::bigint", self.one(&micros.to_string())))
                }
                None => return "false".to_owned(),
            };
            conditions.push(format!("{value} {} {bound}", sign(side)));
        }
        let conditions = conditions.join(" and ");
        match is_date {
            true => instant::exists(
                &format!("case when {} then {member} #>> '{{}}' end", is(&member, "string")),
                &conditions,
            ),
            // Only then is the rest looked at.
            false => format!("case when {} then {conditions} end", is(&member, "number")),
        }
    }

    fn matches(&mut self, field: &str, text: &str) -> String {
        let words = split(text);
        if words.is_empty() {
            return "false".to_owned();
        }
        let member = self.member(field);
        let folded = FOLDED.replacen("{}", &member, 1);
        let patterns: Vec<String> = words.iter().map(|word| pattern(word)).collect();
        let first = self.values.len() + 1;
        self.values.extend(patterns);
        let patterns = format!("(${}::text[])[{first}:{}]", self.bound, self.values.len());
        format!("case when {} then {folded} ~ all({patterns}) end", is(&member, "string"))
    }

    /// The member that a field means. A path stops at what is no object.
    fn member(&mut self, field: &str) -> String {
        let own = format!("({METADATA} -> {})", self.one(field));
        let Some(names) = path(field) else { return own };
        let steps: Vec<String> = names.map(|name| self.one(name)).collect();
        format!("coalesce({own}, {METADATA} -> {})", steps.join(" -> "))
    }

    /// Where a text stands in the list.
    fn one(&mut self, value: &str) -> String {
        self.values.push(value.to_owned());
        format!("(${}::text[])[{}]", self.bound, self.values.len())
    }

    /// A part of the list, as JSON.
    fn list(&mut self, values: &[Scalar]) -> String {
        let first = self.values.len() + 1;
        self.values.extend(values.iter().map(|value| value.json().to_string()));
        format!("(${}::text[])[{first}:{}]::jsonb[]", self.bound, self.values.len())
    }
}

fn is(member: &str, kind: &str) -> String {
    format!("jsonb_typeof({member}) = '{kind}'")
}

fn sign(side: Side) -> &'static str {
    match side {
        Side::Above => ">",
        Side::From => ">=",
        Side::Below => "<",
        Side::UpTo => "<=",
    }
}

/// Marks at the end of a word, and how words spell them out.
const MARKS: [(&str, &str); 3] = [("plusplus", r"\+\+"), ("plus", r"\+"), ("sharp", "#")];

/// A pattern that finds a word. In a script without spaces it may begin and end anywhere.
fn pattern(word: &str) -> String {
    let mut pattern = escaped(word);
    for (spelt, mark) in MARKS {
        if let Some(stem) = word.strip_suffix(spelt).filter(|stem| !stem.is_empty()) {
            pattern = format!("(?:{pattern}|{}{mark})", escaped(stem));
            break;
        }
    }
    match split(&format!("{word}{word}")).len() {
        1 => format!("(?<![[:alnum:]]){pattern}(?![[:alnum:]]|[+#]{{1,2}}(?![[:alnum:]+#]))"),
        _ => pattern,
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if !character.is_alphanumeric() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
