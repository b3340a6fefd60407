use std::sync::atomic::{AtomicBool, Ordering};

use crate::Fault;

/// What is known of the table. Names are quoted, ready for a statement.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The table with its schema, for people.
    pub(super) name: String,
    /// The table with its schema, for statements.
    pub(super) table: String,
    /// The type of the ids.
    pub(super) id_type: String,
    /// The schema of the vectors' type and operators.
    pub(super) schema: String,
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
        let Self { schema, operator, .. } = self;
        format!("vec operator({schema}.{}) {}", operator.sign(), self.bound())
    }

    fn bound(&self) -> String {
        format!("$1::text::{}.{}", self.schema, self.vector_type)
    }

    /// The condition that a row's vector can be compared.
    pub(super) fn comparable(&self) -> String {
        match (self.is_uniform, self.dimension) {
            (false, Some(dimension)) => {
                format!("vec is not null and {}.vector_dims(vec) = {dimension}", self.schema)
            }
            (true, _) | (false, None) => "vec is not null".to_owned(),
        }
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
            dimension = self.dimension,
            operator = self.operator.sign(),
            index = self.index.as_ref().map_or("none: every row is looked at", |index| &index.name),
            "the table is attached"
        );
    }
}
