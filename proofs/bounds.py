"""Bounds of values, of all policies of a mask or of one (FORMAT.md, sections 1.2 and 1.5)."""
from explicit import REACH, Choice, require


def step(model, values, choice, weights):
    """`r(c) + γ Σ P(c,t) v(t)`, `r` being weights of R and T, or none (`γ = 1`); `None` outside of the domain (section 1.2)."""
    if any(values[after] is None for after in choice.row):
        return None
    mean_after = sum(probability * values[after] for after, probability in choice.row.items())
    return mean_after if weights is None else weights[0] * choice.rewards[0] + weights[1] * choice.rewards[1] + model.gamma * mean_after


def upper_reward(model, mask, bound, weights, ranked=False):
    """Section 1.2: an upper bound of a reward for every policy in a mask; if `ranked`, they surely stop."""
    for state, value in domain(bound):
        require(model.mask[state] or value >= 0, f"the upper bound is negative at the absorbing state {state}")
        for choice in mask[state]:
            after = step(model, bound[0], choice, weights)
            good = after is not None and value >= after and (not ranked or choice.steps_down(bound[1], state))
            require(good, f"no upper bound{' of policies that stop' * ranked}: state {state}, choice {choice.number}")


def lower_reward(model, mask, bound, weights):
    """Sections 1.2 and 1.3: a lower bound for the best policy of a mask."""
    for state, value in domain(bound):
        steps = [(step(model, bound[0], choice, weights), choice) for choice in mask[state]]
        good = [after for after, choice in steps if after is not None and after >= value and (not model.total or choice.steps_down(bound[1], state))]
        require(good if model.mask[state] else value <= 0, f"no lower bound (of a policy that stops): state {state}")


def upper_reach(model, mask, bound):
    """Section 1.2: an upper bound of the probability of reaching the catastrophe, for every policy in a mask."""
    for state, value in domain(bound):
        caught = state in model.catastrophe
        require(value >= caught, f"the upper bound of reaching is below {int(caught)} at state {state}")
        for choice in () if caught else mask[state]:
            after = step(model, bound[0], choice, None)
            require(after is not None and value >= after, f"no upper bound of reaching: state {state}, choice {choice.number}")


def lower_reach(model, mask, bound):
    """Section 1.2: a lower bound of the probability of reaching the catastrophe, for every policy in a mask."""
    for state, value in domain(bound):
        settled = value <= 0 or state in model.catastrophe and value <= 1
        require(settled or model.mask[state], f"the lower bound of reaching is positive at the absorbing state {state}")
        for choice in () if settled else mask[state]:
            after = step(model, bound[0], choice, None)
            good = after is not None and value <= after and choice.steps_down(bound[1], state)
            require(good, f"no lower bound of reaching: state {state}, choice {choice.number}")


def domain(bound):
    return [(state, value) for state, value in enumerate(bound[0]) if value is not None]


class Policy:
    """A policy, perhaps in part (`choices` and `average` have none where it is left out), and its bounds by quantity and side."""

    def __init__(self, rows, given):
        self.given, self.bounds, self.choices, self.average = given, {}, [tuple(row) for row in rows], []
        for row in rows:
            after = {}
            for choice, mass in row.items():
                for state, probability in choice.row.items():
                    after[state] = after.get(state, 0) + mass * probability
            rewards = [sum(mass * choice.rewards[x] for choice, mass in row.items()) for x in (0, 1)]
            self.average.append((Choice("of the policy", None, rewards, after),) if row else ())


def values(policy, quantity, upper):
    """A listed bound of a fixed policy as a function of the state."""
    require((quantity, upper) in policy.bounds, f"the policy has no {'upper' if upper else 'lower'} bound of {'RTC'[quantity]}")
    return known([(1, policy.bounds[quantity, upper])])


def known(parts):
    """A weighted sum of vectors as a function of the state."""
    def value(state):
        require(all(vector[state] is not None for _, vector in parts), f"state {state} is outside of a bound's domain")
        return sum(weight * vector[state] for weight, vector in parts)
    return value
