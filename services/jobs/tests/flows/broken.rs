//! Every way in which a flow can be wrong, and what its author is told.

mod files;
mod steps;
mod top;

use crate::folder::Folder;

/// A file, what stands there, what to write instead, and what loading says then.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn a_wrong_head_is_told_with_line_and_remedy() {
    each(top::ROWS);
}

#[test]
fn a_wrong_step_is_told_with_line_and_remedy() {
    each(steps::ROWS);
}

#[test]
fn a_wrong_file_is_told_with_line_and_remedy() {
    each(files::ROWS);
}

#[track_caller]
fn each(rows: &[Row]) {
    for (file, from, to, expected) in rows {
        let error = Folder::new().but(file, from, to).error();
        assert_eq!(error.to_string(), *expected, "{from:?} became {to:?}");
    }
}
