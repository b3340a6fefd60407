use crate::product::{Matrix, Packed, Then};
use crate::{activation, norm, scan};

/// A set of instructions that this processor has, and that the arithmetic is compiled for.
///
/// A value can only be had by asking the processor, so that holding one proves that it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Baseline,
}

impl Path {
    /// The quickest of them.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if Self::has_avx2() && is_x86_feature_detected!("avx512f") {
            return Self(Set::Avx512);
        }
        #[cfg(target_arch = "x86_64")]
        if Self::has_avx2() {
            return Self(Set::Avx2);
        }
        Self(Set::Baseline)
    }

    /// And what every processor has that has it.
    #[cfg(target_arch = "x86_64")]
    fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("popcnt")
    }

    /// All that this processor has, the quickest first.
    pub fn all() -> Vec<Self> {
        let best = Self::best().0;
        #[cfg(target_arch = "x86_64")]
        let sets = [Set::Avx512, Set::Avx2, Set::Baseline];
        #[cfg(not(target_arch = "x86_64"))]
        let sets = [Set::Baseline];
        sets.into_iter().skip_while(|set| *set != best).map(Self).collect()
    }

    /// Its name, as people know it.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "avx2",
            Set::Baseline if cfg!(target_arch = "aarch64") => "neon",
            Set::Baseline => "baseline",
        }
    }

    /// How many columns of a matrix are packed side by side.
    pub(crate) fn width(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => avx512::WIDTH,
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => avx2::WIDTH,
            Set::Baseline => baseline::WIDTH,
        }
    }
}

/// Compiles the functions for one set of instructions: `ROWS` by `WIDTH` sums fill its registers.
macro_rules! compile {
    ($set:ident, $fused:literal, $rows:literal, $width:literal $(, $features:literal)?) => {
        mod $set {
            use super::{Matrix, Packed, Then, activation, norm, scan};

            pub(super) const WIDTH: usize = $width;

            $(#[target_feature(enable = $features)])?
            pub(super) fn product(a: Matrix<'_>, b: &Packed, to: &mut [f32], stride: usize, then: Then<'_>) {
                crate::product::product::<$fused, $rows, $width>(a, b, to, stride, then);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn soften(rows: &mut [f32], width: usize) {
                activation::soften::<$fused>(rows, width);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn norm(rows: &mut [f32], add: &[f32], norm: &norm::Norm) {
                norm::add_and_norm(rows, add, norm);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn scan(query: &[i16], rows: &[i8], products: &mut [i32]) {
                scan::scan(query, rows, products);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn scan_at(query: &[i16], rows: &[i8], at: &[u32], products: &mut [i32]) {
                scan::scan_at(query, rows, at, products);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn differ(query: &[u64], rows: &[u64], distances: &mut [u32]) {
                scan::differ(query, rows, distances);
            }

            $(#[target_feature(enable = $features)])?
            pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
                scan::dot::<$fused>(a, b)
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
compile!(avx512, true, 12, 32, "avx512f,avx2,fma,popcnt");
#[cfg(target_arch = "x86_64")]
compile!(avx2, true, 6, 16, "avx2,fma,popcnt");
#[cfg(target_arch = "aarch64")]
compile!(baseline, true, 6, 16);
#[cfg(not(target_arch = "aarch64"))]
compile!(baseline, false, 4, 8);

/// Calls one of those functions for the set that this processor has.
macro_rules! call {
    ($path:ident, $function:ident($($argument:expr),*)) => {
        match $path.0 {
            // SAFETY: a path of this set exists only where the processor was asked and has it.
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => unsafe { avx512::$function($($argument),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => unsafe { avx2::$function($($argument),*) },
            Set::Baseline => baseline::$function($($argument),*),
        }
    };
}

#[allow(unsafe_code, reason = "a function for instructions that the processor was seen to have")]
impl Path {
    /// Writes `a` times `b` to `to`, whose rows are `stride` apart, and does `then` to each number.
    pub(crate) fn product(
        self,
        a: Matrix<'_>,
        b: &Packed,
        to: &mut [f32],
        stride: usize,
        then: Then<'_>,
    ) {
        call!(self, product(a, b, to, stride, then));
    }

    /// Makes each row of this width a distribution: softmax.
    pub(crate) fn soften(self, rows: &mut [f32], width: usize) {
        call!(self, soften(rows, width));
    }

    /// Adds to the rows, and brings each to mean 0 and variance 1 before it is scaled and moved.
    pub(crate) fn norm(self, rows: &mut [f32], add: &[f32], norm: &norm::Norm) {
        call!(self, norm(rows, add, norm));
    }

    /// The products of a query with each of the rows, which are as long as it is and lie one behind
    /// the other. All numbers are from -127 to 127.
    ///
    /// # Panics
    ///
    /// Where there are not as many rows as places for products.
    pub fn scan(self, query: &[i16], rows: &[i8], products: &mut [i32]) {
        call!(self, scan(query, rows, products));
    }

    /// The products of a query with the rows at some places; otherwise as [`Path::scan`].
    ///
    /// # Panics
    ///
    /// Where a place is beyond the rows, or there are not as many as places for products.
    pub fn scan_at(self, query: &[i16], rows: &[i8], at: &[u32], products: &mut [i32]) {
        call!(self, scan_at(query, rows, at, products));
    }

    /// In how many bits a query differs from each of the rows, which are as long as it is and lie one
    /// behind the other.
    ///
    /// # Panics
    ///
    /// Where there are not as many rows as places for distances.
    pub fn differ(self, query: &[u64], rows: &[u64], distances: &mut [u32]) {
        call!(self, differ(query, rows, distances));
    }

    /// The product of two vectors; of what the longer one has more nothing counts.
    pub fn dot(self, a: &[f32], b: &[f32]) -> f32 {
        call!(self, dot(a, b))
    }
}
