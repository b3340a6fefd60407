//! An answer that comes in chunks.

use std::collections::VecDeque;

use chassis::http::{Chunks, Streamed};
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use crate::Error;
use crate::provider::openai::draft::Draft;
use crate::provider::openai::failure::{malformed, refusal, request_id, unreached};
use crate::provider::openai::sse::Decoder;
use crate::provider::openai::wire::Reply;
use crate::provider::{Call, Piece, Pieces, TimeLimit};

const DONE: &str = "[DONE]";
/// In bytes: so much of a refusal is read.
const MAX_REFUSAL: usize = 64 << 10;

/// The pieces of an answer whose head is there.
pub(super) async fn pieces(answer: Streamed, call: &Call) -> Result<Pieces, Error> {
    let Streamed { status, headers, body, .. } = answer;
    if status != StatusCode::OK {
        let beginning = beginning(body).await;
        return Err(refusal(status, &headers, &beginning));
    }
    let draft = Draft::new(call, request_id(&headers));
    let limit = call.limit;
    if is_json(&headers) {
        return whole(body, draft, limit).await;
    }
    let reading = Reading {
        body,
        limit,
        decoder: Decoder::default(),
        events: VecDeque::new(),
        draft: Some(draft),
    };
    let pieces = stream::try_unfold(reading, |mut reading| async {
        Ok(reading.next().await?.map(|piece| (piece, reading)))
    });
    Ok(pieces.boxed())
}

struct Reading {
    body: Chunks,
    limit: TimeLimit,
    decoder: Decoder,
    events: VecDeque<String>,
    /// None once it is settled.
    draft: Option<Draft>,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Piece>, Error> {
        loop {
            while let Some(event) = self.events.pop_front() {
                if let Some(piece) = self.take(&event)? {
                    return Ok(Some(piece));
                }
            }
            let Some(draft) = &self.draft else { return Ok(None) };
            match self.body.next().await {
                Some(Ok(bytes)) => {
                    let events = self.decoder.push(&bytes);
                    self.events
                        .extend(events.map_err(|_| malformed("its answer is no event stream"))?);
                }
                Some(Err(error)) => return Err(unreached(&error, self.limit)),
                // Some servers send no mark of the end behind the reason for it.
                None if draft.has_ended() => return self.settle(),
                None => return Err(malformed("its answer broke off")),
            }
        }
    }

    fn take(&mut self, event: &str) -> Result<Option<Piece>, Error> {
        if event.trim() == DONE {
            return self.settle();
        }
        let Some(draft) = &mut self.draft else { return Ok(None) };
        let reply: Reply = serde_json::from_str(event)
            .map_err(|_| malformed("a chunk of its answer is no JSON"))?;
        let text = draft.take(reply)?;
        Ok((!text.is_empty()).then_some(Piece::Delta(text)))
    }

    fn settle(&mut self) -> Result<Option<Piece>, Error> {
        let Some(draft) = self.draft.take() else { return Ok(None) };
        draft.settle().map(|completion| Some(Piece::End(completion)))
    }
}

/// Some servers answer whole, whatever they are asked.
async fn whole(mut body: Chunks, mut draft: Draft, limit: TimeLimit) -> Result<Pieces, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| unreached(&error, limit))?);
    }
    let reply: Reply =
        serde_json::from_slice(&bytes).map_err(|_| malformed("its answer is no completion"))?;
    let text = draft.take(reply)?;
    let end = draft.settle()?;
    Ok(stream::iter([Ok(Piece::Delta(text)), Ok(Piece::End(end))]).boxed())
}

async fn beginning(mut body: Chunks) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(Ok(chunk)) = body.next().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_REFUSAL {
            break;
        }
    }
    bytes
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"))
}
