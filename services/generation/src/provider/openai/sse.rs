/// A line longer than this is no line of a model's answer.
const LONGEST_LINE: usize = 1 << 20;

/// Reads server-sent events out of bytes, wherever they are cut.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    line: Vec<u8>,
    data: Option<String>,
    /// Whether the last byte was a carriage return, which a line feed may still belong to.
    after_return: bool,
}

/// The bytes are no events.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoEvents;

impl Decoder {
    /// Takes the next bytes, and answers the data of every event that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, NoEvents> {
        let mut events = Vec::new();
        for byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => events.extend(self.end_line()?),
                _ if self.line.len() == LONGEST_LINE => return Err(NoEvents),
                _ => self.line.push(*byte),
            }
        }
        Ok(events)
    }

    /// A blank line ends an event; of the others only `data` is read.
    fn end_line(&mut self) -> Result<Option<String>, NoEvents> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let line = str::from_utf8(&line).map_err(|_| NoEvents)?;
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) if data.len() + value.len() > LONGEST_LINE => return Err(NoEvents),
                Some(data) => data.extend(["\n", value]),
                None => self.data = Some(value.to_owned()),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        ": hello\r\nevent: x\rdata: één\ndata:two\n\nid: 7\n\ndata: [DONE]\r\n\r\ndata: rest";

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut() {
        for size in 1..TEXT.len() {
            let mut decoder = Decoder::default();
            let pieces = TEXT.as_bytes().chunks(size).map(|piece| decoder.push(piece).unwrap());
            assert_eq!(
                pieces.flatten().collect::<Vec<_>>(),
                ["één\ntwo", "[DONE]"],
                "cut by {size}"
            );
        }
    }

    #[test]
    fn other_bytes_are_no_events() {
        assert_eq!(Decoder::default().push(b"data: \xff\xfe\n"), Err(NoEvents));
        assert_eq!(Decoder::default().push(&vec![b'x'; LONGEST_LINE + 1]), Err(NoEvents));
    }
}
