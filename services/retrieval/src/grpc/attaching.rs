use proto::retrieval as pb;

use crate::Error;
use crate::attachment::{Columns, Mapping, Measure, Preset, Seen, TableSource};

/// Which table is meant.
pub(super) fn source(source: pb::TableSource) -> Result<TableSource, Error> {
    let pb::TableSource { database, schema, table, layout, columns, collection_name, operator } =
        source;
    let pb::TableColumns { id, text, metadata, vector } = columns.unwrap_or_default();
    let columns = Columns { id, text, metadata, vector };
    let layout = named(&Preset::ALL, "source.layout", &layout)?;
    let operator = named(&Measure::ALL, "source.operator", &operator)?;
    let mapping = Mapping { schema, table, layout, columns, collection_name, operator };
    Ok(TableSource { database, mapping })
}

/// What has this name; where nothing was named, whatever is usual.
fn named<T: Copy + Default>(all: &[(&str, T)], path: &str, name: &str) -> Result<T, Error> {
    if name.is_empty() {
        return Ok(T::default());
    }
    let found = all.iter().find(|(known, _)| *known == name);
    found.map(|(_, one)| *one).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let rule = format!("must be one of {}", names.join(", "));
        Error::InvalidText { path: path.to_owned(), rule }
    })
}

impl From<Seen> for pb::DetectedTable {
    fn from(seen: Seen) -> Self {
        let Seen { database, schema, table, layout, dimension, collections, problem } = seen;
        let layout = layout.map(|layout| layout.name().to_owned()).unwrap_or_default();
        let source = pb::TableSource { database, schema, table, layout, ..Default::default() };
        let (source, dimension) = (Some(source), dimension.unwrap_or_default());
        Self { source, dimension, collections, problem }
    }
}
