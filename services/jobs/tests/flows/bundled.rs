use jobs::flow::{Flow, Flows};

#[test]
fn the_bundled_flows_are_right() {
    let flows = Flows::bundled().unwrap();
    let flow = flows.get("proposal").unwrap();
    let ids: Vec<&str> = flow.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["analysis", "evidence", "best", "draft", "checked"]);
    assert_eq!(flow.accept(flow.sample().unwrap()).unwrap().warnings, Vec::<String>::new());
    let again = Flow::unarchive(&flow.archive()).unwrap();
    assert_eq!(again.version, flow.version);
}

#[test]
fn the_proposal_comes_with_a_portfolio() {
    let flow = Flows::bundled().unwrap().get("proposal").unwrap();
    let corpus = flow.corpus().unwrap();
    assert_eq!(corpus.collection, "proposal-sample");
    assert!(corpus.documents.len() >= 30, "{}", corpus.documents.len());
    assert!(corpus.documents.iter().all(|document| !document.title.is_empty()));
}

#[test]
fn the_proposal_takes_the_names_that_workflows_send() {
    let flow = Flows::bundled().unwrap().get("proposal").unwrap();
    let input =
        r#"{"jobTitle":"Pump","job_description":"Mend it","tags":["rust"],"client_name":"A"}"#;
    let accepted = flow.accept(input).unwrap();
    let expected = r#"{"title":"Pump","description":"Mend it","skills":["rust"],"client":"A"}"#;
    assert_eq!((accepted.input.as_str(), accepted.warnings.len()), (expected, 0));
}

#[test]
fn the_evaluation_cases_are_inputs_of_the_proposal() {
    let flow = Flows::bundled().unwrap().get("proposal").unwrap();
    let ids: Vec<String> =
        flow.corpus().unwrap().documents.iter().map(|document| document.id.clone()).collect();
    let cases = include_str!("../../../../flows/proposal/eval/cases.jsonl");
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        flow.accept(&case["input"].to_string()).unwrap();
        for document in case["expected_documents"].as_array().unwrap() {
            assert!(ids.iter().any(|id| document == id.as_str()), "{document} is in the corpus");
        }
    }
}
