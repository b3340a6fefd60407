use std::fs;

use jobs::flow::Flows;

use crate::folder::Folder;

fn told(folder: &Folder) -> String {
    folder.error().to_string()
}

#[test]
fn files_that_are_missing_are_named() {
    let cases = [
        (
            "input.schema.json",
            "notes/input.schema.json: is not there; write the JSON schema of the flow's input into it",
        ),
        (
            "plan.schema.json",
            "notes/flow.toml:13: there is no file `plan.schema.json`; write the JSON schema into `plan.schema.json`",
        ),
        (
            "prompts/write.md",
            "notes/flow.toml:35: there is no file `prompts/write.md`; write the user's message into `prompts/write.md`",
        ),
        ("flow.toml", "notes: has no file `flow.toml`; add one, or move the folder elsewhere"),
    ];
    for (file, expected) in cases {
        assert_eq!(told(&Folder::new().with(file, None)), expected);
    }
}

#[test]
fn what_need_not_be_there_may_be_missing() {
    let folder = Folder::new().with("prompts/write.system.md", None).with("sample.json", None);
    let flow = folder.flow();
    assert_eq!((flow.sample(), flow.corpus().unwrap().documents.len()), (None, 2));
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let folder = Folder::new();
    folder.write("prompts/write.md", b"caf\xe9");
    let expected = "notes/prompts/write.md: is not UTF-8 text; save it as UTF-8, or move it out of the flow's folder";
    assert_eq!(told(&folder), expected);
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let folder = Folder::new();
    folder.write("prompts/write.md", "x".repeat((1 << 20) + 1));
    let expected = "notes/prompts/write.md: is larger than 1 MiB; shorten it, or split it";
    assert_eq!(told(&folder), expected);
}

#[test]
fn a_stray_file_among_the_documents_is_refused() {
    let expected =
        "notes/corpus/list.csv: is no document; corpus/ takes .json and .md; move it elsewhere";
    assert_eq!(told(&Folder::new().with("corpus/list.csv", "a,b")), expected);
}

#[test]
fn corpus_and_its_table_belong_together() {
    let folder = Folder::new().but("flow.toml", "[corpus]\ncollection = \"notes-sample\"\n", "");
    let expected = "notes/corpus/pumps.json: belongs to no collection; \
                    add `[corpus]` with `collection = \"...\"` to flow.toml, or remove corpus/";
    assert_eq!(told(&folder), expected);

    let folder = Folder::new().with("corpus/pumps.json", None).with("corpus/trains.md", None);
    let expected = "notes/flow.toml:7: `[corpus]` is there, but corpus/ holds no document; \
                    put documents there, or remove `[corpus]`";
    assert_eq!(told(&folder), expected);
}

#[test]
fn what_editors_and_systems_leave_behind_does_not_count() {
    let folder = Folder::new();
    let version = folder.flow().version.clone();
    for file in [".DS_Store", "flow.toml~", "prompts/.write.md.swp", "eval/cases.jsonl"] {
        folder.write(file, b"\xff");
    }
    fs::create_dir(folder.above().join(".git")).unwrap();
    assert_eq!(folder.flow().version, version);
}

#[test]
fn the_folder_to_load_is_the_one_above() {
    let folder = Folder::new();
    let error = Flows::load(&folder.path()).unwrap_err();
    let path = folder.path().display().to_string();
    let expected = format!("{path}: is a flow itself; point `flows.dir` at the folder above it");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_folder_without_flows_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    let error = Flows::load(empty.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(": holds no flow; put a flow's folder into it, or leave `flows.dir` unset")
    );
    let error = Flows::load(&empty.path().join("absent")).unwrap_err();
    assert_eq!(error.remedy, "point `flows.dir` at a folder that the program can read");
}

#[test]
fn two_flows_of_one_name_are_refused() {
    let folder = Folder::new();
    let other = Folder::new();
    fs::rename(other.path(), folder.above().join("other")).unwrap();
    let expected =
        "other/flow.toml: another folder has a flow `notes` too; change `name` in one of them";
    assert_eq!(told(&folder), expected);
}

#[test]
fn flows_are_told_in_the_order_of_their_names() {
    let folder = Folder::new();
    let other = Folder::new().but("flow.toml", "name = \"notes\"", "name = \"answers\"");
    fs::rename(other.path(), folder.above().join("zoo")).unwrap();
    let flows = Flows::load(folder.above()).unwrap();
    let names: Vec<&str> = flows.iter().map(|flow| flow.name.as_str()).collect();
    assert_eq!(names, ["answers", "notes"]);
    assert!(flows.get("zoo").is_none());
}

#[test]
fn a_flow_tells_what_it_is() {
    let flow = Folder::new().flow();
    let steps: Vec<(&str, &str)> =
        flow.steps.iter().map(|step| (step.id.as_str(), step.kind.name())).collect();
    let expected = [
        ("plan", "generate"),
        ("found", "retrieve"),
        ("best", "rerank"),
        ("draft", "generate"),
        ("checked", "check"),
    ];
    assert_eq!(steps, expected);
    assert_eq!((flow.deadline.as_secs(), flow.summary.as_str()), (30, "Answers from notes."));
    let corpus = flow.corpus().unwrap();
    assert_eq!(corpus.collection, "notes-sample");
    let documents: Vec<_> = (corpus.documents.iter())
        .map(|d| (d.id.as_str(), d.title.as_str(), d.text.as_str(), d.metadata_json.as_str()))
        .collect();
    let expected = [
        ("pumps", "Pumps", "We mend pumps.", "{\"year\": 2024}"),
        ("trains", "Trains", "# Trains\n\nTrains run on rails.\n", ""),
    ];
    assert_eq!(documents, expected);
}
