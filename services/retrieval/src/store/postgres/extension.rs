//! The extension that makes vectors a type, and the table of vectors, which is there only with it.
//!
//! A database without it serves by words alone. Its table is made once the extension can be had, at
//! a start of the program or by `throughline migrate`.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Error as Sql};

use crate::store::failure::is_denied;

/// The first version whose index goes on until a filter has left enough: `iterative_scan`.
const LEAST: [u32; 2] = [0, 8];
/// Where hosts such as Supabase keep extensions.
const USUAL_SCHEMA: &str = "extensions";
const TABLE: &str = include_str!("../../../migrations/postgres/vectors.sql");

/// Where the extension's types and operators are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extension {
    /// Its schema, quoted.
    schema: String,
}

impl Extension {
    /// Something of the extension by its full name, whatever `search_path` says.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}.{name}", self.schema)
    }

    /// One of its operators.
    pub(super) fn operator(&self, sign: &str) -> String {
        format!("operator({}.{sign})", self.schema)
    }
}

/// What the database has of it.
#[derive(sqlx::FromRow)]
struct Found {
    /// The version that is installed in this database, and its schema, quoted.
    version: Option<String>,
    schema: Option<String>,
    /// The version that the server could install.
    offered: Option<String>,
    has_usual_schema: bool,
    has_table: bool,
    /// Whether the table has its vectors: they go where the extension is dropped with all it made.
    has_vectors: bool,
}

impl Found {
    async fn look(link: &mut PgConnection) -> Result<Self, Sql> {
        sqlx::query_as(
            "select
               (select extversion from pg_catalog.pg_extension where extname = 'vector') as version,
               (select pg_catalog.quote_ident(nspname) from pg_catalog.pg_extension
                join pg_catalog.pg_namespace as place on place.oid = extnamespace
                where extname = 'vector') as schema,
               (select default_version from pg_catalog.pg_available_extensions
                where name = 'vector') as offered,
               exists (select from pg_catalog.pg_namespace where nspname = $1) as has_usual_schema,
               to_regclass('retrieval.vector') is not null as has_table,
               exists (select from pg_catalog.pg_attribute
                       where attrelid = to_regclass('retrieval.vector')
                         and attname = 'embedding' and not attisdropped) as has_vectors",
        )
        .persistent(false)
        .bind(USUAL_SCHEMA)
        .fetch_one(link)
        .await
    }

    /// The extension, where it is installed and new enough.
    fn extension(&self) -> Result<Extension, String> {
        match (&self.version, &self.schema) {
            (Some(version), Some(schema)) if is_new(version) => {
                Ok(Extension { schema: schema.clone() })
            }
            (Some(version), _) => Err(format!(
                "pgvector {version} is too old; run `alter extension vector update` with {} or later in the database, then start again",
                least()
            )),
            (None, _) => Err(self.missing()),
        }
    }

    fn missing(&self) -> String {
        match &self.offered {
            Some(offered) if is_new(offered) => {
                "the database has no pgvector; run `create extension vector` in it, then start again"
                    .to_owned()
            }
            Some(offered) => format!(
                "the database has no pgvector, and its server offers {offered} only; install {} or later there, run `create extension vector`, then start again",
                least()
            ),
            None => format!(
                "the database's server has no pgvector; install {} or later there, run `create extension vector`, then start again",
                least()
            ),
        }
    }
}

/// What the store can use, or why it keeps no vectors and what to do about it.
pub(super) async fn find(link: &mut PgConnection) -> Result<Result<Extension, String>, Sql> {
    let found = Found::look(link).await?;
    Ok(match found.extension() {
        Ok(_) if !found.has_vectors => {
            Err("the database has pgvector, and no table of vectors yet; run `throughline migrate` as the owner of schema retrieval, then start again".to_owned())
        }
        answer => answer,
    })
}

/// Makes the extension and the table of vectors where both can be had, in the link's transaction.
pub(super) async fn prepare(link: &mut PgConnection) -> Result<(), Sql> {
    let mut found = Found::look(link).await?;
    if found.version.is_none() && found.offered.as_deref().is_some_and(is_new) {
        let place = if found.has_usual_schema { " with schema extensions" } else { "" };
        let sql = format!("create extension if not exists vector{place}");
        // Whatever is the matter with the extension, words can be searched without it.
        if attempt(link, sql, |error| error.as_database_error().is_some()).await? {
            found = Found::look(link).await?;
        }
    }
    let Ok(extension) = found.extension() else { return Ok(()) };
    if found.has_vectors {
        return Ok(());
    }
    if found.has_table {
        let sql = "drop table retrieval.vector; update retrieval.space set vectors = 0";
        attempt(link, sql.to_owned(), is_denied).await?;
    }
    let table = TABLE.replace("TYPE", &extension.name("vector"));
    attempt(link, table, is_denied).await.map(drop)
}

/// Runs statements; says whether they did what they should, or failed in a way that is no matter.
async fn attempt(
    link: &mut PgConnection,
    sql: String,
    is_no_matter: fn(&Sql) -> bool,
) -> Result<bool, Sql> {
    let mut step = link.begin().await?;
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *step).await {
        Ok(_) => step.commit().await.map(|()| true),
        Err(error) if is_no_matter(&error) => step.rollback().await.map(|()| false),
        Err(error) => Err(error),
    }
}

fn is_new(version: &str) -> bool {
    let numbers: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    numbers.as_slice() >= LEAST.as_slice()
}

fn least() -> String {
    LEAST.map(|number| number.to_string()).join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: Option<&str>, offered: Option<&str>) -> Found {
        Found {
            version: version.map(str::to_owned),
            schema: version.map(|_| "\"public\"".to_owned()),
            offered: offered.map(str::to_owned),
            has_usual_schema: false,
            has_table: false,
            has_vectors: false,
        }
    }

    #[test]
    fn what_is_missing_is_told_with_its_remedy() {
        for (version, offered, said) in [
            (Some("0.6.2"), Some("0.8.5"), "alter extension vector update"),
            (None, Some("0.8.5"), "run `create extension vector` in it"),
            (None, Some("0.7.4"), "offers 0.7.4 only; install 0.8 or later"),
            (None, None, "has no pgvector; install 0.8 or later"),
        ] {
            let why = found(version, offered).extension().unwrap_err();
            assert!(why.contains(said), "{why}");
        }
        for version in ["0.8", "0.8.0", "0.10.1", "1.0"] {
            let extension = found(Some(version), None).extension().unwrap();
            assert_eq!(extension.operator("<=>"), "operator(\"public\".<=>)");
        }
    }
}
