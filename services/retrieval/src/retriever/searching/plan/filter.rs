use crate::Error;
use crate::metadata::{Filter, Scalar};
use crate::search::Condition;

/// The most conditions of a filter.
const MOST_CONDITIONS: usize = 32;

/// Each condition once. A field that must equal two values is met by no document.
pub(super) fn read(conditions: &[Condition]) -> Result<Option<Filter>, Error> {
    if conditions.len() > MOST_CONDITIONS {
        let rule = "must hold at most 32 conditions";
        return Err(Error::InvalidFilter { path: "filter.all".to_owned(), rule });
    }
    let mut filter = Filter::default();
    let mut can_hold = true;
    for (at, condition) in conditions.iter().enumerate() {
        check_condition(at, condition)?;
        match &condition.equals {
            Some(value) => filter.add(&condition.field, value),
            None => can_hold = false,
        }
    }
    filter.facts.sort();
    filter.facts.dedup();
    let is_once = filter.facts.windows(2).all(|pair| pair[0].field != pair[1].field);
    Ok((can_hold && is_once).then_some(filter))
}

fn check_condition(at: usize, condition: &Condition) -> Result<(), Error> {
    let refuse = |member: &str, rule| {
        Err(Error::InvalidFilter { path: format!("filter.all[{at}].{member}"), rule })
    };
    if condition.field.is_empty() {
        return refuse("field", "must name a member of the metadata");
    }
    if condition.field.contains('\0') {
        return refuse("field", "must not contain a NUL character");
    }
    match &condition.equals {
        Some(Scalar::Number(number)) if !number.is_finite() => {
            refuse("equals", "must be a finite number")
        }
        Some(Scalar::Text(text)) if text.contains('\0') => {
            refuse("equals", "must not contain a NUL character")
        }
        Some(_) | None => Ok(()),
    }
}
