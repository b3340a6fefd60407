//! The flows of this process, and those of jobs that began on versions it no longer has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::flow::{Flow, Flows};
use crate::store::{FlowVersion, Store};

/// How many older versions are kept in memory.
const OLDER: usize = 32;

/// Finds flows by name and by version.
pub(crate) struct Library {
    flows: Flows,
    older: Mutex<HashMap<String, Arc<Flow>>>,
    /// The archives of the flows that no job of this process has yet brought into the store.
    unkept: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl Library {
    pub(crate) fn new(flows: Flows) -> Self {
        let unkept = flows.iter().map(|flow| (flow.version.clone(), flow.archive().into()));
        let unkept = Mutex::new(unkept.collect());
        Self { flows, older: Mutex::default(), unkept }
    }

    /// Every flow that new jobs may run.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.flows.iter()
    }

    /// The flow that new jobs of this name run.
    pub(crate) fn current(&self, name: &str) -> Result<Arc<Flow>, Error> {
        self.flows.get(name).ok_or_else(|| Error::FlowNotFound(name.to_owned()))
    }

    /// What a new job's row says of its flow, with the archive where the store may not have it.
    pub(crate) fn version(&self, flow: &Flow) -> FlowVersion {
        let unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner);
        let archive = unkept.get(&flow.version).cloned();
        FlowVersion { name: flow.name.clone(), version: flow.version.clone(), archive }
    }

    /// Notes that the store has this version's archive.
    pub(crate) fn kept(&self, version: &str) {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner).remove(version);
    }

    /// The flow that a job began on; `None` where its archive is gone.
    pub(crate) async fn find(
        &self,
        store: &Store,
        name: &str,
        version: &str,
    ) -> Result<Option<Arc<Flow>>, Error> {
        if let Some(flow) = self.flows.get(name).filter(|flow| flow.version == version) {
            return Ok(Some(flow));
        }
        if let Some(flow) = self.older().get(version) {
            return Ok(Some(Arc::clone(flow)));
        }
        let Some(archive) = store.flow_archive(version).await? else { return Ok(None) };
        let flow = Arc::new(Flow::unarchive(&archive).map_err(Error::broken)?);
        let mut older = self.older();
        if older.len() >= OLDER {
            older.clear();
        }
        older.insert(version.to_owned(), Arc::clone(&flow));
        Ok(Some(flow))
    }

    fn older(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Flow>>> {
        self.older.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
