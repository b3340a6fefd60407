use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use futures_util::future::join_all;
use tokio::time::timeout;

use crate::secrets::content::{field, shape};
use crate::secrets::reference::{Place, Reference};
use crate::{Error, Session};

/// How long all secrets together may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What reads secrets: each once, all at the same time, within ten seconds.
#[derive(Clone, Debug, Default)]
pub struct Vault(Arc<Session>);

impl Vault {
    /// What this vault talks to AWS with, for others that do.
    pub fn session(&self) -> Arc<Session> {
        self.0.clone()
    }

    /// The whole text of one secret, by its name or ARN.
    pub async fn secret(&self, name: &str) -> Result<String, Error> {
        let reference: Reference = format!("secret://{name}").parse()?;
        self.read(&reference.place).await
    }

    /// What stands behind these references, in their order.
    pub async fn texts(&self, references: &[&str]) -> Vec<Result<String, Error>> {
        let parsed: Vec<_> = references.iter().map(|text| text.parse::<Reference>()).collect();
        let places = parsed.iter().flatten().map(|reference| reference.place.clone());
        let places: BTreeMap<Place, ()> = places.map(|place| (place, ())).collect();
        let reads = places.into_keys().map(|place| async move {
            let text = self.read(&place).await;
            (place, text)
        });
        let found: BTreeMap<Place, Result<String, Error>> =
            join_all(reads).await.into_iter().collect();
        let pick = |reference: Result<Reference, Error>| {
            let Reference { place, field: member } = reference?;
            let text = match found.get(&place) {
                Some(text) => text.clone()?,
                None => return Err(shape(place.name(), "was not read")),
            };
            match member {
                Some(member) => field(place.name(), &text, &member),
                None => Ok(text),
            }
        };
        parsed.into_iter().map(pick).collect()
    }

    async fn read(&self, place: &Place) -> Result<String, Error> {
        let late = |_| Error::Unavailable {
            name: place.name().to_owned(),
            why: "it did not answer in time".to_owned(),
        };
        let read = async {
            let config = regional(self.0.config().await, place)?;
            match place {
                Place::Secret(name) => secret(&config, name).await,
                Place::Parameter(path) => parameter(&config, path).await,
            }
        };
        let text = timeout(PATIENCE, read).await.map_err(late)??;
        if text.is_empty() { Err(shape(place.name(), "is empty")) } else { Ok(text) }
    }
}

/// An ARN is asked for in its own region.
fn regional(config: &SdkConfig, place: &Place) -> Result<SdkConfig, Error> {
    match place.region() {
        Some(region) => Ok(config.to_builder().region(Region::new(region.to_owned())).build()),
        None if config.region().is_some() => Ok(config.clone()),
        None => Err(Error::Region),
    }
}

async fn secret(config: &SdkConfig, name: &str) -> Result<String, Error> {
    let call = aws_sdk_secretsmanager::Client::new(config).get_secret_value().secret_id(name);
    let answer = call.send().await;
    let answer =
        answer.map_err(|error| Error::of(&error, name, "secretsmanager:GetSecretValue"))?;
    answer.secret_string.ok_or_else(|| shape(name, "holds bytes and no text"))
}

async fn parameter(config: &SdkConfig, path: &str) -> Result<String, Error> {
    let call = aws_sdk_ssm::Client::new(config).get_parameter().name(path).with_decryption(true);
    let answer = call.send().await.map_err(|error| Error::of(&error, path, "ssm:GetParameter"))?;
    let parameter = answer.parameter.and_then(|parameter| parameter.value);
    parameter.ok_or_else(|| shape(path, "has no value"))
}
