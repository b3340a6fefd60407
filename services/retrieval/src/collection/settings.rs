use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::Error;

/// How one collection is treated, where that differs from the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How its documents are cut.
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub chunking: Option<Chunking>,
}

/// How documents are cut into chunks; what is absent is as configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunking {
    /// The most tokens of a chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u32>,
    /// The most tokens that a chunk repeats of the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<u32>,
    /// Where documents are cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<ChunkBy>,
}

/// Where documents are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkBy {
    /// By Markdown sections where a text has headings, else by sentences.
    #[default]
    Auto,
    /// Between sentences, rather where a paragraph ends.
    Sentence,
    /// By Markdown sections.
    Markdown,
}

/// What to change of a collection.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What it is for from now on, where that changes.
    pub description: Option<String>,
    /// Each setting that is present takes the place of the one before.
    pub settings: Settings,
    /// The settings that are taken away, by name.
    pub reset: Vec<String>,
}

impl Settings {
    /// The name of every setting.
    const NAMES: [&'static str; 1] = ["chunking"];

    /// Refuses settings that contradict themselves.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.chunking.iter().try_for_each(Chunking::check)
    }

    /// The settings as a store keeps them.
    pub(crate) fn json(&self) -> String {
        Value::Object(self.members()).to_string()
    }

    /// The settings that a store keeps; what a newer program set is passed over.
    pub(crate) fn read(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(Error::broken)
    }

    fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

impl Change {
    /// Refuses a reset of what is no setting, or of one that is set at the same time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.settings.check()?;
        let set = self.settings.members();
        for name in &self.reset {
            if !Settings::NAMES.contains(&name.as_str()) {
                let known = Settings::NAMES.join(", ");
                return Err(Error::unfit("reset_settings", format!("must name settings: {known}")));
            }
            if set.contains_key(name) {
                let rule = format!("must not name {name}, which is in settings, too");
                return Err(Error::unfit("reset_settings", rule));
            }
        }
        Ok(())
    }

    /// What a store keeps from now on in place of these settings; those of a newer program stay.
    pub(crate) fn apply(&self, json: &str) -> Result<String, Error> {
        let mut members: Map<String, Value> = serde_json::from_str(json).map_err(Error::broken)?;
        members.retain(|name, _| !self.reset.contains(name));
        members.extend(self.settings.members());
        Ok(Value::Object(members).to_string())
    }
}

impl Chunking {
    /// The fewest and the most tokens of a chunk.
    pub(crate) const TOKENS: std::ops::RangeInclusive<u32> = 16..=8192;

    fn check(&self) -> Result<(), Error> {
        let Some(tokens) = self.tokens else { return Ok(()) };
        if !Self::TOKENS.contains(&tokens) {
            let rule = format!("must be from {} to {}", Self::TOKENS.start(), Self::TOKENS.end());
            return Err(Error::unfit("settings.chunking.tokens", rule));
        }
        if self.overlap.is_some_and(|overlap| overlap > tokens / 2) {
            let rule = "must be at most half of settings.chunking.tokens";
            return Err(Error::unfit("settings.chunking.overlap", rule));
        }
        Ok(())
    }
}

/// A value that this program understands; nothing where a newer one wrote it.
fn known<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'t> Deserialize<'t>,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unfit;

    fn change(settings: Settings, reset: &[&str]) -> Change {
        Change {
            settings,
            reset: reset.iter().map(|&name| name.to_owned()).collect(),
            ..Change::default()
        }
    }

    fn tokens(tokens: u32, overlap: Option<u32>) -> Settings {
        let chunking = Chunking { tokens: Some(tokens), overlap, by: None };
        Settings { chunking: Some(chunking) }
    }

    #[test]
    fn settings_of_a_newer_program_are_kept() {
        let kept = r#"{"chunking":{"by":"page"},"shape":{"a":1}}"#;
        assert_eq!(Settings::read(kept).unwrap(), Settings::default());
        let json = change(tokens(64, None), &[]).apply(kept).unwrap();
        assert_eq!(json, r#"{"chunking":{"tokens":64},"shape":{"a":1}}"#);
        let json = change(Settings::default(), &["chunking"]).apply(&json).unwrap();
        assert_eq!(json, r#"{"shape":{"a":1}}"#);
    }

    #[test]
    fn every_setting_can_be_reset() {
        let all = tokens(64, Some(8)).members();
        assert_eq!(all.keys().collect::<Vec<_>>(), Settings::NAMES.iter().collect::<Vec<_>>());
    }

    #[test]
    fn contradictions_are_refused_by_their_field() {
        for (change, field) in [
            (change(tokens(15, None), &[]), "settings.chunking.tokens"),
            (change(tokens(8193, None), &[]), "settings.chunking.tokens"),
            (change(tokens(64, Some(33)), &[]), "settings.chunking.overlap"),
            (change(tokens(64, None), &["chunking"]), "reset_settings"),
            (change(Settings::default(), &["description"]), "reset_settings"),
        ] {
            let error = change.check().unwrap_err();
            assert!(matches!(&error, Error::Unfit(Unfit { path, .. }) if path == field), "{error}");
        }
        assert!(change(tokens(64, Some(32)), &[]).check().is_ok());
    }
}
