use jobs::run;
use proto::generation::GenerateResponse;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::running::Run;

#[tokio::test]
async fn a_step_whose_condition_does_not_hold_is_skipped() {
    let run = Run::of(&Folder::new()).with_input(json!({ "question": "a", "quiet": true }));
    let outcome = run.step("draft").await.unwrap();
    assert!(outcome.is_skipped);
    assert_eq!((outcome.value, outcome.degraded.len()), (Value::Null, 0));
}

#[tokio::test]
async fn conditions_hold_as_in_templates() {
    let when = "when = \"{{ input.quiet is not defined }}\"";
    let folder = Folder::new().but("flow.toml", when, "when = \"{{ input.go }}\"");
    let holds = [json!(true), json!(1), json!("no"), json!([0]), json!({ "a": 0 })];
    let fails = [json!(false), json!(0), json!(0.0), json!(""), json!([]), json!({}), json!(null)];
    let cases = holds.into_iter().map(|go| (go, false)).chain(fails.map(|go| (go, true)));
    for (go, is_skipped) in cases {
        let run = Run::of(&folder).with_input(json!({ "question": "a", "go": go }));
        run.fake.generate.answer(Ok(GenerateResponse::default()));
        assert_eq!(run.step("draft").await.unwrap().is_skipped, is_skipped, "{go}");
    }
    let run = Run::of(&folder);
    let error = run.step("draft").await.unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.hop),
        ("template_failed", "jobs"),
        "undefined is strict"
    );
}

#[tokio::test]
async fn what_works_on_a_skipped_step_is_skipped_too() {
    let mut run = Run::of(&Folder::new());
    run.done.remove("found");
    assert!(run.step("best").await.unwrap().is_skipped);
    assert!(run.step("checked").await.unwrap().is_skipped);
}

#[tokio::test]
async fn a_prompt_does_without_the_passages_of_a_skipped_step() {
    let mut run = Run::of(&Folder::new());
    run.done.remove("best");
    run.fake.generate.answer(Ok(GenerateResponse::default()));
    let outcome = run.step("draft").await.unwrap();
    assert_eq!(outcome.value["passages"], json!([]));
    assert_eq!(run.fake.generate.asked()[0].passages.len(), 0);
}

#[test]
fn the_result_is_made_of_the_steps_in_the_order_of_the_file() {
    let mut run = Run::of(&Folder::new());
    run.done.insert("checked".to_owned(), json!({ "text": "We do." }));
    let result = run::finish(&run.flow, &run.input, &run.done).unwrap();
    assert_eq!(result.to_string(), r#"{"answer":"We do.","words":["pumps","mend"]}"#);

    let bare = Folder::new().but("flow.toml", "checked.text | default('')", "checked.text");
    run.done.remove("checked");
    let result = run::finish(&bare.flow(), &run.input, &run.done).unwrap_err();
    let told = (result.code.as_str(), result.hop, result.is_transient());
    assert_eq!(told, ("template_failed", "jobs", false));
    assert_eq!(result.message, "flow.toml:45: undefined value in `checked.text`");
}
