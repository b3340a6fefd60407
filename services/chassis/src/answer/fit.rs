use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// What clients take as headers is 8 to 16 KiB in all; a status beyond that breaks the call.
const DETAILS: usize = 6 * 1024;
const MESSAGE: usize = 1024;

/// Whether a status is small enough for anybody's headers.
pub(super) fn fits(status: &Status) -> bool {
    status.details().len() <= DETAILS && status.message().len() <= MESSAGE
}

/// The same status, with as many violations and as much of its message as anybody takes.
pub(super) fn fitted(status: &Status) -> Status {
    Status::with_error_details_and_metadata(
        status.code(),
        cut(status.message()),
        trimmed(status),
        status.metadata().clone(),
    )
}

fn trimmed(status: &Status) -> ErrorDetails {
    let mut details = status.get_error_details();
    let Some(refused) = details.bad_request().cloned() else { return details };
    let mut size = 0;
    let has_room = |violation: &FieldViolation| -> bool {
        // What surrounds the texts on the wire, generously.
        size += violation.field.len() + violation.description.len() + 32;
        size <= DETAILS / 2
    };
    let kept: Vec<_> = refused.field_violations.into_iter().take_while(has_room).collect();
    details.set_bad_request(kept);
    details
}

fn cut(message: &str) -> &str {
    &message[..message.floor_char_boundary(MESSAGE)]
}
