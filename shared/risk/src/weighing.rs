//! How much the evidence of each key counts: an online logistic regression over the steps of log-odds from key to key.
//!
//! Each key has six weights: evidence of few, some or many labels counts differently, and evidence on an item whose exact
//! combination is known already differently from that on a new one.
//!
//! Invariant: a weight lies between 0 and the limit, so that evidence never counts against what it says.

/// Cells of so many labels or more are in the next class.
const BOUNDS: [f64; 2] = [1.5, 4.5];
/// Weights of one key.
pub(crate) const CLASSES: usize = (BOUNDS.len() + 1) * 2;
/// No evidence counts more than so many times.
pub(crate) const LIMIT: f64 = 8.0;

/// A step of evidence: which weight it has, and how far it goes in log-odds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub place: usize,
    pub log_odds: f64,
}

/// The place of the weight for a key whose cell has `count` labels.
pub(crate) fn place(key: usize, count: f64, is_familiar: bool) -> usize {
    let class = BOUNDS.iter().take_while(|bound| count >= **bound).count();
    key * CLASSES + class * 2 + usize::from(is_familiar)
}

/// One weight, and the sum of its squared gradients [AdaGrad; Duchi, Hazan, Singer 2011].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weight {
    pub value: f64,
    pub squares: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighing {
    pub weights: Vec<Weight>,
}

impl Weighing {
    /// `starts` are the weights of the keys before any label.
    pub(crate) fn new(starts: impl Iterator<Item = f64>) -> Self {
        let weights = starts.flat_map(|value| [Weight { value, squares: 0.0 }; CLASSES]).collect();
        Self { weights }
    }

    pub(crate) fn of(&self, step: Step) -> f64 {
        self.weights[step.place].value
    }

    /// Moves the weights against the gradient of the logarithmic loss; `error` is what was expected minus what was found.
    pub(crate) fn learn(&mut self, steps: impl Iterator<Item = Step>, error: f64, rate: f64) {
        for step in steps {
            let gradient = error * step.log_odds;
            let weight = &mut self.weights[step.place];
            weight.squares += gradient * gradient;
            let moved = weight.value - rate * gradient / libm::sqrt(1.0 + weight.squares);
            weight.value = moved.clamp(0.0, LIMIT);
        }
    }
}
