//! Which tables of a database could be attached.

use sqlx::Error as Sql;
use sqlx::postgres::PgConnection;

use crate::Fault;
use crate::attachment::{Columns, Preset, Seen};
use crate::store::attached::catalogue::{columns, tables};
use crate::store::attached::origin::Origin;
use crate::store::attached::{connect, preset, session};

/// So many tables are told.
const MOST: usize = 200;

impl Origin {
    /// The tables of vectors that there are, each with the layout that its columns fit.
    pub(crate) async fn tables(&self, database: &str) -> Result<Vec<Seen>, Fault> {
        let pool = self.pool().await?;
        match seen(&pool, self, database).await {
            Ok(seen) => Ok(seen),
            Err(error) => {
                self.lose().await;
                Err(connect::fault(&error, &self.place.setting))
            }
        }
    }
}

async fn seen(
    pool: &sqlx::postgres::PgPool,
    origin: &Origin,
    database: &str,
) -> Result<Vec<Seen>, Sql> {
    let mut link = session::begin(pool, origin.place.limits.timeout).await?;
    let mut all = Vec::new();
    for table in tables::all(&mut link).await?.into_iter().take(MOST) {
        let mut seen = Seen {
            database: database.to_owned(),
            schema: table.schema.clone(),
            table: table.bare.clone(),
            ..Seen::default()
        };
        match table.may_read {
            true => look(&mut link, &table, &mut seen).await?,
            false => "the user of the database may not read it".clone_into(&mut seen.problem),
        }
        all.push(seen);
    }
    Ok(all)
}

/// Fills in what the columns tell.
async fn look(link: &mut PgConnection, table: &tables::Table, seen: &mut Seen) -> Result<(), Sql> {
    let there = columns::all(link, table.oid).await?;
    let names: Vec<&str> = there.iter().map(|column| column.name.as_str()).collect();
    match preset::meaning(&names, Preset::Auto, &Columns::default()) {
        Ok(meaning) => {
            seen.layout = Some(meaning.preset);
            let vector = there.iter().find(|column| column.name == meaning.vector);
            seen.dimension = vector.and_then(|column| u32::try_from(column.length).ok());
            if let Some(member) = meaning.member {
                let groups = tables::groups(link, table.oid, &member).await?;
                seen.collections = groups.into_iter().map(|group| group.name).collect();
            }
        }
        Err(why) => seen.problem = why,
    }
    Ok(())
}
