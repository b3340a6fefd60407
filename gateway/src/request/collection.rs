use utoipa::ToSchema;

use crate::json::{Fields, INVALID_REQUEST};
use crate::request::{CollectionSettings, RequestBody};

/// A collection to make.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct NewCollection {
    /// Its name: lower-case letters, digits, `-` and `_`, at most 63, beginning with a letter or digit.
    #[schema(required = true)]
    pub(crate) collection: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// How it is treated; what is absent is left to the server's configuration.
    pub(crate) settings: Option<CollectionSettings>,
}

/// What to change of a collection; what is absent stays as it is.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct CollectionChange {
    /// What it is for from now on.
    pub(crate) description: Option<String>,
    /// The settings to change: each that is present takes the place of the one before, as a whole.
    pub(crate) settings: Option<CollectionSettings>,
    /// The settings to leave to the server's configuration again, by name, such as `chunking`.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) reset_settings: Vec<String>,
}

impl RequestBody for NewCollection {
    const KNOWN: &'static str = "collection, description, settings";

    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            collection: fields.text("collection"),
            description: fields.text("description"),
            settings: CollectionSettings::read(fields),
        }
    }
}

impl RequestBody for CollectionChange {
    const KNOWN: &'static str = "description, settings, reset_settings";

    fn read(fields: &mut Fields<'_>) -> Self {
        let names = fields.raw("reset_settings").map(serde_json::from_str);
        if matches!(names, Some(Err(_))) {
            fields.refuse(INVALID_REQUEST, "reset_settings", "must be a list of texts");
        }
        Self {
            description: fields.text("description"),
            settings: CollectionSettings::read(fields),
            reset_settings: names.and_then(Result::ok).unwrap_or_default(),
        }
    }
}
