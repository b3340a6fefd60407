//! Turns a template or messages, the variables and the passages into what a model is asked.

mod fence;

use chassis::template::Template;
use serde_json::{Map, Value, json};

use crate::citation::marker;
use crate::words::{Words, words};
use crate::{Error, Message, Passage, Prompt, Request, Role};

pub(crate) use crate::prompt::fence::Fence;

const PASSAGES: &str = "passages";
const UNNAMED: &str = "template";
/// In bytes: so much of what was asked tells what a good passage is.
const TELLING: usize = 64 * 1024;

/// What a model is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) messages: Vec<Message>,
    pub(crate) topic: Topic,
    pub(crate) fence: Fence,
}

/// What it is about, for those who write without a model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topic {
    /// One line that names it; may be empty.
    pub(crate) title: String,
    /// The words that a good passage shares.
    pub(crate) words: Words,
}

impl Asked {
    /// Renders the prompt; whatever strangers wrote stands between marks then.
    pub(crate) fn render(request: &Request) -> Result<Self, Error> {
        let fence = Fence::new();
        let (mut messages, shows_passages) = match &request.prompt {
            Prompt::Messages(messages) => (messages.clone(), false),
            Prompt::Template { name, system, user } => {
                render(request, &fence, [name, system, user])?
            }
        };
        let mut notes = Vec::new();
        if !shows_passages && !request.passages.is_empty() {
            notes.push(listing(&request.passages, &fence));
        }
        let is_fenced = |text: &String| fence.is_in(text);
        if notes.iter().chain(messages.iter().map(|message| &message.text)).any(is_fenced) {
            notes.push(fence.statement());
        }
        let topic = Topic::of(request, &messages, &fence);
        add_to_system(&mut messages, &notes);
        Ok(Self { messages, topic, fence })
    }
}

/// The rendered messages, and whether they show the passages.
fn render(
    request: &Request,
    fence: &Fence,
    [name, system, user]: [&str; 3],
) -> Result<(Vec<Message>, bool), Error> {
    let mut variables = Value::Object(request.variables.clone());
    for name in &request.untrusted {
        fence.around_variable(&mut variables, name);
    }
    variables[PASSAGES] =
        request.passages.iter().zip(1..).map(|passage| view(passage, fence)).collect();
    let name = if name.is_empty() { UNNAMED } else { name };
    let (mut messages, mut shows_passages) = (Vec::new(), false);
    for (role, name, text) in
        [(Role::System, format!("{name} (system)"), system), (Role::User, name.to_owned(), user)]
    {
        let template = Template::parse(&name, text).map_err(Error::InvalidTemplate)?;
        let text = template.render(&variables).map_err(Error::InvalidTemplate)?;
        if !fence.is_whole_in(&text) {
            return Err(Error::InvalidParameter {
                path: "untrusted".to_owned(),
                what: "names a variable that a filter of the template cuts, and its mark with it; show it whole",
            });
        }
        shows_passages |= template.names().iter().any(|name| name == PASSAGES);
        if !text.trim().is_empty() {
            messages.push(Message { role, text });
        }
    }
    let is_asked = messages.iter().any(|message| message.role == Role::User);
    is_asked.then_some((messages, shows_passages)).ok_or(Error::NoPrompt)
}

/// A passage as a template sees it.
fn view((passage, number): (&Passage, usize), fence: &Fence) -> Value {
    json!({
        "marker": marker(number),
        "document_id": passage.document_id,
        "title": fence.around(&passage.title),
        "text": fence.around(&passage.text),
        "score": passage.score,
    })
}

/// The passages for a prompt that does not show them itself.
fn listing(passages: &[Passage], fence: &Fence) -> String {
    let mut listing =
        "What is known, in numbered passages. Behind each statement that rests on one, \
                       write its number in square brackets, as [1]. No other number exists."
            .to_owned();
    for (passage, number) in passages.iter().zip(1..) {
        let (title, text) = (fence.around(&passage.title), fence.around(&passage.text));
        listing.push_str(&format!("\n\n{} {title}\n{text}", marker(number)));
    }
    listing
}

/// Adds to the system message, or puts one in front: many servers take only one, and only there.
fn add_to_system(messages: &mut Vec<Message>, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let notes = notes.join("\n\n");
    match messages.iter_mut().find(|message| message.role == Role::System) {
        Some(system) => system.text = format!("{}\n\n{notes}", system.text.trim_end()),
        None => messages.insert(0, Message { role: Role::System, text: notes }),
    }
}

impl Topic {
    /// A flow's input says what a job is about; without one, the variables or the last message do.
    fn of(request: &Request, messages: &[Message], fence: &Fence) -> Self {
        let asked = messages.iter().rev().find(|message| message.role == Role::User);
        let asked = fence.strip(asked.map_or("", |message| &message.text)).into_owned();
        let first = asked.lines().map(str::trim).find(|line| !line.is_empty());
        let input = request.variables.get("input").and_then(Value::as_object);
        let title = input.and_then(|input| input.get("title")?.as_str()).map(str::trim);
        let title = title.filter(|title| !title.is_empty()).or(first).unwrap_or_default();
        let mut telling = title.to_owned();
        texts(input.unwrap_or(&request.variables), &mut telling);
        if request.variables.is_empty() {
            telling.push_str(&asked);
        }
        telling.truncate(telling.floor_char_boundary(TELLING));
        Self { title: title.to_owned(), words: words(&telling) }
    }
}

fn texts(members: &Map<String, Value>, into: &mut String) {
    members.values().for_each(|value| text(value, into));
}

fn text(value: &Value, into: &mut String) {
    match value {
        Value::String(text) if into.len() < TELLING => {
            into.push('\n');
            into.push_str(text);
        }
        Value::Array(items) => items.iter().for_each(|item| text(item, into)),
        Value::Object(members) => texts(members, into),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
