use serde_json::Value;

/// The documents below the caller's span as a tree, in the order of their beginnings, with what each took.
pub(crate) fn drawn(documents: &[Value], caller: &str) -> String {
    let mut lines = String::new();
    draw(documents, caller, 1, &mut lines);
    lines
}

fn draw(documents: &[Value], parent: &str, depth: usize, lines: &mut String) {
    let mut children: Vec<_> =
        documents.iter().filter(|document| document["parent_id"] == parent).collect();
    children.sort_by(|one, other| start(one).total_cmp(&start(other)));
    for child in children {
        let took = 1000.0 * (child["end_time"].as_f64().unwrap_or_default() - start(child));
        let name = child["name"].as_str().unwrap_or_default();
        lines.push_str(&format!("{:1$}{name:<2$}{took:>9.1} ms\n", "", 2 * depth, 70 - 2 * depth));
        draw(documents, child["id"].as_str().unwrap_or_default(), depth + 1, lines);
    }
}

fn start(document: &Value) -> f64 {
    document["start_time"].as_f64().unwrap_or_default()
}
