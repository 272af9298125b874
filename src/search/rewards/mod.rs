//! Questions with an unknown reward: which weights of declared features make which policies optimal.

mod behaviours;
mod cells;
mod class;
mod cone;
mod consistent;
mod region;

pub use behaviours::{behaviours, sustained};
pub use cells::cells;
pub use class::{Expectations, Optimised, RewardClass};
pub use cone::Cone;
pub use consistent::{Conduct, Consistent};
pub use region::{Side, WeightRegion, WeightRow, dot};
