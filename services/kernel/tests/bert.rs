//! The model on every path of this processor, against a second one that is written for clarity alone.

use std::collections::HashMap;

use kernel::Path;
use kernel::bert::{Bert, Error, Scratch, Shape};

const SHAPE: Shape =
    Shape { layers: 2, hidden: 48, heads: 3, inner: 96, vocabulary: 50, positions: 420 };

/// Weights that are made up, the same in every run.
#[derive(Default)]
struct Weights {
    tensors: HashMap<String, Vec<f32>>,
    state: u64,
}

impl Weights {
    fn ask(&mut self, name: &str, shape: &[usize]) -> Vec<f32> {
        if let Some(known) = self.tensors.get(name) {
            return known.clone();
        }
        let count = shape.iter().product();
        let around = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
        let numbers: Vec<_> = (0..count).map(|_| around + 0.4 * self.next()).collect();
        self.tensors.insert(name.to_owned(), numbers.clone());
        numbers
    }

    fn next(&mut self) -> f32 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }

    fn get(&self, name: &str) -> Vec<f64> {
        self.tensors[name].iter().map(|number| f64::from(*number)).collect()
    }

    fn norm(&self, name: &str, row: &mut [f64]) {
        let (weight, bias) =
            (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let width = row.len() as f64;
        let mean = row.iter().sum::<f64>() / width;
        let variance = row.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / width;
        for (at, number) in row.iter_mut().enumerate() {
            *number = (*number - mean) / (variance + 1e-12).sqrt() * weight[at] + bias[at];
        }
    }

    fn dense(&self, name: &str, row: &[f64]) -> Vec<f64> {
        let weight = self.get(&format!("{name}.weight"));
        let mut to = self.get(&format!("{name}.bias"));
        for (sum, weights) in to.iter_mut().zip(weight.chunks(row.len())) {
            *sum += dot(weights, row);
        }
        to
    }

    fn embed(&self, text: &[u32]) -> Vec<f64> {
        let hidden = SHAPE.hidden;
        let of = |name: &str, at: usize| {
            self.get(&format!("embeddings.{name}_embeddings.weight"))
                [at * hidden..(at + 1) * hidden]
                .to_vec()
        };
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (at, token) in text.iter().enumerate() {
            let mut row = plus(&of("word", *token as usize), &of("position", at));
            row = plus(&row, &of("token_type", 0));
            self.norm("embeddings.LayerNorm", &mut row);
            rows.push(row);
        }
        for layer in 0..SHAPE.layers {
            rows = self.layer(&format!("encoder.layer.{layer}"), &rows);
        }
        let sum = rows.iter().fold(vec![0.0; hidden], |sum, row| plus(&sum, row));
        let length = dot(&sum, &sum).sqrt();
        sum.iter().map(|number| number / length).collect()
    }

    fn layer(&self, name: &str, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let all = |part: &str| -> Vec<Vec<f64>> {
            rows.iter().map(|row| self.dense(&format!("{name}.{part}"), row)).collect()
        };
        let (queries, keys, values) =
            (all("attention.self.query"), all("attention.self.key"), all("attention.self.value"));
        let each = queries.iter().zip(rows).map(|(query, row)| {
            let taken = attend(query, &keys, &values);
            let mut row = plus(row, &self.dense(&format!("{name}.attention.output.dense"), &taken));
            self.norm(&format!("{name}.attention.output.LayerNorm"), &mut row);
            let mut wide = self.dense(&format!("{name}.intermediate.dense"), &row);
            wide.iter_mut().for_each(|x| *x = *x * 0.5 * (1.0 + erf(*x / 2_f64.sqrt())));
            let mut row = plus(&row, &self.dense(&format!("{name}.output.dense"), &wide));
            self.norm(&format!("{name}.output.LayerNorm"), &mut row);
            row
        });
        each.collect()
    }
}

fn attend(query: &[f64], keys: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<f64> {
    let width = SHAPE.hidden / SHAPE.heads;
    let mut taken = vec![0.0; SHAPE.hidden];
    for head in (0..SHAPE.hidden).step_by(width) {
        let head = head..head + width;
        let weigh = |key: &Vec<f64>| {
            (dot(&query[head.clone()], &key[head.clone()]) / (width as f64).sqrt()).exp()
        };
        let weights: Vec<_> = keys.iter().map(weigh).collect();
        let all: f64 = weights.iter().sum();
        for (weight, value) in weights.iter().zip(values) {
            let to = taken[head.clone()].iter_mut();
            to.zip(&value[head.clone()]).for_each(|(to, value)| *to += weight / all * value);
        }
    }
    taken
}

fn plus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// By its series, which is slow and exact.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

fn text(length: usize) -> Vec<u32> {
    (0..length).map(|at| ((at * 31 + length * 7) % SHAPE.vocabulary) as u32).collect()
}

fn model(path: Path) -> (Weights, Bert) {
    let mut weights = Weights::default();
    let bert = Bert::read(path, SHAPE, &mut |name, shape| {
        Ok::<_, std::convert::Infallible>(weights.ask(name, shape))
    });
    (weights, bert.unwrap())
}

#[test]
fn every_path_makes_the_vectors_of_the_plain_model() {
    let texts: Vec<_> =
        [1, 2, 3, 5, 6, 7, 12, 13, 16, 17, 31, 33, 64, 401].map(text).into_iter().collect();
    for path in Path::all() {
        let (weights, bert) = model(path);

        let together: Vec<_> = texts.iter().map(Vec::as_slice).collect();
        let vectors = bert.embed(&together, &mut Scratch::default()).unwrap();

        assert_eq!(vectors.len(), texts.len());
        for (text, vector) in texts.iter().zip(&vectors) {
            let vector: Vec<_> = vector.iter().map(|number| f64::from(*number)).collect();
            let cosine = dot(&vector, &weights.embed(text));
            assert!(cosine > 0.999_999, "{} tokens on {path:?}: {cosine}", text.len());
        }
    }
}

#[test]
fn a_text_has_one_vector_whatever_stands_beside_it() {
    let (_, bert) = model(Path::best());
    let (short, long) = (text(9), text(70));
    let mut scratch = Scratch::default();

    let alone = bert.embed(&[&short], &mut scratch).unwrap();
    let beside = bert.embed(&[&long, &short, &long], &mut scratch).unwrap();

    assert_eq!(alone[0], beside[1]);
    assert_eq!(beside[0], beside[2]);
}

#[test]
fn what_is_no_text_of_the_model_is_refused_and_leaves_it_whole() {
    let (_, bert) = model(Path::best());
    let mut scratch = Scratch::default();
    let good = text(5);
    let before = bert.embed(&[&good], &mut scratch).unwrap();

    assert_eq!(bert.embed(&[&good, &[]], &mut scratch), Err(Error::Empty));
    assert_eq!(bert.embed(&[&good, &[50]], &mut scratch), Err(Error::UnknownToken(50)));
    assert_eq!(bert.embed(&[&text(421)], &mut scratch), Err(Error::TooLong(421)));
    assert_eq!(bert.embed(&[&good], &mut scratch).unwrap(), before);
    assert_eq!(bert.embed(&[], &mut scratch), Ok(Vec::new()));
}
