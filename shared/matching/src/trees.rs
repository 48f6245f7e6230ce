//! Gradient-boosted trees of small depth over features that may be missing [Friedman 2001; Chen and Guestrin 2016].
//!
//! Invariant: the same rows, settings and seed give the same trees. The sum of the contributions of all features and the
//! base is the score.

use crate::random::Random;

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub trees: usize,
    pub depth: usize,
    pub rate: f32,
    /// Share of the rows that each tree sees.
    pub rows: f32,
    /// Share of the features that each tree sees.
    pub features: f32,
    /// Added to the second derivatives of a leaf: keeps leaves of few rows small.
    pub ridge: f32,
    /// Least sum of second derivatives in a leaf.
    pub least: f32,
}

/// A split, or a leaf if `feature` is [`LEAF`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node {
    pub feature: u8,
    /// Where rows without the feature go.
    pub missing_left: bool,
    /// Rows with at most this value go left.
    pub threshold: f32,
    /// The left child; the right one follows it.
    pub left: u16,
    /// The score of a row that stops here.
    pub value: f32,
}

pub(crate) const LEAF: u8 = u8::MAX;
const BINS: usize = 64;
const MISSING: u8 = BINS as u8;

/// Trees whose values add up to a score.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Forest {
    pub base: f32,
    pub trees: Vec<Vec<Node>>,
}

impl Forest {
    /// The score of a row, in log-odds.
    pub(crate) fn score(&self, row: &[f32]) -> f32 {
        self.base + self.trees.iter().map(|tree| leaf(tree, row).value).sum::<f32>()
    }

    /// Adds what each feature contributes to `contributions`; gives the base, to which they add up.
    pub(crate) fn explain(&self, row: &[f32], contributions: &mut [f32]) -> f32 {
        let mut base = self.base;
        for tree in &self.trees {
            let Some(mut node) = tree.first() else { continue };
            base += node.value;
            while node.feature != LEAF {
                let feature = usize::from(node.feature);
                let child = &tree[next(node, row)];
                contributions[feature] += child.value - node.value;
                node = child;
            }
        }
        base
    }
}

fn leaf<'t>(tree: &'t [Node], row: &[f32]) -> &'t Node {
    let mut node = &tree[0];
    while node.feature != LEAF {
        node = &tree[next(node, row)];
    }
    node
}

fn next(node: &Node, row: &[f32]) -> usize {
    let value = row[usize::from(node.feature)];
    let is_left = if value.is_nan() { node.missing_left } else { value <= node.threshold };
    usize::from(node.left) + usize::from(!is_left)
}

/// Rows of features, in bins.
pub(crate) struct Table {
    /// The bins of each feature, of all rows: a feature is looked at in many rows at a time.
    bins: Vec<Vec<u8>>,
    /// Upper limits of the bins of each feature.
    limits: Vec<Vec<f32>>,
}

impl Table {
    /// Puts the rows, all of `width` features, into bins of about equal size.
    pub(crate) fn new(rows: &[Vec<f32>], width: usize) -> Self {
        let limits: Vec<Vec<f32>> = (0..width).map(|feature| limits(rows, feature)).collect();
        let bin = |value: f32, limits: &[f32]| {
            if value.is_nan() { MISSING } else { limits.partition_point(|limit| *limit < value) as u8 }
        };
        let bins = limits.iter().enumerate().map(|(feature, limits)| -> Vec<u8> {
            rows.iter().map(|row| bin(row[feature], limits)).collect()
        });
        Self { bins: bins.collect(), limits }
    }
}

fn limits(rows: &[Vec<f32>], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = rows.iter().map(|row| row[feature]).filter(|value| !value.is_nan()).collect();
    values.sort_by(f32::total_cmp);
    let mut limits: Vec<f32> =
        (1..BINS).filter_map(|bin| values.get(values.len() * bin / BINS).copied()).collect();
    limits.dedup();
    limits
}

#[derive(Clone, Copy, Default)]
struct Sums {
    gradient: f64,
    hessian: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
    }

    fn less(self, other: Self) -> Self {
        Self { gradient: self.gradient - other.gradient, hessian: self.hessian - other.hessian }
    }

    fn gain(self, ridge: f32) -> f64 {
        self.gradient * self.gradient / (self.hessian + f64::from(ridge))
    }
}

struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
    missing_left: bool,
}

