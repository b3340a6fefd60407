//! The signature of deliveries by the Standard Webhooks scheme, and the secret behind it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::clock::Time;
use chassis::secret::Secret;
use http::{HeaderMap, HeaderName, HeaderValue};
use rand::Rng;
use rand::distr::Alphanumeric;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use crate::error::Error;

const PREFIX: &str = "whsec_";
/// Where a secret that nobody configured lies, in the state folder.
pub(crate) const FILE: &str = "webhook.secret";
const LETTERS: usize = 32;

/// Signs what goes to webhooks, with the secret as it is then.
pub struct Signer(Secret);

impl Signer {
    /// A signer with this secret: `whsec_` and base64, or else the text itself.
    pub fn new(secret: &Secret) -> Result<Self, Error> {
        webhook(secret)?;
        Ok(Self(secret.clone()))
    }

    /// The three headers that sign these bytes, sent at this moment under this id.
    pub fn headers(&self, id: &str, at: Time, body: &[u8]) -> Result<HeaderMap, Error> {
        let seconds = at.micros().div_euclid(1_000_000);
        let signature = webhook(&self.0)?.sign(id, seconds, body).map_err(Error::broken)?;
        let headers = [
            (HEADER_WEBHOOK_ID, id.to_owned()),
            (HEADER_WEBHOOK_TIMESTAMP, seconds.to_string()),
            (HEADER_WEBHOOK_SIGNATURE, signature),
        ];
        let header = |(name, value): (&'static str, String)| {
            let value = HeaderValue::try_from(value).map_err(Error::broken)?;
            Ok((HeaderName::from_static(name), value))
        };
        headers.into_iter().map(header).collect()
    }
}

fn webhook(secret: &Secret) -> Result<Webhook, Error> {
    let webhook = match secret.expose().strip_prefix(PREFIX) {
        Some("") => return Err(Error::Secret("is empty".to_owned())),
        Some(key) => Webhook::new(key),
        None => Webhook::from_bytes(secret.expose().as_bytes().to_vec()),
    };
    webhook.map_err(|_| Error::Secret("is no base64 after whsec_".to_owned()))
}

/// A new secret. Its key is printable ASCII, since n8n's Crypto node takes the key as text.
pub fn webhook_secret() -> Secret {
    let letters: Vec<u8> = rand::rng().sample_iter(Alphanumeric).take(LETTERS).collect();
    format!("{PREFIX}{}", STANDARD.encode(letters)).into()
}

/// A credential as HTTP Basic has it; `None` where the user's name holds a colon.
pub(crate) fn basic(user: &str, pass: &Secret) -> Option<HeaderValue> {
    let credential = STANDARD.encode(format!("{user}:{}", pass.expose()));
    let mut header = HeaderValue::try_from(format!("Basic {credential}")).ok()?;
    header.set_sensitive(true);
    (!user.contains(':')).then_some(header)
}
