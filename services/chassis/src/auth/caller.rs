use std::fmt;

/// Whose data it is. No query can be built without one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tenant(String);

impl Tenant {
    /// The tenant with this name, where the name is one: lower-case letters, digits, `-` and `_`, at most 63.
    pub fn new(name: &str) -> Option<Self> {
        let is_name = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let is_valid = (1..=63).contains(&name.len()) && name.bytes().all(is_name);
        is_valid.then(|| Self(name.to_owned()))
    }

    /// Its name, as rows hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Tenant {
    /// The one tenant of a suite without credentials.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

tokio::task_local! {
    static CURRENT: Tenant;
}

/// The tenant that the running task works for; the default one outside any [`scope`].
pub fn current() -> Tenant {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs a future on behalf of a tenant: calls that it makes to other services carry the name.
pub fn scope<F: Future>(tenant: Tenant, future: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(tenant, future)
}

/// Runs a function on behalf of a tenant.
pub(super) fn within<T>(tenant: &Tenant, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(tenant.clone(), work)
}
