use chassis::config::{Bundle, Error, Fetched, Settings};

use crate::config::{Given, USUAL};
use crate::exit::Exit;

/// Members of a bundle that people keep beside ours, and that nothing here needs.
const UNUSED: [&str; 1] = ["SUPABASE_KEY"];

/// The secret stores, asked only where the configuration names one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stores {
    #[cfg(feature = "aws")]
    vault: aws::secrets::Vault,
}

/// What was read, and what is odd about it.
#[derive(Default)]
pub(crate) struct Read {
    /// For the settings.
    pub(crate) fetched: Fetched,
    /// Words for the log; names alone.
    pub(crate) notes: Vec<String>,
}

/// Why a setting's secret could not be had.
struct Failure {
    error: Error,
    is_away: bool,
}

/// Reads what the configuration names in secret stores: the bundle first, since its members may be references.
pub(crate) async fn fetch(given: &Given, stores: &Stores) -> Result<Read, Exit> {
    let settings = Settings::load(&given.sources(USUAL, Fetched::default()))?;
    let mut read = Read::default();
    let name: String = settings.section("secrets.bundle")?;
    if !name.is_empty() {
        let bundle = stores.bundle(&settings, name).await.map_err(|failure| exit(&[failure]))?;
        read.notes.extend(unknown(&bundle));
        read.fetched.bundle = Some(bundle);
    }
    let settings = Settings::load(&given.sources(USUAL, read.fetched.clone()))?;
    read.fetched.texts =
        stores.texts(&settings).await.map_err(|failures| exit(&failures))?.into_iter().collect();
    Ok(read)
}

/// All that failed in one text; the configuration is to blame where it is for any of it.
fn exit(failures: &[Failure]) -> Exit {
    let is_away = failures.iter().all(|failure| failure.is_away);
    let texts: Vec<String> = failures.iter().map(|failure| failure.error.to_string()).collect();
    let text = texts.join("\n");
    if is_away { Exit::Unavailable(text) } else { Exit::Configuration(text) }
}

fn unknown(bundle: &Bundle) -> Option<String> {
    let is_known =
        |name: &str| UNUSED.contains(&name) || USUAL.iter().any(|(usual, _)| *usual == name);
    let unknown: Vec<&str> =
        bundle.members.keys().map(String::as_str).filter(|name| !is_known(name)).collect();
    let names = unknown.join(", ");
    (!names.is_empty()).then(|| {
        format!("secrets.bundle: {} has members that nothing here reads: {names}", bundle.name)
    })
}

#[cfg(feature = "aws")]
impl Stores {
    /// What talks to AWS in this process.
    pub(crate) fn session(&self) -> std::sync::Arc<aws::Session> {
        self.vault.session()
    }

    async fn bundle(&self, settings: &Settings, name: String) -> Result<Bundle, Failure> {
        let failure = |error| failure(settings, "secrets.bundle", &error);
        let text = self.vault.secret(&name).await.map_err(failure)?;
        let members = aws::secrets::members(&name, &text).map_err(failure)?;
        Ok(Bundle { name, members })
    }

    async fn texts(&self, settings: &Settings) -> Result<Vec<(String, String)>, Vec<Failure>> {
        let references = settings.references();
        let asked: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
        let answers = self.vault.texts(&asked).await;
        let mut found = Vec::new();
        let mut failures = Vec::new();
        for (reference, answer) in references.iter().zip(answers) {
            match answer {
                Ok(text) => found.push((reference.text.clone(), text)),
                Err(error) => failures.push(failure(settings, &reference.setting, &error)),
            }
        }
        if failures.is_empty() { Ok(found) } else { Err(failures) }
    }
}

#[cfg(feature = "aws")]
fn failure(settings: &Settings, setting: &str, error: &aws::Error) -> Failure {
    let is_away = error.kind() == chassis::failure::Kind::Unavailable;
    Failure { error: settings.refuse(setting, &error.to_string(), &error.remedy()), is_away }
}

#[cfg(not(feature = "aws"))]
impl Stores {
    async fn bundle(&self, settings: &Settings, _: String) -> Result<Bundle, Failure> {
        Err(absent(settings, "secrets.bundle"))
    }

    async fn texts(&self, settings: &Settings) -> Result<Vec<(String, String)>, Vec<Failure>> {
        let references = settings.references();
        let failures: Vec<Failure> =
            references.iter().map(|reference| absent(settings, &reference.setting)).collect();
        if failures.is_empty() { Ok(Vec::new()) } else { Err(failures) }
    }
}

#[cfg(not(feature = "aws"))]
fn absent(settings: &Settings, setting: &str) -> Failure {
    let what = "names a secret store, and this program was built without any";
    let error = settings.refuse(setting, what, "build it with the feature `aws`");
    Failure { error, is_away: false }
}
