use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use chassis::failure::Kind;

/// The longest that AWS's own words get.
const LONGEST: usize = 300;

/// Why AWS gave no answer that can be used; never with what a secret holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A reference that cannot be read as one.
    #[error("is no reference to a secret: {0}")]
    Reference(&'static str),
    /// No region is known.
    #[error("cannot be read: no AWS region is known")]
    Region,
    /// No credentials are there.
    #[error("cannot be read: no AWS credentials are there, or they cannot be fetched")]
    Credentials,
    /// There is no such secret.
    #[error("names {0}, which does not exist in this account and region")]
    NotFound(String),
    /// This process may not read it.
    #[error("names {name}, which may not be read: {said}")]
    Denied {
        /// What was asked for.
        name: String,
        /// The IAM action that has to be allowed.
        action: &'static str,
        /// AWS's own words: who was denied what.
        said: String,
    },
    /// What was found is of no use.
    #[error("names {name}, which {what}")]
    Shape {
        /// The secret, and the field where there is one.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// AWS refuses for another reason.
    #[error("names {name}, which AWS does not give ({code}): {said}")]
    Refused {
        /// What was asked for.
        name: String,
        /// AWS's code.
        code: String,
        /// AWS's own words.
        said: String,
    },
    /// AWS is not there, too busy or too slow.
    #[error("names {name}, which cannot be read now: {why}")]
    Unavailable {
        /// What was asked for.
        name: String,
        /// What happened.
        why: String,
    },
}

impl Error {
    /// Of which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Reference(_) => Kind::Malformed,
            Self::Region | Self::Credentials | Self::Shape { .. } | Self::Refused { .. } => {
                Kind::Invalid
            }
            Self::NotFound(_) => Kind::NotFound,
            Self::Denied { .. } => Kind::Denied,
            Self::Unavailable { .. } => Kind::Unavailable,
        }
    }

    /// The reason as a name.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Reference(_) => "SECRET_REFERENCE_INVALID",
            Self::Region => "AWS_REGION_MISSING",
            Self::Credentials => "AWS_CREDENTIALS_MISSING",
            Self::NotFound(_) => "SECRET_NOT_FOUND",
            Self::Denied { .. } => "SECRET_DENIED",
            Self::Shape { .. } => "SECRET_UNUSABLE",
            Self::Refused { .. } => "SECRET_REFUSED",
            Self::Unavailable { .. } => "AWS_UNAVAILABLE",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Reference(_) => "write it as secret://NAME#FIELD or ssm://PATH".to_owned(),
            Self::Region => "set AWS_REGION".to_owned(),
            Self::Credentials => {
                "give the process a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    .to_owned()
            }
            Self::NotFound(_) => "create it, or correct its name, AWS_REGION or the account".to_owned(),
            Self::Denied { name, action, .. } => {
                format!("allow {action} on {name} to the role of this process, and kms:Decrypt on its key")
            }
            Self::Shape { .. } => "correct the secret or the reference".to_owned(),
            Self::Refused { .. } => "correct what AWS names".to_owned(),
            Self::Unavailable { .. } => {
                "see that its endpoint is reached from here (a VPC endpoint or NAT, AWS_ENDPOINT_URL), and try again".to_owned()
            }
        }
    }

    /// What a call for `name`, which needs `action`, ended with.
    pub(crate) fn of<E, R>(error: &SdkError<E, R>, name: &str, action: &'static str) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        let name = name.to_owned();
        let unavailable = |why: &str| Self::Unavailable { name: name.clone(), why: why.to_owned() };
        match error {
            SdkError::TimeoutError(_) => unavailable("it did not answer in time"),
            SdkError::ResponseError(_) => unavailable("its answer was not understood"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                unavailable("it did not answer in time")
            }
            SdkError::DispatchFailure(_) if is_about_credentials(error) => Self::Credentials,
            SdkError::DispatchFailure(_) => unavailable("its endpoint is not reached"),
            SdkError::ConstructionFailure(_) => Self::Credentials,
            SdkError::ServiceError(answer) => {
                let code = answer.err().code().unwrap_or("no code");
                let said = said(answer.err().message());
                Self::of_code(name, action, code, said)
            }
            _ => unavailable("the call failed"),
        }
    }

    fn of_code(name: String, action: &'static str, code: &str, said: String) -> Self {
        match code {
            "ResourceNotFoundException" | "ParameterNotFound" | "ParameterVersionNotFound" => {
                Self::NotFound(name)
            }
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                Self::Denied { name, action, said }
            }
            "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded" => {
                Self::Unavailable { name, why: "too many requests are made".to_owned() }
            }
            "InternalServiceError"
            | "InternalServerError"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "no code" => Self::Unavailable { name, why: format!("it failed ({code})") },
            code => Self::Refused { name, code: code.to_owned(), said },
        }
    }
}

/// AWS's words in one short line; they tell who was refused what, and no secret.
pub(crate) fn said(message: Option<&str>) -> String {
    let words = message.unwrap_or("no reason was given").split_whitespace().collect::<Vec<_>>();
    words.join(" ").chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

fn is_about_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        if error.to_string().contains("credential") {
            return true;
        }
        next = error.source();
    }
    false
}
