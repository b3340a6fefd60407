//! Templates and expressions: what they make, what they refuse, and where they stop.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::{Duration, Instant};

use chassis::template::{Error, Expression, Template};
use serde_json::{Value, json};

fn render(text: &str, variables: &Value) -> Result<String, Error> {
    Template::parse("prompts/write.md", text)?.render(variables)
}

fn eval(text: &str, variables: &Value) -> Result<Value, Error> {
    Expression::parse("flow.toml:7", text)?.eval(variables)
}

#[test]
fn template_fills_its_holes() {
    let variables = json!({ "input": { "title": "Rust <b>", "skills": ["a", "b"] } });
    for (text, rendered) in [
        ("Title: {{ input.title }}", "Title: Rust <b>"),
        ("{% for s in input.skills %}- {{ s }}\n{% endfor %}", "- a\n- b\n"),
        ("{{ input.skills | join(', ') }}", "a, b"),
        ("{{ input.budget | default('none') }}", "none"),
        ("{% if input.budget is defined %}x{% endif %}", ""),
        ("a\n", "a"),
        ("{{ input | items | length }}", "2"),
    ] {
        assert_eq!(render(text, &variables).unwrap(), rendered, "{text}");
    }
}

#[test]
fn members_keep_their_order() {
    let variables = json!({ "input": { "z": 1, "a": 2, "m": { "y": 1, "b": 2 } } });
    let keys = render("{% for key in input %}{{ key }}{% endfor %}", &variables);
    assert_eq!(keys.unwrap(), "zam");
    let object = eval("{{ input }}", &variables).unwrap();
    assert_eq!(object.to_string(), variables["input"].to_string());
}

#[test]
fn template_is_refused_with_name_line_and_what_is_wrong() {
    for (text, line, message) in [
        ("one\n{{ input.", 2, "syntax error"),
        ("one\ntwo\n{% for x in %}{% endfor %}", 3, "syntax error"),
        ("{% endif %}", 1, "syntax error"),
    ] {
        let error = Template::parse("prompts/write.md", text).unwrap_err();
        assert_eq!((error.name.as_str(), error.line), ("prompts/write.md", line), "{error}");
        assert!(error.message.starts_with(message), "{error}");
    }
}

#[test]
fn unknown_filters_and_tests_are_found_before_rendering() {
    for (text, line, message) in [
        ("a\n{{ x | shout }}", 2, "there is no filter shout"),
        ("{{ x|upper|shout('}}')|lower }}", 1, "there is no filter shout"),
        ("{% if x is good %}{% endif %}", 1, "there is no test good"),
        ("\n{%- include 'x' %}", 2, "include needs another template, and there is none"),
        ("{% if x is not\n good %}{% endif %}", 2, "there is no test good"),
        ("{% for y in x|shout %}{% endfor %}", 1, "there is no filter shout"),
        ("{# } #}{ {{ {'a': {}}.a }}{{ x|shout }}", 1, "there is no filter shout"),
        ("{% raw %}{{ x|a }}{% endraw %}\n{{ x|b }}", 2, "there is no filter b"),
    ] {
        let error = Template::parse("prompts/write.md", text).unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (line, message), "{text}");
    }
    let error = Expression::parse("flow.toml:7", "{{ x | shout }}").unwrap_err();
    assert_eq!(error.message, "there is no filter shout");
}

#[test]
fn what_only_looks_like_a_filter_is_none() {
    for text in [
        "a | b is c",
        "{{ 'x | shout is good' }}",
        "{{ \"it's | shout\" }}",
        "{# x | shout #}",
        "{% raw %}{{ x | shout }}{% endraw %}",
        "{%- raw -%}{{ x | shout }}{%- endraw -%}",
        "{{ x.is }} | shout",
        "{{ {'a': 1} }} | shout",
        "{{ x }} is good",
        "{% if x is not none and x is not in [''] %}{% endif %} | shout",
        "{ {} } | shout",
    ] {
        assert!(Template::parse("t", text).is_ok(), "{text}");
    }
}

