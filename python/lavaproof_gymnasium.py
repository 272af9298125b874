#!/usr/bin/env python3
"""Write the transition table of a Gymnasium environment as a lavaproof model.

    python3 python/lavaproof_gymnasium.py CliffWalking-v1 --total --output cliff.json

Toy-text environments hold their table in `env.unwrapped.P`: state -> action -> [(probability, next state,
reward, terminated)]. The model has a state `sN` for each state N that an episode can reach, and an absorbing state
`sN-end` for each N that a terminated transition enters. What only a time limit would end goes on.

Numbers in a table are floating point; a model's are exact. Each is read as the simplest rational (the one of the
smallest denominator) within 1e-12 of it, and what was read as something else than it is says so on standard error. A number
whose simplest rational has a denominator above 1000000 is refused, and so are probabilities that do not sum to exactly 1:
then the table does not say which rational is meant.

Both rewards of the model are the environment's. Edit the file, or call `model` with `intended`, to say what is meant
where that is something else. Needs Gymnasium only to make an environment; everything else is the standard library.
"""

import argparse
import json
import sys
from fractions import Fraction

TOLERANCE = Fraction(1, 10**12)
LARGEST_DENOMINATOR = 10**6
ACTIONS = {
    "FrozenLake": ["left", "down", "right", "up"],
    "CliffWalking": ["up", "right", "down", "left"],
    "Taxi": ["south", "north", "east", "west", "pickup", "dropoff"],
}


class ExportError(Exception):
    """A reason why a table is no model, told in one line."""


