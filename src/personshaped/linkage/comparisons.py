"""What the model compares, as readable levels from the closest to none; both its weights and its words come from here.

Each level has a condition on two records (columns with `_l` and `_r`) and the chances that it holds for one person (m)
and for two (u) where training sees too little to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Level:
    """One degree of likeness: `told` is how it reads as evidence; `frequency` a column whose rare values weigh more."""

    condition: str
    told: str
    m: float
    u: float
    frequency: str = ""
    fixed: bool = False  # too rare in any sample to be learnt: m and u stay as given
    at_most_the_same: bool = False  # says no more for one person than the first level does, however rare it is


@dataclass(frozen=True)
class Comparison:
    """A feature of two records: unknown where `unknown` holds, else the first level that does, else different."""

    name: str
    columns: tuple[str, ...]  # of link_records; the first must be filled and vary for the comparison to be used
    unknown: str
    levels: tuple[Level, ...]

    def for_splink(self) -> dict[str, Any]:
        """The comparison as Splink reads it."""
        levels: list[dict[str, Any]] = [
            {"sql_condition": self.unknown, "label_for_charts": f"{self.name} not known", "is_null_level": True}
        ]
        for level in self.levels:
            one: dict[str, Any] = {
                "sql_condition": level.condition,
                "label_for_charts": level.told,
                "m_probability": level.m,
                "u_probability": level.u,
            }
            if level.frequency:
                one |= {
                    "tf_adjustment_column": level.frequency,
                    "tf_adjustment_weight": 1.0,
                    "tf_minimum_u_value": 1e-5,
                }
            if level.fixed:
                one |= {"fix_m_probability": True, "fix_u_probability": True}
            levels.append(one)
        rest_m, rest_u = self.chances()[-1]
        levels.append(
            {
                "sql_condition": "ELSE",
                "label_for_charts": f"{self.name} different",
                "m_probability": rest_m,
                "u_probability": rest_u,
            }
        )
        return {"output_column_name": self.name, "comparison_levels": levels}

    def chances(self) -> list[tuple[float, float]]:
        """The given m and u of each level, from the closest to none."""
        rest = (1 - sum(level.m for level in self.levels), 1 - sum(level.u for level in self.levels))
        return [*((level.m, level.u) for level in self.levels), rest]

    def evidence_sql(self) -> str:
        """SQL: the level of a scored pair in words; NULL where not known."""
        told = [f"{self.name.replace('_', ' ')} different", *(level.told for level in reversed(self.levels))]
        cases = " ".join(f"WHEN {number} THEN '{words}'" for number, words in enumerate(told))
        return f"CASE gamma_{self.name} {cases} END"

    def unknown_sql(self) -> str:
        """SQL: one of the two records does not hold it."""
        return f"gamma_{self.name} = -1"

    def at_least(self, level: int) -> str:
        """SQL: the pair is at this level (0 is the closest) or closer."""
        return f"gamma_{self.name} >= {len(self.levels) - level}"


def _similar(column: str, at_least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {at_least}"


_CHANGED_ROUND = "forename_l = surname_r AND surname_l = forename_r"

FORENAME = Comparison(
    "forename",
    ("forename", "familiar", "initials", "surname"),
    "forename_l IS NULL OR forename_r IS NULL",
    (
        Level("forename_l = forename_r", "forename the same", 0.8, 0.005, "forename"),
        Level(_CHANGED_ROUND, "forename and surname changed round", 0.01, 2e-5, fixed=True, at_most_the_same=True),
        Level("list_has_any(familiar_l, familiar_r)", "forename a familiar form", 0.03, 0.005),
        Level(_similar("forename", 0.92), "forename similar", 0.06, 0.005),
        Level(
            "least(length(forename_l), length(forename_r)) = 1 AND list_has_any(initials_l, initials_r)",
            "initial of the forename the same",
            0.02,
            0.01,
        ),
        Level(_similar("forename", 0.8), "forename somewhat similar", 0.03, 0.02),
    ),
)
SURNAME = Comparison(
    "surname",
    ("surname", "surname_parts", "forename"),
    "surname_l IS NULL OR surname_r IS NULL",
    (
        Level("surname_l = surname_r", "surname the same", 0.8, 0.002, "surname"),
        Level(_CHANGED_ROUND, "surname and forename changed round", 0.01, 5e-4, fixed=True, at_most_the_same=True),
        Level(_similar("surname", 0.92), "surname similar", 0.06, 0.003),
        Level("list_has_any(surname_parts_l, surname_parts_r)", "surname shared in part", 0.01, 0.0005),
        Level(_similar("surname", 0.8), "surname somewhat similar", 0.04, 0.01),
    ),
)
MIDDLE = Comparison(
    "middle_initial",
    ("middle",),
    "middle_l IS NULL OR middle_r IS NULL",
    (Level("middle_l = middle_r", "middle initial the same", 0.9, 0.07),),
)
BORN = Comparison(
    "birth_date",
    ("born", "born_year", "born_month", "born_day", "born_digits"),
    "born_l IS NULL OR born_r IS NULL",
    (
        Level("born_l = born_r", "birth date the same", 0.85, 0.00005, "born"),
        Level(
            "born_year_l = born_year_r AND born_month_l = born_day_r AND born_day_l = born_month_r",
            "day and month of birth changed round",
            0.01,
            0.00003,
            fixed=True,
        ),
        Level(
            "hamming(born_l, born_r) = 1 OR (hamming(born_l, born_r) = 2 AND born_digits_l = born_digits_r)",
            "birth date but for one slip",
            0.06,
            0.001,
        ),
        Level(
            "CAST(born_year_l = born_year_r AS INTEGER) + CAST(born_month_l = born_month_r AS INTEGER)"
            " + CAST(born_day_l = born_day_r AS INTEGER) >= 2",
            "two of day, month and year of birth the same",
            0.03,
            0.004,
        ),
        Level("hamming(born_l, born_r) = 2", "birth date but for two digits", 0.01, 0.02),
    ),
)
_SLIPS = "hamming(rpad(postcode_l, 12, ' '), rpad(postcode_r, 12, ' '))"
POSTCODE = Comparison(
    "postcode",
    ("postcode",),
    "postcode_l IS NULL OR postcode_r IS NULL",
    (
        Level("postcode_l = postcode_r", "postcode the same", 0.6, 0.001, "postcode"),
        Level(
            f"{_SLIPS} = 1 OR ({_SLIPS} = 2"
            " AND list_sort(string_split(postcode_l, '')) = list_sort(string_split(postcode_r, '')))",
            "postcode but for one slip",
            0.08,
            0.005,
        ),
        Level("left(postcode_l, 3) = left(postcode_r, 3)", "beginning of the postcode the same", 0.1, 0.05),
    ),
)
ADDRESS = Comparison(
    "address",
    ("address", "address_words", "house"),
    "address_l IS NULL OR address_r IS NULL",
    (
        Level("address_l = address_r", "address the same", 0.4, 0.0002),
        Level(
            "house_l = house_r AND len(list_intersect(address_words_l, address_words_r)) >= 3",
            "house number and words of the address the same",
            0.2,
            0.0002,
        ),
        Level(
            "len(list_intersect(address_words_l, address_words_r)) >= 3", "words of the address the same", 0.1, 0.001
        ),
        Level(_similar("street", 0.88), "address similar", 0.1, 0.005),
    ),
)
SEX = Comparison(
    "sex",
    ("sex",),
    "sex_l IS NULL OR sex_r IS NULL",
    (Level("sex_l = sex_r", "sex the same", 0.98, 0.5),),
)
PHONE = Comparison(
    "phone",
    ("phone",),
    "phone_l IS NULL OR phone_r IS NULL",
    (
        Level("phone_l = phone_r", "phone the same", 0.5, 0.0001, "phone"),
        Level("damerau_levenshtein(phone_l, phone_r) <= 1", "phone but for one digit", 0.05, 0.0001),
    ),
)
EMAIL = Comparison(
    "email",
    ("email",),
    "email_l IS NULL OR email_r IS NULL",
    (
        Level("email_l = email_r", "e-mail the same", 0.6, 0.0001, "email"),
        Level(_similar("email", 0.92), "e-mail similar", 0.15, 0.0005),
    ),
)

COMPARISONS = (FORENAME, SURNAME, MIDDLE, BORN, POSTCODE, ADDRESS, SEX, PHONE, EMAIL)
