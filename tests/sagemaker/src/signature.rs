//! Signature Version 4, both sides of it.

mod canonical;
mod check;

use std::time::SystemTime;

use hmac::{Hmac, Mac};
use http::{HeaderValue, Request, header};
use sha2::{Digest, Sha256};

use crate::Error;

pub(crate) use crate::signature::check::{Signatures, region};

/// What a caller signs with.
#[derive(Clone)]
pub struct Credentials {
    /// The access key's id.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// Where and when a signature counts: `20261121/eu-west-1/sagemaker/aws4_request`.
#[derive(Clone, Debug)]
struct Scope {
    day: String,
    region: String,
    service: String,
}

impl Scope {
    fn path(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day, self.region, self.service)
    }
}

impl Credentials {
    /// Signs a request for a service in a region; all of its headers are signed.
    pub fn sign(
        &self,
        request: &mut Request<Vec<u8>>,
        region: &str,
        service: &str,
    ) -> Result<(), Error> {
        let time = stamp(SystemTime::now());
        let scope = Scope {
            day: time[..8].to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        };
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let headers = request.headers_mut();
        headers.insert(header::HOST, value(&host)?);
        headers.insert("x-amz-date", value(&time)?);
        let mut signed: Vec<_> = headers.keys().map(|name| name.as_str().to_owned()).collect();
        signed.sort();
        let names: Vec<_> = signed.iter().map(String::as_str).collect();
        let hash = hex::encode(Sha256::digest(request.body()));
        let canonical =
            canonical::request(request.method(), request.uri(), request.headers(), &names, &hash);
        let signature = self.signature(&scope, &time, &canonical);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.access_key,
            scope.path(),
            names.join(";")
        );
        request.headers_mut().insert(header::AUTHORIZATION, value(&authorization)?);
        Ok(())
    }

    fn signature(&self, scope: &Scope, time: &str, canonical: &str) -> String {
        let hash = hex::encode(Sha256::digest(canonical));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{}\n{hash}", scope.path());
        let mut key = format!("AWS4{}", self.secret_key).into_bytes();
        for part in [scope.day.as_str(), &scope.region, &scope.service, "aws4_request"] {
            key = keyed(&key, part);
        }
        hex::encode(keyed(&key, &text))
    }
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length, so there is no key that it refuses.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// `20261121T125601Z`
fn stamp(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string().replace(['-', ':'], "")
}

fn value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| Error::Call(error.to_string()))
}