def simplest_between(low, high):
    """The rational of the smallest denominator in the closed interval; of two, the one nearer to 0."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = -(-low.numerator // low.denominator)  # the least integer that is not below
    if whole <= high:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest_between(1 / (high - floor), 1 / (low - floor))


class Reader:
    """Reads numbers of a table exactly, and remembers which of them it did not take as they are."""

    def __init__(self):
        self.changed = {}

    def rational(self, number, where):
        if isinstance(number, (int, Fraction)):
            return Fraction(number)
        number = float(number)
        if number != number or number in (float("inf"), float("-inf")):
            raise ExportError(f"{where}: {number} is no number")
        exact = Fraction(number)
        read = simplest_between(exact - TOLERANCE, exact + TOLERANCE)
        if read.denominator > LARGEST_DENOMINATOR:
            raise ExportError(
                f"{where}: {number!r} is not within 1e-12 of a rational with a denominator up to {LARGEST_DENOMINATOR}"
            )
        if read != exact:
            self.changed[number] = read
        return read


def model(table, initial, *, name, source, criterion, actions=None, situations="initial", labels=None,
          catastrophe=None, given=None, intended=None, train=None, board=None, reader=None):
    """The model of a table, as the object that `json.dump` writes.

    table       state -> action -> [(probability, next state, reward, terminated)]
    initial     state -> probability, where an episode starts; training starts there
    criterion   {"total": True} or {"discounted": "99/100"}
    situations  "initial", or "all": deployment may then start in every state that an episode can reach
    labels      name -> states that a terminated transition enters
    catastrophe the label that must never be reached
    given       state -> action (a number), the trained policy; where it says nothing, the first action
    intended    a table of the same shape whose rewards are what is meant; without it, the environment's
    train       states: training starts in these alone, as often relative to one another as the environment does, and
                deployment at any distribution over the situations
    board       a `Board`: the map that the states lie on, for pictures
    """
    reader = reader or Reader()
    initial = {state: reader.rational(mass, f"initial state {state}") for state, mass in initial.items()}
    initial = {state: mass for state, mass in initial.items() if mass}
    if sum(initial.values()) != 1:
        raise ExportError(f"the initial probabilities sum to {sum(initial.values())}, not to 1")
    action_name = lambda action: actions[action] if actions else f"a{action}"
    states, ends, choices = sorted(initial), set(), []
    seen = set(states)
    for state in states:  # grows while it is walked through
        if not table.get(state):
            raise ExportError(f"state {state} can be reached and has no actions")
        for action in sorted(table[state]):
            where = f"state {state}, action {action}"
            row, expected = {}, {}
            for reward_name, rewards in (("specified", table), ("intended", intended or table)):
                expected[reward_name] = sum(
                    reader.rational(transition[0], where) * reader.rational(transition[2], where)
                    for transition in rewards[state][action]
                )
            for probability, target, _, terminated in table[state][action]:
                target = int(target)
                mass = reader.rational(probability, where)
                if not mass:
                    continue
                reached = f"s{target}-end" if terminated else f"s{target}"
                row[reached] = row.get(reached, 0) + mass
                if terminated:
                    ends.add(target)
                elif target not in seen:
                    seen.add(target)
                    states.append(target)
            if sum(row.values()) != 1:
                raise ExportError(f"{where}: the probabilities sum to {sum(row.values())}, not to 1")
            choices.append({
                "state": f"s{state}",
                "action": action_name(action),
                "to": {reached: str(mass) for reached, mass in row.items()},
                "rewards": {reward_name: str(value) for reward_name, value in expected.items()},
            })
    kept = initial if train is None else {state: mass for state, mass in initial.items() if state in train}
    whole = sum(kept.values())
    if not whole:
        raise ExportError("no episode starts in the states to train in")
    training = {f"s{state}": str(mass / whole) for state, mass in kept.items()}
    anywhere = situations == "all" or train is not None
    chosen = states if situations == "all" else sorted(initial)
    written = {
        "format": "lavaproof-model/1",
        "name": name,
        "source": source,
        "criterion": criterion,
        "states": [f"s{state}" for state in sorted(states)] + [f"s{state}-end" for state in sorted(ends)],
        "absorbing": [f"s{state}-end" for state in sorted(ends)],
        "choices": sorted(choices, key=lambda choice: int(choice["state"][1:])),
        "situations": [f"s{state}" for state in sorted(chosen)],
        "train": training,
        "deploy": {"over": [f"s{state}" for state in sorted(chosen)]} if anywhere else {"point": training},
    }
    if board:
        written["board"] = board.of(states, ends)
    if labels:
        written["labels"] = {label: [f"s{state}-end" for state in members] for label, members in labels.items()}
    if catastrophe:
        written["catastrophe"] = {"label": catastrophe, "tolerance": "0"}
    if given is not None:
        first = {state: min(table[state]) for state in states}
        written["learner"] = {
            "given": {f"s{state}": action_name(given.get(state, first[state])) for state in sorted(states)}
        }
    return written


class Board:
    """A map as the model format draws it, and where each state lies on it.

    rows     the map, a character for each cell
    legend   character -> (terrain, whether it is a wall)
    place    state -> (row, column)
    """

    def __init__(self, rows, legend, place):
        self.rows, self.legend, self.place = rows, legend, place

    def of(self, states, ends):
        cells = [[[] for _ in row] for row in self.rows]
        for members, suffix in ((states, ""), (ends, "-end")):
            for state in sorted(members):
                row, column = self.place(state)
                cells[row][column].append(f"s{state}{suffix}")
        terrain = {}
        for glyph in dict.fromkeys("".join(self.rows)):
            name, wall = self.legend[glyph]
            terrain[name] = {"glyph": glyph, "wall": True} if wall else {"glyph": glyph}
        return {"terrain": terrain, "level": [{"name": "map", "map": self.rows, "states": cells}]}


def board_of(environment, identifier):
    """The map of an environment that is known to have one; None for any other."""
    family = identifier.split("-")[0]
    start, goal = ("start", False), ("goal", False)
    if family == "FrozenLake":
        rows = ["".join(cell.decode() for cell in row).replace("F", ".") for row in environment.desc]
        legend = {".": ("ice", False), "S": start, "H": ("hole", False), "G": goal}
        return Board(rows, legend, lambda state: divmod(state, len(rows[0])))
    if family == "CliffWalking":
        height, width = environment.shape
        lower = "S" + "C" * (width - 2) + "G"
        legend = {".": ("floor", False), "S": start, "C": ("cliff", False), "G": goal}
        return Board(["." * width] * (height - 1) + [lower], legend, lambda state: divmod(state, width))
    if family == "Taxi":
        # The drawing without its frame: cells in every other column, and what is between them in the others.
        rows = ["".join(cell.decode() for cell in row[1:-1]).replace(" ", ".") for row in environment.desc[1:-1]]
        places = {"R": ("red", False), "G": ("green", False), "Y": ("yellow", False), "B": ("blue", False)}
        legend = {".": ("road", False), ":": ("open side", False), "|": ("wall", True), **places}
        return Board(rows, legend, lambda state: (state // 100, 2 * (state // 20 % 5)))
    return None


def initial_distribution(environment):
    """Where episodes of a toy-text environment start."""
    masses = getattr(environment, "initial_state_distrib", None)
    if masses is None:
        raise ExportError("the environment does not say where episodes start (no `initial_state_distrib`)")
    return {state: mass for state, mass in enumerate(masses) if mass}


def export(environment, identifier, **options):
    """The model of an environment: `model` with the table and the starts that it holds."""
    table = getattr(environment, "P", None)
    if not isinstance(table, dict):
        raise ExportError(f"{identifier} has no transition table `P`: only environments that list theirs can be exported")
    options.setdefault("actions", ACTIONS.get(identifier.split("-")[0]))
    options.setdefault("name", identifier)
    options.setdefault("board", board_of(environment, identifier))
    options.setdefault("source", f"The transition table of Gymnasium's {identifier}.")
    return model(table, initial_distribution(environment), **options)


def text_of(written):
    """The model as JSON, one choice a line."""
    lines = []
    for key, value in written.items():
        if key == "choices":
            rows = ",\n".join(f"    {json.dumps(choice)}" for choice in value)
            lines.append(f'  "choices": [\n{rows}\n  ]')
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def arguments_of(arguments):
    parser = argparse.ArgumentParser(description="Write a Gymnasium environment as a lavaproof model.")
    parser.add_argument("environment", help="its identifier, such as FrozenLake-v1")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--discount", help="a rational between 0 and 1, such as 99/100")
    how.add_argument("--total", action="store_true", help="add rewards up without a discount")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=JSON",
                        help="an option of the environment, such as is_slippery=false (repeatable)")
    parser.add_argument("--situations", choices=["initial", "all"], default="initial")
    parser.add_argument("--catastrophe", metavar="LABEL=STATE,…", help="end states that must never be reached")
    parser.add_argument("--train", metavar="FILE", help="a list of states in JSON: training starts in no others")
    parser.add_argument("--given", metavar="FILE", help="a policy in JSON, {\"state\": action}, both numbers")
    parser.add_argument("--output", metavar="FILE", help="where to write, instead of standard output")
    return parser.parse_args(arguments)


def main(arguments=None, make=None):
    chosen = arguments_of(arguments)
    try:
        if make is None:
            try:
                from gymnasium import make
            except ImportError as error:
                raise ExportError("Gymnasium is not installed: pip install gymnasium") from error
        options = dict(option.split("=", 1) for option in chosen.option)
        environment = make(chosen.environment, **{key: json.loads(value) for key, value in options.items()})
        reader = Reader()
        settings = {"situations": chosen.situations, "reader": reader}
        settings["criterion"] = {"total": True} if chosen.total else {"discounted": chosen.discount}
        if chosen.catastrophe:
            label, members = chosen.catastrophe.split("=", 1)
            settings["catastrophe"] = label
            settings["labels"] = {label: [int(state) for state in members.split(",")]}
        if chosen.given:
            with open(chosen.given, encoding="utf-8") as file:
                settings["given"] = {int(state): action for state, action in json.load(file).items()}
        if chosen.train:
            with open(chosen.train, encoding="utf-8") as file:
                settings["train"] = set(json.load(file))
        text = text_of(export(environment.unwrapped, chosen.environment, **settings))
    except (ExportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for number, read in sorted(reader.changed.items()):
        print(f"{number!r} is read as {read}", file=sys.stderr)
    if chosen.output:
        with open(chosen.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
