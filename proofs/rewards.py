#!/usr/bin/env python3
"""Checks evidence for answers about all rewards of a process, as EVIDENCE.md describes it.

`python3 proofs/rewards.py MODEL EVIDENCE...` prints what each file claims and `accepted` (exit 0), `rejected: ...` (5) or `unreadable: ...` (2); of
several, the first of 2, 5, 0 that occurs. Policies, their occupancy measures and the options of states are computed here, by elimination; of the
evidence nothing is believed. All arithmetic is in fractions.
"""
import functools
import itertools
import math
import pathlib
import sys
from fractions import Fraction

from explicit import Model, Rejected, Tokens, Unreadable, require

MOST = 20_000  # policies that are listed here


def dot(one, other):
    return sum((a * b for a, b in zip(one, other)), Fraction(0))


def minus(one, other):
    return [a - b for a, b in zip(one, other)]


def solved(rows):
    """A solution of linear equations, each with its right-hand side at the end; unknowns that are free are 0."""
    rows, pivots = [list(row) for row in rows], []
    width = len(rows[0]) - 1 if rows else 0
    for column in range(width):
        at = next((i for i in range(len(pivots), len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        top = len(pivots)
        rows[top], rows[at] = rows[at], rows[top]
        rows[top] = [entry / rows[top][column] for entry in rows[top]]
        for i, row in enumerate(rows):
            if i != top and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[top])]
        pivots.append(column)
    assert not any(row[width] for row in rows[len(pivots):]), "the equations have a solution"
    found = [Fraction(0)] * width
    for row, column in zip(rows, pivots):
        found[column] = row[width]
    return found


class Process:
    """The model as these questions see it: an absorbing state is one in which the process stays."""

    def __init__(self, model):
        self.model, self.size, self.choices = model, model.size, model.choices
        self.reward = [choice.rewards[1] for choice in model.choices]
        count = math.prod(len(choices) or 1 for choices in model.mask)
        require(count <= MOST, f"{count} policies are more than the {MOST} that are listed here")
        # The choice of the last state changes fastest.
        self.policies = [list(policy) for policy in itertools.product(*[choices or (None,) for choices in model.mask])]

    def row(self, policy, state):
        return policy[state].row if policy[state] else {state: Fraction(1)}

    def leaving(self, policy, gamma):
        """The matrix I - gamma P."""
        rows = []
        for state in range(self.size):
            row = self.row(policy, state)
            rows.append([Fraction(int(state == other)) - gamma * row.get(other, 0) for other in range(self.size)])
        return rows

    def visits(self, policy, start, gamma):
        """How often each state is visited: f (I - gamma P) = start."""
        matrix = self.leaving(policy, gamma)
        return solved([[matrix[s][column] for s in range(self.size)] + [start.get(column, 0)] for column in range(self.size)])

    def share(self, policy, start):
        """The share of all time in each state: the x with x (I - P) = 0 and x + y (I - P) = start for some y."""
        matrix, n = self.leaving(policy, Fraction(1)), self.size
        column = lambda at: [matrix[s][at] for s in range(n)]
        still = [column(at) + [Fraction(0)] * n + [Fraction(0)] for at in range(n)]
        split = [[Fraction(int(s == at)) for s in range(n)] + column(at) + [Fraction(int(at == start))] for at in range(n)]
        return solved(still + split)[:n]

    def measure(self, policy):
        """How often each choice is taken, from the training distribution on."""
        visits = self.visits(policy, self.model.train, self.model.gamma)
        taken = [Fraction(0)] * len(self.choices)
        for state, choice in enumerate(policy):
            if choice:
                taken[choice.number] = visits[state]
        return taken

    @functools.lru_cache(maxsize=None)
    def measures(self):
        return [self.measure(policy) for policy in self.policies]

    @functools.lru_cache(maxsize=None)
    def options(self, state, gamma):
        """The options of a state, `None` for the far-sighted, each with the choices with which policies begin it."""
        begun = {}
        for policy in self.policies:
            if gamma is None:
                option = self.share(policy, state)
            else:
                visits = self.visits(policy, {state: Fraction(1)}, gamma)
                visits[state] -= 1
                option = [visit * (1 - gamma) / gamma for visit in visits]
            begun.setdefault(tuple(option), set()).update([policy[state].number] if policy[state] else [])
        return begun

    def values(self, policy, reward):
        """The value from every state of a reward for each choice: (I - gamma P) v = r; a reward is no longer paid where the process ends."""
        matrix = self.leaving(policy, self.model.gamma)
        paid = [reward[choice.number] if choice else Fraction(0) for choice in policy]
        return solved([row + [pay] for row, pay in zip(matrix, paid)])

    @functools.lru_cache(maxsize=None)
    def advantages(self, features):
        """For each policy by how much its expected features exceed those of one step of each choice that it does not take."""
        found = []
        for policy in self.policies:
            values = [self.values(policy, feature) for feature in features]

            def after(choice):
                return [feature[choice.number] + self.model.gamma * sum(mass * value[s] for s, mass in choice.row.items())
                        for feature, value in zip(features, values)]

            others = [(own, other) for own, choices in zip(policy, self.model.mask) for other in choices if other is not own]
            found.append([minus(after(own), after(other)) for own, other in others])
        return found


def separation(t, length, strict, equal, what):
    """A reward with a positive product with all of `strict` and the product 0 with all of `equal`, or a combination that rules it out."""
    if t.word("reward", "never") == "reward":
        reward = [t.number() for _ in range(length)]
        require(all(dot(row, reward) > 0 for row in strict), f"{what}: the reward does not separate")
        require(all(dot(row, reward) == 0 for row in equal), f"{what}: the reward does not make equal what has to be")
        return True
    weights, free = t.times(t.number), t.times(t.number)
    require(len(weights) == len(strict) and len(free) == len(equal), f"{what}: there are more or fewer coefficients than conditions")
    require(min(weights, default=0) >= 0 and any(weights), f"{what}: the coefficients are not non-negative and not all zero")
    sums = (sum(w * row[at] for w, row in zip(weights + free, strict + equal)) for at in range(length))
    require(not any(sums), f"{what}: the combination is not zero")
    return False


def weak_orders(count):
    """All weak orders, as ranks from 0 on, worst first."""
    return {ranks for ranks in itertools.product(range(count), repeat=count) if set(ranks) == set(range(max(ranks) + 1))}


def check_orders(t, process):
    measures = process.measures()
    claimed = t.after("counts", lambda: [t.natural() for _ in range(5)])
    all_orders, realised, seen = weak_orders(len(measures)), [], set()
    for _ in range(t.after("orders", t.natural)):
        t.word("order")
        ranks = tuple(t.natural() for _ in measures)
        require(ranks in all_orders and ranks not in seen, f"{ranks} is no weak order, or stands there twice")
        seen.add(ranks)
        ranked = sorted(range(len(measures)), key=lambda policy: ranks[policy])
        strict, equal = [], []
        for worse, better in zip(ranked, ranked[1:]):
            (strict if ranks[worse] < ranks[better] else equal).append(minus(measures[better], measures[worse]))
        if separation(t, len(process.choices), strict, equal, f"order {ranks}"):
            realised.append(ranks)
    require(seen == all_orders, "some weak order is missing")
    compared = lambda order: [(order[a] > order[b]) - (order[a] < order[b]) for a, b in itertools.combinations(range(len(measures)), 2)]
    proper = [compared(order) for order in realised if max(order) > 0]
    pairs = list(itertools.combinations(proper, 2))
    unhackable = sum(all(a * b >= 0 for a, b in zip(*pair)) for pair in pairs)
    simplifies = lambda one, other: all(a in (0, b) for a, b in zip(one, other))
    simplifications = sum(simplifies(one, other) + simplifies(other, one) for one, other in pairs)
    strict = sum(len(set(order)) == len(order) for order in realised)
    found = [strict, len(realised), unhackable, len(pairs), simplifications]
    require(found == claimed, f"the counts are {found}")
    return (f"of the orders of {len(measures)} policies {strict} strict and {len(realised)} weak ones are those of a reward; "
            f"{unhackable} of {len(pairs)} pairs are unhackable, {simplifications} are simplifications")


def check_sets(t, process):
    measures = process.measures()
    claimed = t.after("counts", lambda: [t.natural(), t.natural()])
    found, seen = {"equal": 0, "range": 0}, set()
    for _ in range(t.after("sets", t.natural)):
        t.word("set")
        members, kind = tuple(t.natural(2) for _ in measures), t.word("equal", "range")
        require(any(members) and (members, kind) not in seen, f"{members} is empty, or stands there twice")
        seen.add((members, kind))
        inside = [measure for measure, own in zip(measures, members) if own]
        outside = [measure for measure, own in zip(measures, members) if not own]
        strict = [minus(good, bad) for good in inside for bad in outside]
        equal = [minus(other, inside[0]) for other in inside[1:]] if kind == "equal" else []
        found[kind] += separation(t, len(process.choices), strict, equal, f"set {members}, {kind}")
    require(len(seen) == 2 * (2 ** len(measures) - 1), "some set is missing")
    require([found["equal"], found["range"]] == claimed, f"the counts are {found}")
    return f"of the {2 ** len(measures) - 1} sets of policies {claimed[0]} are expressed with equality, {claimed[1]} with a range"


def pieces(t, corners, share, of_point):
    """The pieces of a simplex that a tree cuts it into: function, share of the volume, corners. A corner is a list."""
    open_ones = [(corners, share)]
    while open_ones:
        corners, share = open_ones.pop()
        if t.word("leaf", "cut") == "leaf":
            yield t.natural(), share, corners
            continue
        one, other, at = t.natural(len(corners)), t.natural(len(corners)), t.number()
        require(one != other and 0 < at < 1, "a cut is not inside an edge")
        point = [a + at * (b - a) for a, b in zip(corners[one], corners[other])]
        of_point(point)
        replaced = lambda corner: [point if number == corner else own for number, own in enumerate(corners)]
        open_ones += [(replaced(one), share * (1 - at)), (replaced(other), share * at)]


def check_power(t, process):
    state = t.natural(process.size)
    far = t.word("discounted", "far") == "far"
    gamma = None if far else t.number()
    require(far or 0 < gamma < 1, "the discount is not between 0 and 1")
    value = t.after("value", t.number)
    actions = t.after("actions", t.times, lambda: (t.natural(len(process.choices)), t.number()))
    require([number for number, _ in actions] == [choice.number for choice in process.model.mask[state]], "the actions are not those of the state")
    t.word("options")
    options = []
    for _ in range(t.natural()):
        t.word("option")
        options.append([t.number() for _ in range(process.size)])
    taking = process.options(state, gamma)
    require(len(set(map(tuple, options))) == len(options) and set(map(tuple, options)) == set(taking), "the options are not those of the state")
    visited = [other for other in range(process.size) if any(option[other] for option in options)]
    orders = list(itertools.permutations(visited))
    require(t.after("trees", t.natural) == len(orders), "there is not one tree for each order of the states")
    expected, best = Fraction(0), [Fraction(0)] * len(options)
    for order in orders:
        corners = [[Fraction(0)] * len(options)]
        for other in order:
            corners.append([worth + option[other] for worth, option in zip(corners[-1], options)])
        for option, share, own in pieces(t, corners, Fraction(1, len(orders)), lambda point: None):
            require(option < len(options), "a piece names no option")
            require(all(max(worth) == worth[option] for worth in own), "an option is not the best at every corner of its piece")
            expected += share * sum(worth[option] for worth in own) / len(own)
            best[option] += share
    require(expected == value, f"POWER is {expected}")
    for number, claimed in actions:
        found = sum((share for option, share in zip(options, best) if number in taking[tuple(option)]), Fraction(0))
        require(found == claimed, f"choice {number} is optimal with probability {found}")
    said = "".join(f"; choice {number} is optimal with probability {claimed}" for number, claimed in actions)
    return f"POWER of state {state} {'in the limit' if far else f'at the discount {gamma}'} is {value}{said}"


def check_aligned(t, process):
    count, choices = t.after("features", t.natural), process.choices
    features = []
    for _ in range(count):
        t.word("feature")
        features.append([t.number() for _ in choices])
    weights = t.after("weights", lambda: [t.number() for _ in range(count)])
    sums = [dot(weights, [feature[number] for feature in features]) for number in range(len(choices))]
    require(sums == process.reward, "the intended reward is not the weighted sum of the features")
    vector = lambda: [t.number() for _ in range(count)]
    cones = {}
    for _ in range(t.after("cones", t.natural)):
        t.word("cone")
        taken = tuple(t.natural(len(choices)) for own in process.model.mask if own)
        require(taken not in cones, "a policy has two cones")
        strict = t.after("strict", t.times, t.after, "side", vector)
        weak = t.after("weak", t.times, t.after, "side", vector)
        cones[taken] = (strict, weak, t.after("follows", t.times, t.after, "by", lambda: [t.number() for _ in strict + weak]))
    for policy, advantages in zip(process.policies, process.advantages(tuple(map(tuple, features)))):
        taken = tuple(choice.number for choice in policy if choice)
        worth = [dot(weights, advantage) for advantage in advantages]
        if min(worth, default=0) < 0:
            require(taken not in cones, "a policy that is not optimal has a cone")
            continue
        require(taken in cones, "an optimal policy has no cone")
        strict, weak, follows = cones[taken]
        for sides, kind in ((strict, lambda w: w > 0), (weak, lambda w: w == 0)):
            known = [advantage for advantage, own in zip(advantages, worth) if kind(own)]
            require(all(side in known for side in sides), "a side is no advantage of its kind")
        require(len(follows) == len(advantages), "there are not as many multipliers as advantages")
        # Weak sides are worth nothing under the true weights: what is worth more has a strict one among its sides.
        for advantage, by in zip(advantages, follows):
            require(min(by, default=0) >= 0, "a multiplier is negative")
            total = [dot(by, [side[at] for side in strict + weak]) for at in range(count)]
            require(total == advantage, "an advantage is not what its multipliers make of the sides")
    return f"the aligned weights are {len(cones)} cone(s), with {sum(len(s) + len(w) for s, w, _ in cones.values())} side(s) in all"


def check_data(t, process):
    error, regret = t.number(0), t.number(0)
    bound, reward, size = t.after("bound", t.number), process.reward, len(process.choices)
    rows = []
    for _ in range(t.after("rows", t.natural)):
        t.word("row")
        rows.append(([t.number() for _ in range(size)], t.after("learned", lambda: [t.number() for _ in range(size)])))
    measures = [list(measure) for measure in dict.fromkeys(map(tuple, process.measures()))]
    values = [dot(measure, reward) for measure in measures]
    span = max(values) - min(values)
    bad = [own for own, value in enumerate(values) if max(values) - value >= regret * span] if span else []
    require(bool(rows) == bool(bad), "there are rows iff some policy has too much regret")
    if not rows:
        return "every distribution of the data is safe"
    require(bound == error * span, f"the bound is {error * span}")
    for weights, learned in rows:
        require(weights == [abs(new - old) for new, old in zip(learned, reward)], "the weights are not the distance of the learned reward")
        worth = [dot(measure, learned) for measure in measures]
        require(any(worth[own] == max(worth) for own in bad), "the learned reward does not mislead")

    def bounded(point):
        """At a distribution, whichever policy of too much regret is made optimal costs at least what the cheapest row says."""
        least = min(dot(weights, point) for weights, _ in rows)
        for own in bad:
            conditions = [minus(measures[own], other) for number, other in enumerate(measures) if number != own]
            by = t.after("dual", lambda: [t.number() for _ in conditions])
            require(min(by, default=0) >= 0, "a multiplier is negative")
            moved = [dot(by, [condition[at] for condition in conditions]) for at in range(size)]
            require(all(abs(entry) <= mass for entry, mass in zip(moved, point)), "the multipliers cost more than the data has")
            require(-dot(moved, reward) >= least, "the multipliers do not bound the cost")

    corners = [[Fraction(int(at == own)) for at in range(size)] for own in range(size)]
    for corner in corners:
        bounded(corner)
    for row, _, own in pieces(t, corners, Fraction(1), bounded):
        require(row < len(rows), "a piece names no row")
        cheapest = lambda point: min(dot(weights, point) for weights, _ in rows)
        require(all(dot(rows[row][0], point) == cheapest(point) for point in own), "a row is not the cheapest at every corner of its piece")
    return f"a distribution of the data is safe for the error {error} and the regret {regret} iff each of {len(rows)} row(s) is above {bound}"


CLAIMS = {"orders": check_orders, "sets": check_sets, "power": check_power, "aligned": check_aligned, "data": check_data}


def check(process, digest, data):
    """What evidence claims; raises `Rejected` or `Unreadable`."""
    t = Tokens(data)
    try:
        t.after("lavaproof-evidence", t.word, "1")
        require(t.after("model", t.take) == digest, "the evidence is for another model")
        kind = t.after("claim", t.word, *CLAIMS)
        require(kind == "power" or process.model.gamma < 1, "the model is not discounted")
        said = CLAIMS[kind](t, process)
        t.word("end")
        require(t.at == len(t.tokens), "something follows `end`", Unreadable)
        return said
    except (Rejected, Unreadable) as error:
        raise type(error)(t.where() + str(error)) from None


def main(arguments):
    if len(arguments) < 2:
        print("usage: python3 proofs/rewards.py MODEL EVIDENCE...", file=sys.stderr)
        return 2
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    codes = []
    for path in arguments[1:]:
        print(path)
        try:
            t = Tokens(pathlib.Path(arguments[0]).read_bytes())
            process = Process(Model(t))
            print(check(process, t.digest, pathlib.Path(path).read_bytes()))
            print("accepted")
            codes.append(0)
        except Rejected as error:
            print(f"rejected: {error}")
            codes.append(5)
        except (Unreadable, OSError) as error:
            print(f"unreadable: {error}")
            codes.append(2)
    return next(code for code in (2, 5, 0) if code in codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