/// Grows trees that tell rows labelled 1 from rows labelled 0.
pub(crate) fn grow(table: &Table, rows: &[usize], labels: &[f32], settings: Settings, seed: u64) -> Forest {
    let mut random = Random::new(seed);
    let positive: f32 = rows.iter().map(|row| labels[*row]).sum();
    let share = (positive / rows.len().max(1) as f32).clamp(1e-4, 1.0 - 1e-4);
    let mut forest = Forest { base: (share / (1.0 - share)).ln(), trees: Vec::new() };
    let mut scores = vec![forest.base; labels.len()];
    let mut derivatives = vec![Sums::default(); labels.len()];
    for _ in 0..settings.trees {
        for &row in rows {
            let probability = 1.0 / (1.0 + (-scores[row]).exp());
            derivatives[row] = Sums {
                gradient: f64::from(probability - labels[row]),
                hessian: f64::from((probability * (1.0 - probability)).max(1e-6)),
            };
        }
        let mut seen: Vec<usize> = rows.iter().copied().filter(|_| random.unit() < settings.rows).collect();
        let mut features: Vec<usize> =
            (0..table.bins.len()).filter(|_| random.unit() < settings.features).collect();
        if features.is_empty() {
            features.push(random.below(table.bins.len()));
        }
        let tree =
            Growing { table, derivatives: &derivatives, features: &features, settings }.tree(&mut seen);
        for &row in rows {
            scores[row] += binned_leaf(&tree, table, row);
        }
        forest.trees.push(tree.into_iter().map(|(node, _)| node).collect());
    }
    forest
}

fn binned_leaf(tree: &[(Node, u8)], table: &Table, row: usize) -> f32 {
    let mut at = 0;
    while tree[at].0.feature != LEAF {
        let (node, split) = &tree[at];
        at = usize::from(node.left)
            + usize::from(!goes_left(table, row, usize::from(node.feature), *split, node.missing_left));
    }
    tree[at].0.value
}

fn goes_left(table: &Table, row: usize, feature: usize, split: u8, missing_left: bool) -> bool {
    let bin = table.bins[feature][row];
    if bin == MISSING { missing_left } else { bin <= split }
}

struct Growing<'t> {
    table: &'t Table,
    derivatives: &'t [Sums],
    features: &'t [usize],
    settings: Settings,
}

impl Growing<'_> {
    /// A tree over the rows, which are reordered; with each node its bin.
    fn tree(&self, rows: &mut [usize]) -> Vec<(Node, u8)> {
        let mut tree = vec![(self.leaf(rows), 0)];
        let mut open = vec![(0_usize, 0_usize, rows.len(), 0_usize)];
        while let Some((at, start, end, depth)) = open.pop() {
            if depth == self.settings.depth {
                continue;
            }
            let Some(split) = self.best(&rows[start..end]) else { continue };
            let goes_left =
                |row: &usize| goes_left(self.table, *row, split.feature, split.bin, split.missing_left);
            // Stable, so that sums are always taken in the same order.
            rows[start..end].sort_by_key(|row| !goes_left(row));
            let middle = start + rows[start..end].partition_point(goes_left);
            let left = tree.len();
            tree.push((self.leaf(&rows[start..middle]), 0));
            tree.push((self.leaf(&rows[middle..end]), 0));
            let (node, bin) = &mut tree[at];
            node.feature = split.feature as u8;
            node.missing_left = split.missing_left;
            node.threshold =
                self.table.limits[split.feature].get(usize::from(split.bin)).copied().unwrap_or(f32::MAX);
            node.left = left as u16;
            *bin = split.bin;
            open.push((left + 1, middle, end, depth + 1));
            open.push((left, start, middle, depth + 1));
        }
        tree
    }

    fn leaf(&self, rows: &[usize]) -> Node {
        let mut sums = Sums::default();
        rows.iter().for_each(|row| sums.add(self.derivatives[*row]));
        let value = -sums.gradient / (sums.hessian + f64::from(self.settings.ridge));
        let value = value as f32 * self.settings.rate;
        Node { feature: LEAF, missing_left: false, threshold: 0.0, left: 0, value }
    }

    fn best(&self, rows: &[usize]) -> Option<Split> {
        let mut best: Option<Split> = None;
        let mut histogram = [Sums::default(); BINS + 1];
        let derivatives: Vec<Sums> = rows.iter().map(|row| self.derivatives[*row]).collect();
        for &feature in self.features {
            histogram.fill(Sums::default());
            let bins = &self.table.bins[feature];
            for (&row, derivatives) in rows.iter().zip(&derivatives) {
                histogram[usize::from(bins[row])].add(*derivatives);
            }
            let mut all = Sums::default();
            histogram.iter().for_each(|sums| all.add(*sums));
            for missing_left in [true, false] {
                if missing_left && histogram[BINS].hessian == 0.0 {
                    continue;
                }
                let mut left = if missing_left { histogram[BINS] } else { Sums::default() };
                let bins = self.table.limits[feature].len().min(BINS - 1) + 1;
                for (bin, sums) in histogram.iter().enumerate().take(bins) {
                    left.add(*sums);
                    let right = all.less(left);
                    let least = f64::from(self.settings.least);
                    if left.hessian < least || right.hessian < least {
                        continue;
                    }
                    let ridge = self.settings.ridge;
                    let gain = left.gain(ridge) + right.gain(ridge) - all.gain(ridge);
                    if gain > best.as_ref().map_or(1e-6, |best| best.gain) {
                        best = Some(Split { gain, feature, bin: bin as u8, missing_left });
                    }
                }
            }
        }
        best
    }
}
