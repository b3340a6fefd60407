//! The keys that keep callers' credentials unreadable in the store.
//!
//! A sealed credential is a version, the key's name, a nonce and the ciphertext. It is bound to the
//! place that it was sealed for, so that a row's credential is of no use in another row.

use chassis::secret::Secret;
use rand::Rng;
use rand::distr::Alphanumeric;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use crate::credential::Credential;
use crate::error::Error;

/// Where a key that nobody configured lies, in the state folder.
pub(crate) const FILE: &str = "secrets.key";
/// A shorter key can be guessed.
pub(crate) const SHORTEST: usize = 16;
const LETTERS: usize = 43;
const VERSION: u8 = 1;
const NAME_LEN: usize = 4;
const HEAD_LEN: usize = 1 + NAME_LEN + NONCE_LEN;

/// The key that seals, and those that only open. Keys are derived when they are used, so that a secret
/// that changes while the process runs is the new key from then on.
pub(crate) struct Keyring {
    current: Option<Secret>,
    old: Vec<Secret>,
}

struct Key {
    name: [u8; NAME_LEN],
    sealing: LessSafeKey,
    marking: hmac::Key,
}

/// What a credential was sent for.
#[derive(Clone, Copy)]
pub(crate) struct Purpose<'a> {
    /// The job that it came with.
    pub(crate) job: &'a str,
    /// Where it is to be sent.
    pub(crate) url: &'a str,
}

impl Keyring {
    /// A keyring that seals with `current`, where there is one.
    pub(crate) fn new(current: Option<Secret>, old: Vec<Secret>) -> Self {
        Self { current, old }
    }

    /// The credential as a row may keep it.
    pub(crate) fn seal(
        &self,
        credential: &Credential,
        purpose: Purpose<'_>,
    ) -> Result<Vec<u8>, Error> {
        let key = self.current()?;
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| exhausted())?;
        let mut text = credential.text().expose().as_bytes().to_vec();
        let (aad, at) = (purpose.aad(), Nonce::assume_unique_for_key(nonce));
        key.sealing.seal_in_place_append_tag(at, aad, &mut text).map_err(|_| exhausted())?;
        Ok([&[VERSION], key.name.as_slice(), &nonce, &text].concat())
    }

    /// The credential that a row keeps.
    pub(crate) fn open(&self, sealed: &[u8], purpose: Purpose<'_>) -> Result<Credential, Error> {
        let (head, text) = sealed.split_at_checked(HEAD_LEN).ok_or(Error::Sealed)?;
        let (key, nonce) = head.split_at(1 + NAME_LEN);
        let name = key.strip_prefix(&[VERSION]).ok_or(Error::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Sealed)?;
        let mut text = text.to_vec();
        let key = self.named(name)?.ok_or(Error::Sealed)?;
        let opened = key.sealing.open_in_place(nonce, purpose.aad(), text.as_mut_slice());
        let credential = serde_json::from_slice(opened.map_err(|_| Error::Sealed)?);
        credential.map_err(|_| Error::Sealed)
    }

    /// What stands for a credential where requests are compared, by the current key and by each old
    /// one. Without the key it tells nothing, not even whether two tenants sent the same.
    pub(crate) fn marks(
        &self,
        credential: &Credential,
        tenant: &str,
    ) -> Result<Vec<String>, Error> {
        let current = self.current()?;
        let text = format!("{tenant}\n{}", credential.text().expose());
        let text = Secret::from(text);
        let mark = |key: Key| hex::encode(hmac::sign(&key.marking, text.expose().as_bytes()));
        let old = self.old().map(|old| Ok(mark(Key::derive(old)?)));
        std::iter::once(Ok(mark(current))).chain(old).collect()
    }

    fn current(&self) -> Result<Key, Error> {
        let secret = self.current.as_ref().filter(|secret| !secret.is_empty());
        Key::derive(secret.ok_or(Error::NoSecretsKey)?.expose())
    }

    /// What does not seal any more: the key's own values before this one, and what is configured.
    fn old(&self) -> impl Iterator<Item = &str> {
        let earlier = self.current.iter().flat_map(Secret::earlier);
        earlier.chain(self.old.iter().map(Secret::expose))
    }

    fn named(&self, name: &[u8]) -> Result<Option<Key>, Error> {
        for secret in self.current.iter().map(Secret::expose).chain(self.old()) {
            let key = Key::derive(secret)?;
            if key.name == name {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }
}

impl Key {
    fn derive(secret: &str) -> Result<Self, Error> {
        let salt = Salt::new(HKDF_SHA256, b"throughline secrets.key");
        let root = salt.extract(secret.as_bytes());
        let sealing = UnboundKey::new(&CHACHA20_POLY1305, &derived::<32>(&root, b"seal")?);
        Ok(Self {
            name: derived(&root, b"name")?,
            sealing: LessSafeKey::new(sealing.map_err(|_| exhausted())?),
            marking: hmac::Key::new(hmac::HMAC_SHA256, &derived::<32>(&root, b"mark")?),
        })
    }
}

impl Purpose<'_> {
    fn aad(self) -> Aad<String> {
        Aad::from(format!("callback.auth\n{}\n{}", self.job, self.url))
    }
}

