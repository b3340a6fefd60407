use std::time::{Duration, SystemTime};

use http::request::Parts;
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;
use crate::signature::{Credentials, Scope, canonical};

/// Which calls the front door believes.
#[derive(Clone, Debug)]
pub(crate) enum Signatures {
    /// All, signed or not.
    Optional,
    /// Those that are signed for this service, by whomever.
    Shaped,
    /// Those that this one signed, now, for this service.
    Verified(Credentials),
}

/// What an `Authorization` header claims.
struct Claim<'a> {
    access_key: &'a str,
    scope: Scope,
    signed: Vec<&'a str>,
    signature: &'a str,
}

/// How far a caller's clock may be off.
const SKEW: Duration = Duration::from_secs(5 * 60);

impl Signatures {
    pub(crate) fn check(&self, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        let Some(header) = head.headers.get(header::AUTHORIZATION) else {
            return match self {
                Self::Optional => Ok(()),
                Self::Shaped | Self::Verified(_) => Err(Refusal::signature(
                    "MissingAuthenticationTokenException",
                    "Missing Authentication Token",
                )),
            };
        };
        let header = String::from_utf8_lossy(header.as_bytes());
        match (self, claim(&header)) {
            (Self::Optional, _) => Ok(()),
            (Self::Shaped | Self::Verified(_), None) => Err(Refusal::signature(
                "IncompleteSignatureException",
                "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters of AWS4-HMAC-SHA256.",
            )),
            (Self::Shaped, Some(claim)) => claim.shape(&head.headers).map(|_| ()),
            (Self::Verified(credentials), Some(claim)) => claim.verify(credentials, head, body),
        }
    }
}

/// The region that a request is signed for.
pub(crate) fn region(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    claim(header).map(|claim| claim.scope.region)
}

impl Claim<'_> {
    /// What can be seen without the secret; the time that it was signed at.
    fn shape(&self, headers: &HeaderMap) -> Result<String, Refusal> {
        let time =
            headers.get("x-amz-date").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_hex =
            self.signature.len() == 64 && self.signature.chars().all(|c| c.is_ascii_hexdigit());
        if self.scope.service != "sagemaker" {
            return Err(invalid("Credential should be scoped to correct service: 'sagemaker'."));
        }
        if !self.signed.contains(&"host") || !is_hex {
            return Err(invalid(
                "'Host' must be a 'SignedHeader' and the signature 64 hex digits.",
            ));
        }
        if !time.starts_with(&self.scope.day) || read(time).is_none() {
            return Err(invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
            ));
        }
        Ok(time.to_owned())
    }

    fn verify(&self, credentials: &Credentials, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        let time = self.shape(&head.headers)?;
        if self.access_key != credentials.access_key {
            return Err(Refusal::signature(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            ));
        }
        let now = SystemTime::now();
        let is_now = read(&time).is_some_and(|then| then + SKEW > now && then < now + SKEW);
        if !is_now {
            return Err(invalid(format!(
                "Signature expired: {time} is not within 5 minutes of now."
            )));
        }
        let hash = hex::encode(Sha256::digest(body));
        let canonical =
            canonical::request(&head.method, &head.uri, &head.headers, &self.signed, &hash);
        if credentials.signature(&self.scope, &time, &canonical) != self.signature {
            return Err(invalid(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
            ));
        }
        Ok(())
    }
}

fn claim(header: &str) -> Option<Claim<'_>> {
    let members = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let member = |name: &str| {
        members.split(',').find_map(|member| member.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let mut credential = member("Credential")?.split('/');
    let (access_key, day, region) = (credential.next()?, credential.next()?, credential.next()?);
    let service = credential.next()?;
    (credential.next()? == "aws4_request" && !access_key.is_empty()).then_some(())?;
    let scope =
        Scope { day: day.to_owned(), region: region.to_owned(), service: service.to_owned() };
    let signed = member("SignedHeaders")?.split(';').collect();
    Some(Claim { access_key, scope, signed, signature: member("Signature")? })
}

/// Reads `20261121T125601Z`.
fn read(time: &str) -> Option<SystemTime> {
    if time.len() != 16 || !time.is_ascii() {
        return None;
    }
    let (day, clock) = time.split_once('T')?;
    let [year, month, day] = [day.get(..4)?, day.get(4..6)?, day.get(6..8)?];
    let [hour, minute, second] = [clock.get(..2)?, clock.get(2..4)?, clock.get(4..6)?];
    humantime::parse_rfc3339(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::signature("InvalidSignatureException", message)
}
