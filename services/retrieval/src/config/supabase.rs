use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::attachment::Mapping;
use crate::check;
use crate::config::attached::{SUPABASE, Table};
use crate::config::place::{Limits, Place, URL_REMEDY, check_url};

#[derive(Deserialize)]
struct Section {
    url: Secret,
    collection: String,
}

const SETTING: &str = "retrieval.supabase";

/// The table of the section `retrieval.supabase`, where it names a database.
pub(super) fn read(
    settings: &Settings,
    limits: Limits,
) -> Result<Option<(Table, Place)>, config::Error> {
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
    let (setting, database) = (SETTING.to_owned(), SUPABASE.to_owned());
    let place = Place { setting: setting.clone(), url, limits };
    Ok(Some((Table { collection, setting, database, mapping }, place)))
}
