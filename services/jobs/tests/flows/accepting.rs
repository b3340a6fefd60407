use crate::folder::Folder;

#[test]
fn what_fits_is_taken_as_it_was_written() {
    let flow = Folder::new().flow();
    let rows: &[(&str, &str, &[&str])] = &[
        (r#"{"question":"a"}"#, r#"{"question":"a"}"#, &[]),
        ("  {\"question\":\"a\"}\n", r#"{"question":"a"}"#, &[]),
        (
            r#"{ "question" : "a" , "x" : { "y" : [ 1 ] } }"#,
            r#"{ "question" : "a" , "x" : { "y" : [ 1 ] } }"#,
            &[],
        ),
        (r#"{"text":"a"}"#, r#"{"question":"a"}"#, &[]),
        (
            r#"{"q":"a","n":123456789012345678901234567890.10}"#,
            r#"{"question":"a","n":123456789012345678901234567890.10}"#,
            &[],
        ),
        (
            r#"{"n":1e2,"q":"\u00e9\"","m":{"q":1}}"#,
            r#"{"n":1e2,"question":"\u00e9\"","m":{"q":1}}"#,
            &[],
        ),
        (r#"{"question":null,"q":"a"}"#, r#"{"question":"a"}"#, &[]),
        (r#"{"question":"a","q":null}"#, r#"{"question":"a","q":null}"#, &[]),
        (
            r#"{"question":"a","collection":null,"year":null}"#,
            r#"{"question":"a","collection":null,"year":null}"#,
            &[],
        ),
        (
            r#"{"text":"b","question":"a"}"#,
            r#"{"text":"b","question":"a"}"#,
            &["`input.text` was not used as `question`, since `input.question` is there too"],
        ),
        (
            r#"{"q":"b","text":"a"}"#,
            r#"{"q":"b","question":"a"}"#,
            &["`input.q` was not used as `question`, since `input.text` is there too"],
        ),
        (
            r#"{"question":"ÄÖÜ€𝄞 – 40 characters at most, no more"}"#,
            r#"{"question":"ÄÖÜ€𝄞 – 40 characters at most, no more"}"#,
            &[],
        ),
    ];
    for (input, expected, warnings) in rows {
        let accepted = flow.accept(input).unwrap_or_else(|refused| panic!("{input}: {refused:?}"));
        assert_eq!(accepted.input, *expected, "{input}");
        assert_eq!(accepted.warnings, *warnings, "{input}");
    }
}

/// What is sent, and what is said of it.
const REFUSED: &[(&str, &[&str])] = &[
    ("", &["input is empty; send a JSON object"]),
    (" \n ", &["input is empty; send a JSON object"]),
    ("{", &["input is not JSON: EOF while parsing an object at line 1 column 1"]),
    (r#"{"question":"a"} x"#, &["input is not JSON: trailing characters at line 1 column 18"]),
    (
        r#"{"question":"\ud800"}"#,
        &["input is not JSON: unexpected end of hex escape at line 1 column 20"],
    ),
    ("null", &["input must be an object, not null"]),
    ("[1]", &["input must be an object, not a list"]),
    ("\"text\"", &["input must be an object, not a text"]),
    ("7", &["input must be an object, not a number"]),
    ("{}", &["input.question is required"]),
    (r#"{"question":null}"#, &["input.question must be a text, not null"]),
    (r#"{"question":7}"#, &["input.question must be a text, not a number"]),
    (r#"{"question":["a"]}"#, &["input.question must be a text, not a list"]),
    (r#"{"text":true}"#, &["input.question must be a text, not true (sent as `text`)"]),
    (r#"{"question":""}"#, &["input.question must not be empty"]),
    (r#"{"question":" \n "}"#, &["input.question must not be blank"]),
    (
        r#"{"question":"12345678901234567890123456789012345678901"}"#,
        &["input.question must have at most 40 characters, and has 41"],
    ),
    (
        r#"{"question":"a\u0000b"}"#,
        &["input.question must not contain the character NUL (U+0000); remove it"],
    ),
    (
        r#"{"question":"a","x":{"y":["","\u0000"]}}"#,
        &["input.x.y[1] must not contain the character NUL (U+0000); remove it"],
    ),
    (
        r#"{"question":"a","\u0000":1}"#,
        &["input[\"\\u0000\"] must not contain the character NUL (U+0000); remove it"],
    ),
    (r#"{"question":"a","question":"b"}"#, &["input.question is named twice; keep one of the two"]),
    (
        r#"{"question":"a","x":[{"y":1,"y":1}]}"#,
        &["input.x[0].y is named twice; keep one of the two"],
    ),
    (
        r#"{"question":"a","x":{"n":1e999}}"#,
        &["input.x.n is a number too large to read; send it as a text"],
    ),
    (
        r#"{"question":"a","collection":"No!"}"#,
        &["input.collection must match the pattern `^[a-z]+$`"],
    ),
    (r#"{"question":"a","collection":""}"#, &["input.collection must not be empty"]),
    (
        r#"{"question":"a","collection":1}"#,
        &["input.collection must be null or a text, not a number"],
    ),
    (r#"{"question":"a","year":1899}"#, &["input.year must be at least 1900"]),
    (r#"{"question":"a","year":2100}"#, &["input.year must be less than 2100"]),
    (
        r#"{"question":"a","year":1999.5}"#,
        &["input.year must be a whole number or null, not a fraction"],
    ),
    (r#"{"question":"a","tags":[]}"#, &["input.tags must not be empty"]),
    (
        r#"{"question":"a","tags":["a","b","c"]}"#,
        &["input.tags must have at most 2 items, and has 3"],
    ),
    (r#"{"question":"a","tags":["a","a"]}"#, &["input.tags must not hold the same item twice"]),
    (r#"{"question":"a","tags":["a",2]}"#, &["input.tags[1] must be a text, not a number"]),
    (r#"{"question":"a","tone":"harsh"}"#, &["input.tone must be one of \"plain\", \"warm\""]),
    (r#"{"question":"a","sender":{}}"#, &["input.sender.name is required"]),
    (
        r#"{"question":"a","sender":{"name":"n","phone":1,"e-mail.x":2}}"#,
        &[
            "input.sender.phone is not known; remove it",
            "input.sender[\"e-mail.x\"] is not known; remove it",
        ],
    ),
    (
        r#"{"question":"a","sender":{"name":"n","mail":"none"}}"#,
        &["input.sender.mail must be a valid email"],
    ),
    (r#"{"question":"a","share":0.3}"#, &["input.share must be a multiple of 0.5"]),
    (r#"{"question":"a","either":[]}"#, &["input.either has none of the allowed forms"]),
    (
        r#"{"tone":1,"year":1,"tags":1}"#,
        &[
            "input.question is required",
            "input.year must be at least 1900",
            "input.tags must be a list, not a number",
            "input.tone must be one of \"plain\", \"warm\"",
        ],
    ),
    (
        r#"{"question":"\u0000","year":"x"}"#,
        &[
            "input.question must not contain the character NUL (U+0000); remove it",
            "input.year must be a whole number or null, not a text",
        ],
    ),
];

#[test]
fn what_does_not_fit_is_told_by_path() {
    let flow = Folder::new().flow();
    for (input, expected) in REFUSED {
        let refused = flow.accept(input).expect_err(input);
        let mut told: Vec<String> =
            refused.violations.iter().map(|v| format!("{} {}", v.path, v.message)).collect();
        let mut expected = expected.to_vec();
        told.sort();
        expected.sort_unstable();
        assert_eq!(told, expected, "{input}");
    }
}

#[test]
fn depth_is_refused_at_the_member_that_has_it() {
    let flow = Folder::new().flow();
    let nested = |depth: usize| {
        format!("{{\"question\":\"a\",\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
    };
    assert!(flow.accept(&nested(63)).is_ok());
    for depth in [64, 10_000, 1_000_000] {
        let refused = flow.accept(&nested(depth)).unwrap_err();
        let told = (refused.violations[0].path.as_str(), refused.violations[0].message.as_str());
        assert_eq!(told, ("input.x", "is nested deeper than 64 levels; flatten it"), "{depth}");
    }
}

#[test]
fn no_more_than_fifty_violations_are_told() {
    let flow = Folder::new().flow();
    let members: Vec<String> = (0..500).map(|n| format!("\"m{n}\":\"\\u0000\"")).collect();
    let refused = flow.accept(&format!("{{{}}}", members.join(","))).unwrap_err();
    assert_eq!(refused.violations.len(), 50);
    let items: Vec<String> = (0..500).map(|n| n.to_string()).collect();
    let input = format!("{{\"question\":\"a\",\"tags\":[{}]}}", items.join(","));
    assert_eq!(flow.accept(&input).unwrap_err().violations.len(), 50);
}
