"""What those asked in a survey answer, with its item and unit non-response (S1 Ib; M094–M096)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.wilson import wilson

Row = dict[str, Any]

# One row a respondent and question: an answer may list several options, or come as several rows.
_ASKED = """
WITH asked AS (
    SELECT survey, respondent, question, max(coalesce(weight, 1)) AS weight,
           list_filter(flatten(list(string_split(coalesce(answer, ''), ';'))), lambda one: trim(one) <> '') AS options
    FROM responses GROUP BY ALL)"""
_PER_OPTION = f"""{_ASKED},
answered AS (SELECT *, list_distinct(list_transform(options, lambda one: trim(one))) AS given,
                    CASE WHEN weight > 0 THEN round(log2(weight)) END AS class FROM asked
             WHERE len(options) > 0),
whole AS (
    SELECT survey, question, sum(CAST(weight AS DECIMAL(18, 6))) AS w,
           sum(CAST(weight * weight AS DECIMAL(18, 6))) AS ww, count(*) AS n, max(len(given)) > 1 AS several
    FROM answered GROUP BY ALL),
said AS (SELECT *, unnest(given) AS option FROM answered),
part AS (
    SELECT survey, question, option, sum(CAST(weight AS DECIMAL(18, 6))) AS w,
           sum(CAST(weight * weight AS DECIMAL(18, 6))) AS ww
    FROM said GROUP BY ALL),
class AS (
    SELECT survey, question, class, count(*) AS n, sum(CAST(weight AS DECIMAL(18, 6))) AS w,
           sum(CAST(weight * weight AS DECIMAL(18, 6))) AS ww
    FROM answered WHERE class IS NOT NULL GROUP BY ALL),
in_class AS (SELECT survey, question, option, class, count(*) AS yes FROM said GROUP BY ALL),
by_class AS (
    SELECT survey, question, option,
           list([CAST(class.n AS DOUBLE), coalesce(yes, 0), CAST(class.ww AS DOUBLE), CAST(class.w AS DOUBLE)]
                ORDER BY class) AS classes
    FROM part JOIN class USING (survey, question) LEFT JOIN in_class USING (survey, question, option, class)
    GROUP BY ALL)
SELECT survey || '>' || question || '>' || option AS "group", CAST(part.w AS DOUBLE) AS numerator,
       CAST(whole.w AS DOUBLE) AS denominator, CAST(part.ww AS DOUBLE) AS yes, CAST(whole.ww AS DOUBLE) AS squares, n,
       several, classes
FROM part JOIN whole USING (survey, question) LEFT JOIN by_class USING (survey, question, option)
ORDER BY "group\""""


def _shares(rows: list[Row], context: Context) -> list[Row]:
    """Weighted answers ÷ respondents answering, with Wilson at the effective number of respondents."""
    made = []
    for row in rows:
        share = row["numerator"] / row["denominator"]
        classes = row["classes"] or ()
        n = effective(share, row["denominator"], row["yes"], row["squares"], [one[:3] for one in classes])
        low, high = wilson(share * n, n)
        note = " ".join(filter(None, (
            "Several answers could be given, so shares add to more than one." if row["several"] else "",
            _few_for_many([(int(one[0]), one[3] / row["denominator"]) for one in classes]))))  # fmt: skip
        made.append({"group": row["group"], "value": share, "numerator": row["numerator"], "low": low, "high": high,
                     "denominator": row["denominator"], "n": row["n"], "note": note})  # fmt: skip
    return made


FEW, MUCH = 10, 0.05
"""Of fewer people than this, who stand for this part of all weight or more, the note says so (0509)."""


def _few_for_many(classes: Sequence[tuple[int, float]]) -> str:
    """That a part of all weight stands on few people, where it does; of each class how many, and their part."""
    few = [(people, part) for people, part in classes if people < FEW and part >= MUCH]
    if len(classes) < 2 or not few:
        return ""
    people, part = sum(one for one, _ in few), sum(one for _, one in few)
    stand = "1 person stands" if people == 1 else f"{people} people stand"
    return f"{stand} for {part:.0%} of all weight: those they stand for may answer otherwise, and no interval sees it."


def effective(
    share: float, weights: float, yes: float, squares: float, classes: Sequence[Sequence[float]] = ()
) -> float:
    """How many equally weighted respondents tell as much: Kish's number (1965), or fewer where those of large weight
    answer otherwise than the rest (the linearised variance, Särndal, Swensson & Wretman 1992), or are so few that how
    they vary is hardly seen.

    `weights` is the sum of all weights, `squares` that of their squares, `yes` that of the squares of who answered so.
    `classes` are those of like weight (within a factor of two): how many, how many answered so, squares of weights; of
    each half an answer more either way is counted, so that five who all say the same do not seem to be sure.
    """
    kish = weights * weights / squares
    if not 0 < share < 1:
        return kish
    varies = [yes * (1 - share) ** 2 + (squares - yes) * share**2]
    if len(classes) > 1:
        parts = [((said + 0.5) / (n + 1), of_squares) for n, said, of_squares in classes]
        varies.append(sum(of_squares * part * (1 - part) for part, of_squares in parts))
    return min([kish, *(share * (1 - share) * weights * weights / one for one in varies if one > 0)])


response_share = Measure(
    name="response_share", answers=("M094", "M095"), unit="share", by=(By("survey>question>answer"),), chart="dots",
    needs=("responses.answer",), basis="recorded", source="S1 Ib", kind=Query(_PER_OPTION, _shares),
    says="Of those who answered a question, how many gave which answer, weighted where the survey has weights.",
    does_not_say="What those think who left the question out (item_nonresponse_share) or did not take part"
    " (response_rate).",
)  # fmt: skip


def _wilson(rows: list[Row], context: Context) -> list[Row]:
    return [row | dict(zip(("low", "high"), wilson(row["numerator"], row["denominator"]), strict=True)) for row in rows]


item_nonresponse_share = replace(
    response_share, name="item_nonresponse_share", answers=("M094",), by=(By("survey>question"),), needs=("responses",),
    kind=Query(f"""{_ASKED},
part AS (SELECT survey, respondent FROM asked GROUP BY ALL HAVING max(len(options)) > 0)
SELECT survey || '>' || question AS "group", count(*) FILTER (WHERE len(options) = 0) AS numerator,
       count(*) AS denominator, numerator / denominator AS value
FROM asked SEMI JOIN part USING (survey, respondent)
GROUP BY survey, question
ORDER BY "group\"""", _wilson),
    says="Of those who took part and were asked a question, how many left it blank.",
    does_not_say="Why. A respondent with no row for a question was not asked it.",
)  # fmt: skip
response_rate = replace(
    response_share, name="response_rate", answers=("M094", "M096"), by=(By("survey"),), needs=("responses.invited",),
    kind=Query(f"""{_ASKED},
people AS (
    SELECT survey, respondent, max(len(options)) > 0 AS took_part, bool_or(invited) AS invited
    FROM asked JOIN responses USING (survey, respondent, question) GROUP BY ALL)
SELECT survey AS "group", count(*) FILTER (WHERE took_part) AS numerator, count(*) AS denominator,
       numerator / denominator AS value
FROM people WHERE invited
GROUP BY survey
ORDER BY "group\"""", _wilson),
    says="Of those invited to a survey, how many answered anything.",
    does_not_say="That the others think alike: those who did not answer may differ.",
)  # fmt: skip

SURVEY_MEASURES: tuple[Measure, ...] = (response_share, item_nonresponse_share, response_rate)
