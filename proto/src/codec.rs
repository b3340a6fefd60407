//! How messages are written and read: as prost does it, but an undecodable *request* is the caller's fault.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use prost::{DecodeError, Message, Name};
use tonic::Status;
use tonic::codec::{self, DecodeBuf, EncodeBuf};

/// How the status of a request that cannot be decoded begins.
pub const UNDECODABLE: &str = "the request cannot be decoded";

/// What generated clients and servers encode and decode with.
pub struct Codec<T, U>(PhantomData<fn(T) -> U>);

/// Writes messages.
pub struct Encoder<T>(PhantomData<fn(T)>);

/// Reads messages, and tells a request by its name, since it sees no direction.
pub struct Decoder<U>(PhantomData<fn() -> U>);

impl<T, U> Default for Codec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> codec::Codec for Codec<T, U>
where
    T: Message + 'static,
    U: Message + Name + Default + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = Encoder<T>;
    type Decoder = Decoder<U>;

    fn encoder(&mut self) -> Encoder<T> {
        Encoder(PhantomData)
    }

    fn decoder(&mut self) -> Decoder<U> {
        Decoder(PhantomData)
    }
}

impl<T: Message> codec::Encoder for Encoder<T> {
    type Item = T;
    type Error = Status;

    fn encode(&mut self, message: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|error| Status::internal(error.to_string()))
    }
}

impl<U: Message + Name + Default> codec::Decoder for Decoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        U::decode(buffer).map(Some).map_err(|error| refused::<U>(&error))
    }
}

fn refused<U: Name>(error: &DecodeError) -> Status {
    if U::NAME.ends_with("Request") {
        Status::invalid_argument(format!("{UNDECODABLE}: {error}"))
    } else {
        Status::internal(error.to_string())
    }
}

impl<T, U> fmt::Debug for Codec<T, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<Self>())
    }
}

impl<T> fmt::Debug for Encoder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<Self>())
    }
}

impl<U> fmt::Debug for Decoder<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<Self>())
    }
}
