//! What is refused before anything starts.

use crate::door::settings;

/// The defaults are safe, and every contradiction names its setting and a remedy.
#[test]
fn contradictions_are_refused() {
    assert_eq!(settings(&[]).unwrap().listen.to_string(), "127.0.0.1:8080");
    assert!(settings(&[("gateway.listen", "[::1]:0")]).is_ok());
    let basic =
        [("gateway.auth", "basic"), ("gateway.basic.user", "u"), ("gateway.basic.pass", "p")];
    assert!(settings(&[&basic[..], &[("gateway.listen", "0.0.0.0:80")]].concat()).is_ok());
    for (overrides, named) in [
        (vec![("gateway.listen", "0.0.0.0:80")], "gateway.auth"),
        (vec![("gateway.listen", "somewhere")], "gateway.listen"),
        (vec![("gateway.auth", "magic")], "gateway.auth"),
        (vec![("gateway.auth", "basic")], "gateway.basic"),
        (vec![("gateway.auth", "basic"), ("gateway.basic.user", "u")], "gateway.basic"),
        (
            vec![
                ("gateway.auth", "basic"),
                ("gateway.basic.user", "u:"),
                ("gateway.basic.pass", "p"),
            ],
            "gateway.basic.user",
        ),
        (vec![("gateway.tenant", "Not A Name")], "gateway.tenant"),
        (vec![("gateway.public_url", "jobs.example.com")], "gateway.public_url"),
        (vec![("gateway.public_url", "ftp://example.com")], "gateway.public_url"),
        (vec![("gateway.body_limit", "much")], "gateway.body_limit"),
        (vec![("gateway.body_limit", "0")], "gateway.body_limit"),
        (vec![("gateway.body_limit", "25000001")], "gateway.body_limit"),
        (vec![("gateway.max_connections", "0")], "gateway.max_connections"),
        (vec![("gateway.keep_alive", "0s")], "gateway.keep_alive"),
        (vec![("gateway.unknown", "1")], "gateway.unknown"),
    ] {
        let error = settings(&overrides).unwrap_err().to_string();
        assert!(error.contains(named), "{overrides:?}: {error}");
    }
}

/// Behind a platform it listens where the platform calls, and nothing lasts longer than that waits.
#[test]
fn platform_is_listened_to() {
    let platform = ("gateway.auth", "platform");
    let config = settings(&[platform]).unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
    let chosen = settings(&[platform, ("gateway.listen", "127.0.0.1:9000")]).unwrap();
    assert_eq!(chosen.listen.to_string(), "127.0.0.1:9000");
    assert!(settings(&[platform, ("gateway.body_limit", "25MB")]).is_ok());
    for overrides in [
        ("gateway.max_wait", "56s"),
        ("gateway.call_timeout", "36s"),
        ("gateway.max_stream", "8m"),
        ("gateway.drain", "30s"),
        ("gateway.public_url", "https://jobs.example.com"),
    ] {
        let error = settings(&[platform, overrides]).unwrap_err().to_string();
        assert!(error.contains(overrides.0), "{error}");
        assert!(settings(&[overrides]).is_ok());
    }
}

/// A password is never printed.
#[test]
fn password_is_not_printed() {
    let config = settings(&[("gateway.basic.pass", "hunter2")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
