use crate::bert::{Bert, Dense, Layer, Shape};
use crate::norm::Norm;
use crate::path::Path;
use crate::product::Packed;

/// Gives the tensor of a name and a shape: exactly so many numbers, a row after the other.
pub type Ask<'a, E> = &'a mut dyn FnMut(&str, &[usize]) -> Result<Vec<f32>, E>;

struct Reader<'a, E> {
    path: Path,
    ask: Ask<'a, E>,
}

impl Bert {
    /// Reads a model, one tensor after the other.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub fn read<E>(path: Path, shape: Shape, ask: Ask<'_, E>) -> Result<Self, E> {
        let Shape { hidden, vocabulary, positions, .. } = shape;
        let mut reader = Reader { path, ask };
        let words = (reader.ask)("embeddings.word_embeddings.weight", &[vocabulary, hidden])?;
        let mut places =
            (reader.ask)("embeddings.position_embeddings.weight", &[positions, hidden])?;
        let kinds = (reader.ask)("embeddings.token_type_embeddings.weight", &[2, hidden])?;
        for place in places.chunks_exact_mut(hidden) {
            place.iter_mut().zip(&kinds).for_each(|(number, kind)| *number += kind);
        }
        let norm = reader.norm("embeddings.LayerNorm", hidden)?;
        let layers =
            (0..shape.layers).map(|at| reader.layer(at, shape)).collect::<Result<_, _>>()?;
        Ok(Self { path, shape, words, positions: places, norm, layers })
    }
}

impl<E> Reader<'_, E> {
    fn layer(&mut self, at: usize, shape: Shape) -> Result<Layer, E> {
        let Shape { hidden, inner, .. } = shape;
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        Ok(Layer {
            look: self.look(&name("attention.self"), shape)?,
            mix: self.dense(&name("attention.output.dense"), hidden, hidden)?,
            mixed: self.norm(&name("attention.output.LayerNorm"), hidden)?,
            widen: self.dense(&name("intermediate.dense"), hidden, inner)?,
            narrow: self.dense(&name("output.dense"), inner, hidden)?,
            narrowed: self.norm(&name("output.LayerNorm"), hidden)?,
        })
    }

    /// Queries, keys and values are one product; what scales the queries is in their weights.
    fn look(&mut self, name: &str, shape: Shape) -> Result<Dense, E> {
        let Shape { hidden, heads, .. } = shape;
        let scale = 1.0 / ((hidden / heads) as f32).sqrt();
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for (part, scale) in [("query", scale), ("key", 1.0), ("value", 1.0)] {
            let (more, moved) = self.raw(&format!("{name}.{part}"), hidden, hidden)?;
            weights.extend(more.iter().map(|number| number * scale));
            bias.extend(moved.iter().map(|number| number * scale));
        }
        Ok(self.packed(&weights, bias, hidden))
    }

    fn dense(&mut self, name: &str, from: usize, to: usize) -> Result<Dense, E> {
        let (weights, bias) = self.raw(name, from, to)?;
        Ok(self.packed(&weights, bias, from))
    }

    fn raw(&mut self, name: &str, from: usize, to: usize) -> Result<(Vec<f32>, Vec<f32>), E> {
        let weights = (self.ask)(&format!("{name}.weight"), &[to, from])?;
        Ok((weights, (self.ask)(&format!("{name}.bias"), &[to])?))
    }

    fn packed(&self, weights: &[f32], bias: Vec<f32>, depth: usize) -> Dense {
        let mut packed = Packed::default();
        packed.pack(self.path.width(), (depth, bias.len()), |row, column| {
            weights[column * depth + row]
        });
        Dense { weights: packed, bias }
    }

    fn norm(&mut self, name: &str, width: usize) -> Result<Norm, E> {
        let weight = (self.ask)(&format!("{name}.weight"), &[width])?;
        Ok(Norm { weight, bias: (self.ask)(&format!("{name}.bias"), &[width])? })
    }
}