#[test]
fn rendering_fails_without_quoting_a_value() {
    let variables = json!({ "input": { "title": "a secret", "count": 1 } });
    for (text, line, message) in [
        ("\n{{ input.titel }}", 2, "undefined value in `input.titel`"),
        ("{{ missing.deep }}", 1, "undefined value in `missing.deep`"),
        ("{{ input.title + 1 }}", 1, "invalid operation in `input.title + 1`"),
        ("{{ shout(1) }}", 1, "unknown function: shout is unknown"),
        ("{{ input.title | round }}", 1, "invalid operation in `round`"),
    ] {
        let error = render(text, &variables).unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (line, message), "{text}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn single_expression_keeps_its_type() {
    let variables = json!({ "input": { "n": 9_007_199_254_740_993_u64, "list": [1, "a", null] } });
    for (text, value) in [
        ("{{ input.list }}", json!([1, "a", null])),
        ("  {{ input.list }}\n", json!([1, "a", null])),
        ("{{- input.n -}}", json!(9_007_199_254_740_993_u64)),
        ("{{ input.n + 1 }}", json!(9_007_199_254_740_994_u64)),
        ("{{ 18446744073709551615 }}", json!(u64::MAX)),
        ("{{ -9223372036854775808 }}", json!(i64::MIN)),
        ("{{ 1.0 }}", json!(1.0)),
        ("{{ input.n > 1 }}", json!(true)),
        ("{{ none }}", json!(null)),
        ("{{ {'a': [1]} }}", json!({ "a": [1] })),
        ("{{ '}} {{' }}", json!("}} {{")),
        ("{{ input.list | length }}", json!(3)),
        ("{{ input.missing | default([]) }}", json!([])),
    ] {
        assert_eq!(eval(text, &variables).unwrap(), value, "{text}");
    }
}

#[test]
fn everything_else_is_text() {
    let variables = json!({ "a": 1, "b": 2 });
    for (text, value) in [
        ("plain", "plain"),
        ("", ""),
        ("{ a }", "{ a }"),
        ("{{ a }} {{ b }}", "1 2"),
        ("{{ a }}{{ b }}", "12"),
        ("{{ {}|length }}{{ b }}", "02"),
        ("{{ 'it\\'s' }}{{ \"}}\" }}", "it's}}"),
        ("n {{ a }}", "n 1"),
        ("{{ a }} {# b #}", "1 "),
        ("{% if a %}{{ b }}{% endif %}", "2"),
    ] {
        assert_eq!(eval(text, &variables).unwrap(), json!(value), "{text}");
    }
}

#[test]
fn integers_survive_in_text() {
    let variables = json!({ "n": 9_007_199_254_740_993_u64 });
    assert_eq!(render("{{ n }}", &variables).unwrap(), "9007199254740993");
    assert_eq!(render("{{ n | tojson }}", &variables).unwrap(), "9007199254740993");
}

#[test]
fn undefined_is_an_error_or_nothing() {
    let variables = json!({ "input": {} });
    for text in ["{{ input.client }}", "{{ input.client.name }}", "{{ x }}", "a {{ x }}"] {
        let expression = Expression::parse("flow.toml:7", text).unwrap();
        assert_eq!(expression.eval_opt(&variables).unwrap(), None, "{text}");
        let error = expression.eval(&variables).unwrap_err();
        assert!(error.message.starts_with("undefined value"), "{error}");
    }
    let broken = Expression::parse("flow.toml:7", "{{ 1 / 0 }}").unwrap();
    assert!(broken.eval_opt(&variables).is_err());
}

#[test]
fn names_are_the_variables_that_are_read() {
    for (text, names) in [
        ("{{ input.title }} {{ analysis['skills'] }}", vec!["analysis", "input"]),
        ("{% for x in input.list %}{{ x }}{{ loop.index }}{% endfor %}", vec!["input"]),
        ("{% set y = 1 %}{{ y }}{% for i in range(3) %}{{ i }}{% endfor %}", vec![]),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(evidence) }}", vec!["evidence"]),
        ("plain", vec![]),
    ] {
        assert_eq!(Template::parse("t", text).unwrap().names(), names, "{text}");
    }
    for (text, names) in [
        ("{{ analysis.skills | join(input.by) }}", vec!["analysis", "input"]),
        ("{{ [x for x in y] }}", vec![]),
        ("text of {{ input.title }}", vec!["input"]),
        ("plain", vec![]),
    ] {
        let names_read = Expression::parse("t", text).map(|expression| expression.names());
        assert_eq!(names_read.unwrap_or_default(), names, "{text}");
    }
}

#[test]
fn work_and_output_are_bounded() {
    let long = "x".repeat(600_000);
    let variables = json!({ "long": long, "many": vec!["a"; 2_000] });
    let began = Instant::now();
    for (text, message) in [
        ("{{ long }}{{ long }}", "renders more than 1048576 bytes"),
        (
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            "engine ran out of fuel",
        ),
        ("{{ long | replace('x', long) }}", "invalid operation"),
        ("{{ many | join(long) }}", "invalid operation"),
        ("{{ long | indent(1000000000000) }}", "invalid operation"),
        ("{{ long | indent(width=1000000000000) }}", "invalid operation"),
        ("{{ long * 1000000000 }}", "invalid operation"),
        ("{{ many | batch(1000000000000) }}", "there is no filter batch"),
        ("{{ range(1000000000) }}", "invalid operation"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "invalid operation"),
    ] {
        let error = render(text, &variables).unwrap_err();
        assert!(error.message.starts_with(message), "{text}: {error}");
    }
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn bounded_filters_do_what_they_did() {
    let variables = json!({ "text": "a\nb", "list": [1, "x", null] });
    for (text, rendered) in [
        ("{{ text | replace('a', 'c') }}", "c\nb"),
        ("{{ text | indent(2) }}", "a\n  b"),
        ("{{ text | indent(width=2, first=true) }}", "  a\n  b"),
        ("{{ list | join }}", "1xNone"),
        ("{{ list | join('-') }}", "1-x-None"),
    ] {
        assert_eq!(render(text, &variables).unwrap(), rendered, "{text}");
    }
}

#[test]
fn deep_input_does_not_overflow() {
    let deep = "(".repeat(100_000);
    assert!(Template::parse("t", &format!("{{{{ {deep} }}}}")).is_err());
    let mut value = json!(1);
    for _ in 0..100 {
        value = json!([value]);
    }
    assert!(render("{{ v | tojson }}", &json!({ "v": value })).is_ok());
}

#[test]
fn any_text_is_read_or_refused() {
    let pieces = [
        "{{", "}}", "{%", "%}", "{#", "#}", "a", "'", "\"", "\\", "(", ")", "[", "]", "{", "}",
        "-", "|", "1", ".", " in ", "for ", "if ", " is ", " ", "\n", "\u{e4}", "*", "endfor",
        "raw", "~",
    ];
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..20_000 {
        let length = draw(12);
        let text: String = (0..length).map(|_| pieces[draw(pieces.len())]).collect();
        for text in [format!("{{{{ {text} }}}}"), text] {
            if let Ok(expression) = Expression::parse("t", &text) {
                let _ = expression.eval(&json!({ "a": "x" }));
            }
        }
    }
}
