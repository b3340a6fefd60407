use crate::broken::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "flow.toml",
        "name = \"notes\"",
        "nam = \"notes\"",
        "notes/flow.toml:1: a flow has no member `nam`; did you mean `name`?",
    ),
    (
        "flow.toml",
        "name = \"notes\"",
        "name = \"My Notes\"",
        "notes/flow.toml:1: `My Notes` cannot be the name of a flow; use lower-case letters, digits, `-` and `_`, at most 63",
    ),
    (
        "flow.toml",
        "name = \"notes\"",
        "name = 7",
        r#"notes/flow.toml:1: `name` must be a text, not a number; write `name = "..."`"#,
    ),
    (
        "flow.toml",
        "name = \"notes\"",
        "",
        r#"notes/flow.toml:1: a flow needs `name`; add `name = "..."`"#,
    ),
    (
        "flow.toml",
        "name = \"notes\"",
        "name = \"notes",
        r#"notes/flow.toml:1: is not TOML: invalid basic string, expected `"`; correct the line, or the one above it"#,
    ),
    (
        "flow.toml",
        "name = \"notes\"",
        "name = \"notes\"\nname = \"again\"",
        "notes/flow.toml:2: is not TOML: duplicate key; correct the line, or the one above it",
    ),
    (
        "flow.toml",
        "summary = \"Answers from notes.\"",
        "summary = \" \"",
        "notes/flow.toml:2: `summary` is empty; fill it in, or remove it",
    ),
    (
        "flow.toml",
        "deadline = \"30s\"",
        "deadline = \"soon\"",
        r#"notes/flow.toml:3: `deadline` must be a duration from 1 second to 24 hours; write `deadline = "120s"`"#,
    ),
    (
        "flow.toml",
        "deadline = \"30s\"",
        "deadline = \"2days\"",
        r#"notes/flow.toml:3: `deadline` must be a duration from 1 second to 24 hours; write `deadline = "120s"`"#,
    ),
    (
        "flow.toml",
        "deadline = \"30s\"",
        "deadline = 30",
        r#"notes/flow.toml:3: `deadline` must be a text, not a number; write `deadline = "..."`"#,
    ),
    (
        "flow.toml",
        "[input.aliases]",
        "[input.alias]",
        "notes/flow.toml:4: [input] has no member `alias`; did you mean `aliases`?",
    ),
    (
        "flow.toml",
        "text = \"question\"",
        "text = \"qestion\"",
        "notes/flow.toml:5: `input.schema.json` has no member `qestion`; did you mean `question`?",
    ),
    (
        "flow.toml",
        "text = \"question\"",
        "tags = \"question\"",
        "notes/flow.toml:5: `tags` is a member of `input.schema.json` itself; remove the alias",
    ),
    (
        "flow.toml",
        "text = \"question\"",
        "text = [\"question\"]",
        r#"notes/flow.toml:5: `text` must be a text, not a list; write `text = "..."`"#,
    ),
    (
        "flow.toml",
        "collection = \"notes-sample\"\n",
        "",
        r#"notes/flow.toml:7: [corpus] needs `collection`; add `collection = "..."`"#,
    ),
    (
        "flow.toml",
        "collection = \"notes-sample\"\n",
        "collection = \"Notes\"\n",
        "notes/flow.toml:8: `Notes` cannot be the name of a collection; use lower-case letters, digits, `-` and `_`, at most 63",
    ),
    (
        "flow.toml",
        "answer = \"{{ checked.text | default('') }}\"",
        "answer = \"{{ cheked.text }}\"",
        "notes/flow.toml:45: `answer`: nothing is called `cheked`; did you mean `checked`?",
    ),
    (
        "flow.toml",
        "[result]",
        "[results]",
        "notes/flow.toml:44: a flow has no member `results`; did you mean `result`?",
    ),
];
