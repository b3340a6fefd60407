use sqlx::Error as Sql;

use crate::Fault;
use crate::store::attached::connect;
use crate::store::attached::layout::Layout;

/// What a statement's failure means; a table that changed is read anew by the next call.
pub(super) fn failed(error: &Sql, layout: &Layout) -> Fault {
    let table = layout.name.clone();
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else {
        layout.lose();
        return connect::fault(error, &layout.place);
    };
    let class = code.get(..2).unwrap_or_default();
    if matches!(class, "42" | "3F") {
        layout.lose();
    }
    match (code.as_ref(), class) {
        ("42501", _) => layout.denied(),
        ("57014" | "25P03" | "25P04", _) => Fault::Slow { table },
        (_, "42" | "3F") => Fault::Changed { table },
        (_, "08" | "25" | "28" | "40" | "53" | "55" | "57" | "58" | "XX") => {
            connect::fault(error, &layout.place)
        }
        _ => Fault::Failed { table, code: code.into_owned() },
    }
}

/// Whether the database could not read what a row holds.
pub(super) fn is_unreadable(error: &Sql) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22"))
}
