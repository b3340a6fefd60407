//! The program, as somebody starts it by hand.

use std::process::Stdio;

use super::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn program_prints_its_url_and_scales_in_when_interrupted() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/container.py");
    let logs = tempfile::tempdir().unwrap();
    let mut program = kit()
        .args([
            "--listen",
            "127.0.0.1:0",
            "--name",
            "shop",
            "--logs",
            logs.path().to_str().unwrap(),
        ])
        .args([
            "--container",
            "left",
            "--container",
            "right",
            "--env",
            "right/COLOUR=red",
            "--",
            "python3",
            script,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let url =
        BufReader::new(program.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    let url = url.strip_suffix("/endpoints/shop/invocations").unwrap();
    let caller = Caller::new(url, credentials(), "us-east-1");
    for (hostname, colour) in [("left", Value::Null), ("right", json!("red"))] {
        let answer = caller.invoke("shop", &[door::target(hostname)], "{}").await.unwrap();
        assert_eq!(answer.json()["environment"]["COLOUR"], colour);
    }

    let pid = program.id().unwrap().to_string();
    assert!(
        std::process::Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success()
    );
    let output = program.wait_with_output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("container right ended with 0"), "{said}");
    let log = std::fs::read_to_string(logs.path().join("shop-0-left.log")).unwrap();
    assert_eq!(log, "stopping\n");
}

#[tokio::test]
async fn program_says_what_is_wrong() {
    for (arguments, word) in [
        (vec!["--env", "COLOUR", "--", "true"], "`COLOUR`"),
        (vec!["--env", "left/COLOUR=red", "--", "true"], "there is no --container left"),
        (vec!["--listen", "127.0.0.1:0", "--", "/no/such/program"], "cannot be started"),
        (vec!["--listen", "127.0.0.1:0", "--", "true"], "before /ping answered 200"),
        (vec!["--listen", "192.0.2.1:1", "--", "true"], "cannot listen on 192.0.2.1:1"),
        (vec!["--credentials", "x", "--", "true"], "ACCESS_KEY:SECRET_KEY"),
    ] {
        let output = kit().args(&arguments).output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains(word), "{arguments:?}: {said}");
    }
}

fn kit() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sagemaker-kit"))
}
