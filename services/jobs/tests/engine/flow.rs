//! A flow of three texts, `a`, `b` and `c`, in a folder of its own.

use std::fs;
use std::path::Path;

const FLOW: &str = r#"name = "letters"
summary = "Writes three letters."
deadline = "60s"
[[step]]
id = "a"
kind = "generate"
prompt = "a"
[[step]]
id = "b"
kind = "generate"
prompt = "b"
[[step]]
id = "c"
kind = "generate"
prompt = "c"
when = "{{ input.short is not defined }}"
[result]
letters = "{{ a.text }}{{ b.text }}{% if c is defined %}{{ c.text }}{% endif %}"
"#;

const INPUT: &str = r#"{
  "type": "object",
  "required": ["title"],
  "properties": { "title": { "type": "string", "minLength": 1 } }
}
"#;

/// Writes the flow, whose steps may be in another order of their prompts.
pub(crate) fn write(folder: &Path, prompts: [&str; 3]) {
    let flow = folder.join("letters");
    fs::create_dir_all(flow.join("prompts")).unwrap();
    fs::write(flow.join("flow.toml"), FLOW).unwrap();
    fs::write(flow.join("input.schema.json"), INPUT).unwrap();
    fs::write(flow.join("sample.json"), "{\"title\": \"x\"}\n").unwrap();
    for (name, prompt) in ["a", "b", "c"].into_iter().zip(prompts) {
        fs::write(flow.join(format!("prompts/{name}.md")), format!("{prompt}\n")).unwrap();
    }
}