/// How much to derive.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const LENGTH: usize>(root: &Prk, info: &[u8]) -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    let info = [info];
    let filled = root.expand(&info, Length(LENGTH)).and_then(|okm| okm.fill(&mut bytes));
    filled.map_err(|_| exhausted())?;
    Ok(bytes)
}

fn exhausted() -> Error {
    Error::Secret("the system's cryptography does not work".to_owned())
}

/// A new key.
pub(crate) fn secrets_key() -> Secret {
    let letters = rand::rng().sample_iter(Alphanumeric).take(LETTERS);
    letters.map(char::from).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Purpose<'_> = Purpose { job: "job_1", url: "http://x.test/a" };

    fn ring(current: &str, old: &[&str]) -> Keyring {
        let old = old.iter().map(|key| (*key).to_owned().into()).collect();
        Keyring::new(Some(current.to_owned().into()), old)
    }

    fn credential(pass: &str) -> Credential {
        Credential::Basic { user: "me".to_owned(), pass: pass.to_owned().into() }
    }

    fn opened(ring: &Keyring, sealed: &[u8], purpose: Purpose<'_>) -> Option<Secret> {
        ring.open(sealed, purpose).ok().map(|credential| credential.text())
    }

    #[test]
    fn what_is_sealed_is_opened_where_it_belongs_only() {
        let ring = ring("one", &[]);
        let sealed = ring.seal(&credential("canary"), AT).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        let text = credential("canary").text();
        assert_eq!(opened(&ring, &sealed, AT).unwrap().expose(), text.expose());
        assert!(opened(&ring, &sealed, Purpose { job: "job_2", ..AT }).is_none());
        assert!(opened(&ring, &sealed, Purpose { url: "http://y.test/a", ..AT }).is_none());
        assert_ne!(sealed, ring.seal(&credential("canary"), AT).unwrap(), "a nonce of its own");
    }

    #[test]
    fn what_was_changed_or_cut_is_not_opened() {
        let ring = ring("one", &[]);
        let sealed = ring.seal(&credential("x"), AT).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(opened(&ring, &changed, AT).is_none(), "byte {at}");
            assert!(opened(&ring, &sealed[..at], AT).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn an_old_key_opens_and_a_forgotten_one_does_not() {
        let sealed = ring("one", &[]).seal(&credential("x"), AT).unwrap();
        assert!(opened(&ring("two", &["zero", "one"]), &sealed, AT).is_some());
        assert!(opened(&ring("two", &[]), &sealed, AT).is_none());
        let none = Keyring::new(None, Vec::new());
        assert!(matches!(none.seal(&credential("x"), AT), Err(Error::NoSecretsKey)));
        assert!(opened(&none, &sealed, AT).is_none());
    }

    #[test]
    fn marks_tell_credentials_tenants_and_keys_apart() {
        let marks = |keys: &Keyring, pass: &str, tenant: &str| {
            keys.marks(&credential(pass), tenant).unwrap()
        };
        let one = ring("one", &[]);
        let mark = marks(&one, "a", "t");
        assert_eq!(mark, marks(&one, "a", "t"));
        assert_eq!(mark[0], marks(&ring("two", &["one"]), "a", "t")[1]);
        for other in
            [marks(&one, "b", "t"), marks(&one, "a", "u"), marks(&ring("two", &[]), "a", "t")]
        {
            assert_ne!(mark, other);
        }
    }

    #[test]
    fn a_generated_key_is_long_enough() {
        assert!(secrets_key().expose().len() >= SHORTEST);
    }
}
