use http::{HeaderMap, Method, Uri};

/// The text that both sides hash: method, path, query, the signed headers, and the hash of the body.
pub(super) fn request(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    signed: &[&str],
    body_hash: &str,
) -> String {
    let mut query: Vec<_> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    let lines: String =
        signed.iter().map(|name| format!("{name}:{}\n", values(headers, name))).collect();
    let path = encoded(uri.path());
    format!("{method}\n{path}\n{}\n{lines}\n{}\n{body_hash}", query.join("&"), signed.join(";"))
}

/// All values of a header, with single spaces.
fn values(headers: &HeaderMap, name: &str) -> String {
    let all = headers.get_all(name).iter().map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    all.collect::<Vec<_>>().join(",")
}

/// Every service but S3 encodes the path a second time.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
