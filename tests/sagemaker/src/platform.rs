use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::signature::Signatures;
use crate::{Credentials, Endpoint, Error, Plan, door};

/// The platform: endpoints, and the front door through which they are called. Its processes end with it.
#[derive(Debug)]
pub struct Platform {
    url: String,
    registry: Registry,
    folder: tempfile::TempDir,
    _door: AbortOnDropHandle<()>,
}

/// What the front door knows.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    endpoints: Arc<Mutex<HashMap<String, Arc<Endpoint>>>>,
    signatures: Signatures,
}

impl Platform {
    /// A platform whose front door is on a free port of loopback, and asks for signed calls, by whomever.
    pub async fn start() -> Result<Self, Error> {
        Self::listen("127.0.0.1:0", Signatures::Shaped).await
    }

    /// One that asks for calls that these credentials signed, at an address of choice.
    pub async fn verifying(address: &str, credentials: Credentials) -> Result<Self, Error> {
        Self::listen(address, Signatures::Verified(credentials)).await
    }

    /// One that asks for signed calls, or for none, at an address of choice.
    pub async fn at(address: &str, signed: bool) -> Result<Self, Error> {
        let signatures = if signed { Signatures::Shaped } else { Signatures::Optional };
        Self::listen(address, signatures).await
    }

    async fn listen(address: &str, signatures: Signatures) -> Result<Self, Error> {
        let refused = |source| Error::Listen { address: address.to_owned(), source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let bound = listener.local_addr().map_err(refused)?;
        let registry = Registry { endpoints: Arc::default(), signatures };
        let router = Router::new()
            .route("/endpoints/{name}/invocations", post(door::invoke).fallback(door::unknown))
            .fallback(door::unknown)
            .with_state(registry.clone());
        let serving = async move {
            // It serves until it is dropped.
            let _ = axum::serve(listener, router).await;
        };
        let door = AbortOnDropHandle::new(tokio::spawn(serving));
        Ok(Self { url: format!("http://{bound}"), registry, folder: folder()?, _door: door })
    }

    /// The URL that takes the place of `https://runtime.sagemaker.REGION.amazonaws.com`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Starts an endpoint's instances, and waits for nothing: see [`Endpoint::in_service`].
    pub fn deploy(&self, plan: Plan) -> Result<Arc<Endpoint>, Error> {
        let endpoint = Arc::new(Endpoint::start(plan, self.folder.path().to_owned())?);
        self.registry.lock().insert(endpoint.plan().name.clone(), endpoint.clone());
        Ok(endpoint)
    }
}

impl Registry {
    pub(crate) fn endpoint(&self, name: &str) -> Option<Arc<Endpoint>> {
        self.lock().get(name).cloned()
    }

    pub(crate) fn signatures(&self) -> &Signatures {
        &self.signatures
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Endpoint>>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An empty folder that nobody is meant to write to, as a container's image is.
fn folder() -> Result<tempfile::TempDir, Error> {
    let refused =
        |path: PathBuf| move |source| Error::Folder { path: path.display().to_string(), source };
    let folder = tempfile::tempdir().map_err(refused(std::env::temp_dir()))?;
    let mut access =
        std::fs::metadata(folder.path()).map_err(refused(folder.path().to_owned()))?.permissions();
    access.set_readonly(true);
    std::fs::set_permissions(folder.path(), access).map_err(refused(folder.path().to_owned()))?;
    Ok(folder)
}
