//! The trees of a forest laid out to be walked fast: complete trees of one depth, without a branch to mispredict.
//!
//! Invariant: the score is that of [`Forest::score`], bit for bit.

use crate::{
    features::WIDTH,
    trees::{Forest, LEAF, Node},
};

/// Deeper trees are walked node by node: a complete tree doubles with each level.
const DEEPEST: u32 = 6;

/// A forest to be walked.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    base: f32,
    depth: u32,
    /// Of each tree the splits of all levels, from the root on.
    splits: Vec<Split>,
    /// Of each tree the values of its last level.
    values: Vec<f32>,
    /// What the trees from each sixteenth on add at most.
    most: Vec<f32>,
}

/// Trees after which it is seen whether those that are left can still make a score great enough.
const SEEN_EVERY: usize = 16;
/// More than what rounding takes off sums of some hundred values.
const ROUNDED: f32 = 1e-2;

/// Rows with at most the threshold go left.
#[derive(Clone, Copy, Debug)]
struct Split {
    threshold: f32,
    /// A place in a row that is there twice: with what is missing as the greatest number, and as the least.
    place: u8,
}

/// Where a tree ends early, all go left until its last level.
const NO_SPLIT: Split = Split { threshold: f32::INFINITY, place: 0 };

impl Walk {
    /// Lays the forest out; nothing if a tree is too deep for it.
    pub(crate) fn of(forest: &Forest) -> Option<Self> {
        let depth = forest.trees.iter().map(|tree| depth_of(tree)).max().unwrap_or(0);
        if depth > DEEPEST {
            return None;
        }
        let (inner, last) = ((1_usize << depth) - 1, 1_usize << depth);
        let mut walk =
            Self { base: forest.base, depth, splits: Vec::new(), values: Vec::new(), most: Vec::new() };
        for tree in &forest.trees {
            let mut splits = vec![NO_SPLIT; inner];
            let mut values = vec![0.0; last];
            // Places in the complete tree with the nodes that stand there.
            let mut open = vec![(0_usize, 0_usize)];
            while let Some((place, at)) = open.pop() {
                let node = &tree[at];
                if place >= inner {
                    values[place - inner] = node.value;
                } else if node.feature == LEAF {
                    open.push((2 * place + 1, at));
                } else {
                    let doubled = usize::from(node.feature) + if node.missing_left { WIDTH } else { 0 };
                    splits[place] = Split { threshold: node.threshold, place: doubled as u8 };
                    open.push((2 * place + 1, usize::from(node.left)));
                    open.push((2 * place + 2, usize::from(node.left) + 1));
                }
            }
            walk.splits.append(&mut splits);
            walk.values.append(&mut values);
        }
        let greatest = |values: &[f32]| values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut rest = 0.0;
        for trees in walk.values.chunks(SEEN_EVERY * last).rev() {
            rest += trees.chunks(last).map(greatest).sum::<f32>();
            walk.most.push(rest);
        }
        walk.most.reverse();
        Some(walk)
    }

    /// The score of a row, in log-odds.
    pub(crate) fn score(&self, row: &[f32; WIDTH]) -> f32 {
        self.score_from(row, f32::NEG_INFINITY).unwrap_or(f32::NEG_INFINITY)
    }

    /// The same; none if it is seen on the way that it is less than `least`. What is less may be given all the same.
    pub(crate) fn score_from(&self, row: &[f32; WIDTH], least: f32) -> Option<f32> {
        let mut doubled = [0.0; 2 * WIDTH];
        for (place, value) in row.iter().enumerate() {
            let is_missing = value.is_nan();
            doubled[place] = if is_missing { f32::INFINITY } else { *value };
            doubled[place + WIDTH] = if is_missing { f32::NEG_INFINITY } else { *value };
        }
        let (inner, last) = ((1_usize << self.depth) - 1, 1_usize << self.depth);
        let trees = self.values.len() / last;
        let mut sum = 0.0_f32;
        for tree in 0..trees {
            if tree % SEEN_EVERY == 0 && self.base + sum + self.most[tree / SEEN_EVERY] + ROUNDED < least {
                return None;
            }
            let splits = &self.splits[tree * inner..(tree + 1) * inner];
            let mut at = 0;
            for _ in 0..self.depth {
                let Split { threshold, place } = splits[at];
                at = 2 * at + 1 + usize::from(doubled[usize::from(place)] > threshold);
            }
            sum += self.values[tree * last + at - inner];
        }
        Some(self.base + sum)
    }
}

/// How many splits lie above the deepest leaf; of deep trees only that they are too deep.
fn depth_of(tree: &[Node]) -> u32 {
    let mut deepest = 0;
    let mut open = vec![(0, 0)];
    while let Some((at, depth)) = open.pop() {
        deepest = deepest.max(depth);
        if tree[at].feature != LEAF && depth <= DEEPEST {
            open.push((usize::from(tree[at].left), depth + 1));
            open.push((usize::from(tree[at].left) + 1, depth + 1));
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn tree(random: &mut Random, depth: u32) -> Vec<Node> {
        let leaf = |random: &mut Random| Node {
            feature: LEAF,
            missing_left: false,
            threshold: 0.0,
            left: 0,
            value: random.unit() - 0.5,
        };
        let mut nodes = vec![leaf(random)];
        let mut open = vec![(0, 0)];
        while let Some((at, level)) = open.pop() {
            if level == depth || random.unit() < 0.2 {
                continue;
            }
            let left = nodes.len();
            nodes.extend([leaf(random), leaf(random)]);
            nodes[at].feature = random.below(WIDTH) as u8;
            nodes[at].missing_left = random.unit() < 0.5;
            nodes[at].threshold = if random.unit() < 0.1 { f32::MAX } else { random.unit() };
            nodes[at].left = left as u16;
            open.extend([(left, level + 1), (left + 1, level + 1)]);
        }
        nodes
    }

    #[test]
    fn scores_are_those_of_the_trees_bit_for_bit() {
        let mut random = Random::new(7);
        for depth in [0, 1, 4, DEEPEST] {
            let trees = (0..40).map(|_| tree(&mut random, depth)).collect();
            let forest = Forest { base: -1.5, trees };
            let walk = Walk::of(&forest).unwrap();
            let mut ended = 0;
            for _ in 0..500 {
                let mut row = [f32::NAN; WIDTH];
                for value in &mut row {
                    if random.unit() < 0.7 {
                        *value = random.unit();
                    }
                }
                let score = forest.score(&row);
                assert_eq!(walk.score(&row).to_bits(), score.to_bits());
                assert_eq!(walk.score_from(&row, score).map(f32::to_bits), Some(score.to_bits()));
                let more = score + 20.0 * random.unit();
                assert!(walk.score_from(&row, more).is_none_or(|same| same.to_bits() == score.to_bits()));
                ended += usize::from(walk.score_from(&row, more).is_none());
            }
            assert!(ended > 0, "of some it is seen that they are less");
        }
    }

    #[test]
    fn a_deep_tree_is_not_laid_out() {
        let mut random = Random::new(1);
        let deep = (0..200).map(|_| tree(&mut random, DEEPEST + 2)).collect();
        assert!(Walk::of(&Forest { base: 0.0, trees: deep }).is_none());
    }
}
