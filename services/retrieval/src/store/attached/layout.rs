use std::sync::atomic::{AtomicBool, Ordering};

use crate::Fault;
use crate::attachment::{Measure, Preset};
use crate::store::attached::node;

/// What is known of the table. Names are quoted, ready for a statement.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The table with its schema, for people.
    pub(super) name: String,
    pub(super) schema: String,
    /// Whose layout it is.
    pub(super) preset: Preset,
    /// The rows, whatever their columns are called, for statements: `id`, `body` (the text where a
    /// column holds it), `metadata` (`jsonb`, never null), `told` (the same as it stands), `vec`.
    pub(super) source: String,
    /// Whether a column holds the text; else the metadata does.
    pub(super) has_body: bool,
    /// The type of the ids.
    pub(super) id_type: String,
    /// The schema of the vectors' type and operators.
    pub(super) extension: String,
    /// The vectors' type.
    pub(super) vector_type: String,
    /// How long the vectors are; nothing while there is none.
    pub(super) dimension: Option<u32>,
    /// Whether the column says so, and all are.
    pub(super) is_uniform: bool,
    /// How many rows of those looked at have vectors of another length.
    pub(super) strays: i64,
    /// The database's estimate of the rows; negative where it has none.
    pub(super) estimate: i64,
    pub(super) operator: Operator,
    pub(super) index: Option<Index>,
    /// Whether an index can go on where it found too little.
    pub(super) iterates: bool,
    /// The sections of the settings that say where the database is, and which table.
    pub(super) place: String,
    pub(super) setting: String,
    /// Whether it is not as it was read.
    pub(super) lost: AtomicBool,
}

/// How vectors are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Operator {
    #[default]
    Cosine,
    Product,
    Euclidean,
    Taxicab,
}

/// An index that serves the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) method: Method,
}

/// How an index finds what is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Hnsw,
    Ivfflat {
        /// Into how many lists the vectors were divided.
        lists: i32,
    },
}

impl Operator {
    /// The operator that serves an index made so.
    pub(super) fn of_class(class: &str) -> Option<Self> {
        let (_, measure) = class.split_once('_')?;
        match measure {
            "cosine_ops" => Some(Self::Cosine),
            "ip_ops" => Some(Self::Product),
            "l2_ops" => Some(Self::Euclidean),
            "l1_ops" => Some(Self::Taxicab),
            _ => None,
        }
    }

    /// The operator that was asked for, where one was.
    pub(super) fn of_measure(measure: Measure) -> Option<Self> {
        match measure {
            Measure::Auto => None,
            Measure::Cosine => Some(Self::Cosine),
            Measure::Product => Some(Self::Product),
            Measure::Euclidean => Some(Self::Euclidean),
            Measure::Taxicab => Some(Self::Taxicab),
        }
    }

    /// The operator in SQL.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Cosine => "<=>",
            Self::Product => "<#>",
            Self::Euclidean => "<->",
            Self::Taxicab => "<+>",
        }
    }

    /// How like two vectors are at this distance: more is nearer.
    pub(super) fn likeness(self, distance: f64) -> f64 {
        match self {
            Self::Cosine => 1.0 - distance,
            Self::Product => -distance,
            Self::Euclidean | Self::Taxicab => 1.0 / (1.0 + distance),
        }
    }
}

impl Layout {
    /// The distance of the rows' vectors to the one that is bound first.
    pub(super) fn distance(&self) -> String {
        let Self { extension, operator, .. } = self;
        format!("vec operator({extension}.{}) {}", operator.sign(), self.bound())
    }

    fn bound(&self) -> String {
        format!("$1::text::{}.{}", self.extension, self.vector_type)
    }

    /// The condition that a row's vector can be compared.
    pub(super) fn comparable(&self) -> String {
        match (self.is_uniform, self.dimension) {
            (false, Some(dimension)) => {
                format!("vec is not null and {}.vector_dims(vec) = {dimension}", self.extension)
            }
            (true, _) | (false, None) => "vec is not null".to_owned(),
        }
    }

    /// The text of a row, for statements. Where the metadata holds it, a row whose text cannot be
    /// read fails the statement.
    pub(super) fn text(&self) -> &'static str {
        if self.has_body { "body" } else { node::TEXT }
    }

    pub(super) fn denied(&self) -> Fault {
        let Self { name, schema, place, .. } = self;
        let (table, schema, place) = (name.clone(), schema.clone(), place.clone());
        Fault::Denied { table, schema, place }
    }

    pub(super) fn misfit(&self, model: &str, makes: u32, holds: u32) -> Fault {
        let (model, table) = (model.to_owned(), self.name.clone());
        Fault::Dimension { model, makes, table, holds }
    }

    /// The table is not as it was read.
    pub(super) fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Says in the log what was found.
    pub(super) fn tell(&self, collection: &str) {
        tracing::info!(
            collection,
            table = self.name,
            layout = self.preset.name(),
            dimension = self.dimension,
            operator = self.operator.sign(),
            index = self.index.as_ref().map_or("none: every row is looked at", |index| &index.name),
            "the table is attached"
        );
    }
}
