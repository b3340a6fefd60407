//! The indexes on vectors: one a space, so that no two tenants or collections share one.

mod build;
mod keeper;

use crate::Error;
use crate::embed::Space;
pub(super) use crate::store::postgres::index::keeper::Keeper;
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::row::count;

/// What a name begins with; the number of the space follows.
const PREFIX: &str = "vector_space_";

/// A space, and the index on its vectors.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) vectors: i64,
    pub(super) index: Index,
}

/// What there is of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// It can be searched.
    Ready,
    /// So few vectors need none.
    Unneeded,
    /// It is being built: so much of a hundred is done.
    Building(i64),
    /// It will be built.
    Due,
    /// Nobody can build it.
    NoWay,
}

impl Index {
    /// What to say behind how a search went without it.
    pub(super) fn remark(&self) -> String {
        match self {
            Self::Ready | Self::Unneeded => String::new(),
            Self::Building(percent) => format!("; index building: {percent} %"),
            Self::Due => "; its index is to be built".to_owned(),
            Self::NoWay => {
                "; no index, which a pooler cannot build: set database.direct_url".to_owned()
            }
        }
    }
}

/// The name of the index on a space's vectors.
pub(super) fn name(space: i64) -> String {
    format!("{PREFIX}{space}")
}

/// A space of a collection, with the state of its index.
pub(super) async fn look(
    link: &mut Session,
    table: &Table,
    place: Place<'_>,
    space: &Space,
) -> Result<Option<Found>, Error> {
    let row: Option<(i64, i64, bool)> = link
        .rows(
            "select number, vectors, coalesce((
               select indisvalid from pg_catalog.pg_index
               where indexrelid = to_regclass('retrieval.vector_space_' || number)), false)
             from retrieval.space
             where tenant = $1 and collection = $2 and model = $3 and dimension = $4 and version = $5",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(&space.model)
        .bind(i64::from(space.dimension))
        .bind(&space.version)
        .fetch_optional(link.link())
        .await?;
    let Some((number, vectors, is_ready)) = row else { return Ok(None) };
    let index = match is_ready {
        true => Index::Ready,
        false if !table.wants_index(count(vectors), space.dimension) => Index::Unneeded,
        false => progress(link, table, number).await?,
    };
    Ok(Some(Found { number, vectors, index }))
}

/// How far the building of an index is that is wanted and not there.
async fn progress(link: &mut Session, table: &Table, space: i64) -> Result<Index, Error> {
    let percent: Option<i64> = link
        .value(
            "select case when phase like 'building%'
               then 100 * blocks_done / greatest(blocks_total, 1) else 99 end
             from pg_catalog.pg_stat_progress_create_index
             where index_relid = to_regclass('retrieval.vector_space_' || $1)",
        )
        .bind(space)
        .fetch_optional(link.link())
        .await?;
    Ok(match percent {
        Some(percent) => Index::Building(percent.min(99)),
        None if table.is_direct => Index::Due,
        None => Index::NoWay,
    })
}
