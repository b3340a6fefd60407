use jobs::flow::Flow;

use crate::folder::Folder;

#[test]
fn an_archive_is_the_flow_without_its_corpus() {
    let flow = Folder::new().flow();
    let again = Flow::unarchive(&flow.archive()).unwrap();
    assert_eq!((&again.name, &again.version), (&flow.name, &flow.version));
    assert_eq!(again.archive(), flow.archive());
    assert_eq!(again.steps.len(), flow.steps.len());
    assert_eq!((again.input_schema(), again.sample()), (flow.input_schema(), flow.sample()));
    assert!(again.corpus().is_none());
    let input = r#"{"text":"Who mends pumps?"}"#;
    assert_eq!(again.accept(input), flow.accept(input));
}

#[test]
fn the_version_is_that_of_the_files() {
    let version = Folder::new().flow().version.clone();
    assert_eq!(version.len(), 64);
    assert_eq!(Folder::new().flow().version, version, "the same files");

    let folder = Folder::new().with("corpus/more.md", "# More\n\nMore.\n");
    assert_eq!(folder.flow().version, version, "the corpus is no part of it");

    let folder = Folder::new().but("prompts/write.md", "{{ p.text }}", "{{ p.text }}.");
    assert_ne!(folder.flow().version, version, "a prompt is");
    let folder = Folder::new().with("notes.txt", "a note");
    assert_ne!(folder.flow().version, version, "so is every other file");
}

#[test]
fn an_archive_is_checked_again() {
    let archive = String::from_utf8(Folder::new().flow().archive()).unwrap();
    let broken = archive.replace("retrieve", "retreive");
    let error = Flow::unarchive(broken.as_bytes()).unwrap_err();
    let expected =
        "archive/flow.toml:18: there is no kind of step `retreive`; did you mean `retrieve`?";
    assert_eq!(error.to_string(), expected);

    let error = Flow::unarchive(b"{}").unwrap_err();
    let expected = "archive: the stored flow cannot be read: missing field `files` at line 1 column 2; \
                    submit the job again";
    assert_eq!(error.to_string(), expected);
}
