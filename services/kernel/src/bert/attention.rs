use crate::bert::{Bert, Shape};
use crate::product::{Matrix, Packed, Then};

/// What one head of one text needs.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    keys: Packed,
    values: Packed,
    weights: Vec<f32>,
}

impl Bert {
    /// Writes to `to` what each token takes from the others of its text.
    pub(super) fn attend(
        &self,
        looks: &[f32],
        lengths: &[usize],
        to: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let hidden = self.shape.hidden;
        let mut first = 0;
        for length in lengths {
            let looks = &looks[first * 3 * hidden..(first + length) * 3 * hidden];
            let to = &mut to[first * hidden..(first + length) * hidden];
            for head in 0..self.shape.heads {
                self.attend_with(head, looks, *length, to, scratch);
            }
            first += length;
        }
    }

    fn attend_with(
        &self,
        head: usize,
        looks: &[f32],
        length: usize,
        to: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let Shape { hidden, heads, .. } = self.shape;
        let (depth, stride, width) = (hidden / heads, 3 * hidden, self.path.width());
        let at = head * depth;
        let (keys, values) = (&looks[hidden + at..], &looks[2 * hidden + at..]);
        scratch.keys.pack(width, (depth, length), |row, column| keys[column * stride + row]);
        scratch.values.pack(width, (length, depth), |row, column| values[row * stride + column]);

        let padded = length.next_multiple_of(width);
        scratch.weights.clear();
        // What is beyond the text weighs nothing.
        scratch.weights.resize(length * padded, f32::MIN);
        let queries = Matrix { values: &looks[at..], rows: length, depth, stride };
        self.path.product(queries, &scratch.keys, &mut scratch.weights, padded, Then::Keep);
        self.path.soften(&mut scratch.weights, padded);
        let weights =
            Matrix { values: &scratch.weights, rows: length, depth: length, stride: padded };
        self.path.product(weights, &scratch.values, &mut to[at..], hidden, Then::Keep);
    }
}
