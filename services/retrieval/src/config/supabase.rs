use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::check;
use crate::config::mapping::Mapping;
use crate::config::place::{Limits, Place, URL_REMEDY, check_url};

/// A table of somebody else's that appears as a collection.
#[derive(Clone, Debug)]
pub(crate) struct Supabase {
    /// The collection's name.
    pub(crate) collection: String,
    /// The section of the settings that says which table.
    pub(crate) setting: String,
    pub(crate) place: Place,
    pub(crate) mapping: Mapping,
}

#[derive(Deserialize)]
struct Section {
    url: Secret,
    collection: String,
}

const SETTING: &str = "retrieval.supabase";

impl Supabase {
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let Section { url, collection } = settings.section(SETTING)?;
        let mapping: Mapping = settings.section(SETTING)?;
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("{SETTING}.{name}"), what, remedy))
        };
        if url.is_empty() {
            return Ok(None);
        }
        if let Err(what) = check_url(url.expose()) {
            return refuse("url", what, URL_REMEDY);
        }
        if check::collection(&collection).is_err() {
            let remedy = "use up to 63 lower-case letters, digits, - and _";
            return refuse("collection", "is no name of a collection", remedy);
        }
        if let Err((name, what, remedy)) = mapping.check() {
            return refuse(name, what, remedy);
        }
        let setting = SETTING.to_owned();
        let place = Place { setting: setting.clone(), url, limits: Limits::read(settings)? };
        Ok(Some(Self { collection, setting, place, mapping }))
    }
}
