//! Questions with an unknown reward: which weights of declared features make which policies optimal.

mod behaviours;
mod cells;
mod class;
mod combination;
mod cone;
mod consistent;
mod counterexample;
mod region;
mod repair;
mod task;

pub use behaviours::{behaviours, sustained};
pub use cells::cells;
pub use class::{Expectations, Optimised, RewardClass};
pub use combination::is_combination;
pub use cone::Cone;
pub use consistent::{Conduct, Consistent};
pub use counterexample::{KnownOfRewards, NoReward, RewardOutcome, reward_counterexample};
pub use region::{Side, WeightRegion, WeightRow, dot};
pub use repair::{Measure, RepairOutcome, RepairRequest, repair_reward};
pub use task::Task;
