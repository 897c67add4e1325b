# ruff: noqa: E501
"""Every table that rooms pass on: its grain, columns, types, units and meaning, declared once.

Each block below reads as a small table: `[name] grain`, then a column a line as
`column | type | unit | needed | meaning | example`. Validation, the schema reference and the example data all
read these declarations. Types: `str`, `enum(...)`, `date`, `time`, `int`, `num`, `yesno`, and `list` (of text).
Needed: `required`, `made` (by us where blank), `wanted` (unlocks measures), `optional`, `derived`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One column: `values` lists the words an enum allows, empty for every other type."""

    name: str
    type: str
    unit: str
    needed: str
    meaning: str
    example: str
    values: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type the column has between rooms; times are microseconds without a zone."""
        return _ARROW[self.type]

    @property
    def sql(self) -> str:
        """The DuckDB type of the same."""
        return _SQL[self.type]


@dataclass(frozen=True)
class Table:
    """One table: `grain` says what one row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    def __getitem__(self, column: str) -> Column:
        return next(one for one in self.columns if one.name == column)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.needed == "required")

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.arrow) for column in self.columns])


_ARROW: dict[str, pa.DataType] = {
    "str": pa.string(),
    "enum": pa.string(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
    "int": pa.int64(),
    "num": pa.float64(),
    "yesno": pa.bool_(),
    "list": pa.list_(pa.string()),
}
_SQL = {
    "str": "VARCHAR",
    "enum": "VARCHAR",
    "date": "DATE",
    "time": "TIMESTAMP",
    "int": "BIGINT",
    "num": "DOUBLE",
    "yesno": "BOOLEAN",
    "list": "VARCHAR[]",
}

_CANONICAL = """
[interactions] one row per thing that happened to or for a person
interaction_id | str |  | made | unique | h-000123
contact_id | str |  | optional | rows of one contact or visit; several demands in one call share it | call-88
person_ref | str |  | required | the person as that agency knows them; unique only within the agency; may be a name | H-001
person_id | str |  | optional | resolved person; else from `people`, else `agency + person_ref` | P1
agency | str |  | required | organisation | housing
service | str |  | optional | team, department, contract within the agency | lettings
front_door | str |  | optional | where the demand came in (a place, number, form, inbox) | adult contact centre
channel | enum(phone office home_visit letter email web 999 out_of_hours meeting internal other) |  | optional | how it came | phone
started_at | time |  | required | when it happened (not when it was typed) | 2024-01-03T09:00
seq | int |  | optional | order within the person when dates are missing or tie | 7
ended_at | time |  | optional |  | 2024-01-03T09:20
recorded_at | time |  | optional | when it was entered (Stat 8) | 2024-01-05T16:02
date_precision | enum(minute day month year range estimated order) |  | made | how finely the time is known | day
initiated_by | enum(person family third_party anonymous other_agency own_agency) |  | wanted | who began it | person
activity | enum(demand screen assess do visit pull refer approve record report review meeting letter enforce close other) |  | wanted | what kind of thing happened | demand
words | str |  | wanted | what the person said, verbatim; for activities, the note | I can't get up the stairs
demand_type | enum(value failure unsure) |  | optional | hand code | failure
failure_kind | enum(representation progress_chase rework wrong_door other_agency_error other) |  | optional | hand code | progress_chase
caused_by | str |  | optional | agency whose action or inaction the demand follows (hand code) | benefits
coded_by | str |  | optional | who coded (initials or `rule:R2b@version`) | tm
coded_on | date |  | optional | when coded | 2024-04-02
issue | str |  | optional | issue(s) in the person's terms, local codes, `;` list | managing_finances;employment
need_id | str |  | optional | the need this belongs to (hand-linked) | N1
outcome | enum(forwarded screened_in screened_out referred signposted advice_only recorded_only nfa approved refused awaiting not_engaged placement need_met closed lost_contact other) |  | wanted | what came of it | screened_out
reason | enum(not_for_us below_threshold ineligible no_capacity wrong_area other) |  | optional | why not helped | below_threshold
referred_to | str |  | wanted | agency or front door passed to | gp
need_met | yesno |  | optional | the person says the need is met (in any row: call-back, visit, survey) | yes
crisis | yesno |  | optional | a crisis contact (999, A&E, arrest, removal of a child, eviction, section 47…) | yes
staff_id | str |  | optional | pseudonymous; only ever counted (N4) | s17
staff_role | str |  | optional | for unit costs and for "managers" (M044) | social_worker
staff_grade | str |  | optional | front line, manager, senior manager (M044) | front line
people_present | int |  | optional | workers present if not listed one by one | 6
minutes | num | minutes | optional | worked time, all staff together | 35
value_work | yesno |  | optional | hand code: did this do what matters to the person? | no
documents | int |  | optional | documents created | 2
cost | num | £ | optional | £ in the prices of that year; else from `unit_costs` | 48.00
area | str |  | optional | locality | Tunstall
design | str |  | optional | the way of working then: old, new, or a local name | old
inferred | yesno |  | optional | the row or its kind is a reader's inference | yes
source | str |  | made | file and line it came from | housing.csv:41

[people] one row per agency, reference and variant (aliases, addresses over time)
person_ref | str |  | required | as that agency knows them | H-001
agency | str |  | required |  | housing
person_id | str |  | optional | one per real person where already known; else linkage makes it | P1
household_id | str |  | optional |  | HH1
area | str |  | optional | locality lived in | Tunstall
name | str |  | optional | whole name, where it is not split; for linking only, then dropped | Ros Ellery
forename | str |  | optional | for linking only, then dropped | Rosalind
surname | str |  | optional | for linking only, then dropped | Ellery
other_names | str |  | optional | aliases, maiden names; list | Ros;Marsh
address | str |  | optional | one line or parts joined by commas | 12 High St
uprn | str |  | optional | Unique Property Reference Number, text, zeros kept | 010012345678
phone | str |  | optional |  | 07700 900123
email | str |  | optional |  | ros@example.org
nhs_number | str |  | optional | ten digits, modulus 11; a repeated digit is not one | 9434765919
ni_number | str |  | optional | National Insurance number | AB123456C
other_ids | str |  | optional | scheme:value list, e.g. UPN, prison number, social security number | upn:A123456789012
born | date |  | optional | for linking and age band | 1961-04-02
postcode | str |  | optional |  | ST6 5AA
sex | str |  | optional | as recorded | F
link_method | enum(hand rule model) |  | optional |  | hand
link_probability | num | 0-1 | optional | match weight as probability | 0.97

[needs] one row per recorded need
need_id | str |  | required |  | N1
person_id | str |  | required |  | P1
household_id | str |  | optional | when the need is the household's | HH1
issue | str |  | optional | as understood now; list | housing_suitability
issue_presented | str |  | optional | as first presented | bathing
opened_at | time |  | required | first demand | 2024-01-03
ended_at | time |  | optional |  | 2024-03-20
end_reason | enum(met died moved_away gave_up lost_contact in_custody_or_care merged) |  | optional |  | met
met_asked_at | time |  | optional | last time anyone asked the person | 2024-03-20
words | str |  | optional | what matters to the person | just a rail I can hold
kind | str |  | optional | hand code, e.g. help_me or fix_me, appeal | help_me
fit | enum(never_eligible other_need genuine) |  | optional | hand code for M009 | other_need
condition_now | enum(better same worse) |  | optional | said by person and worker (M034) | same
level | str |  | optional | local level of the triangle of need (M077) | multiple

[wanted] one row per item the person said would help
person_id | str |  | required |  | ruth
need_id | str |  | optional |  | R3
item | str |  | required |  | cleaner
words | str |  | optional | verbatim | I need help with housework
quantity | num | unit | optional |  | 2080
unit | enum(hour item week month) |  | optional |  | hour
unit_cost | num | £ | optional |  | 7.00
cost | num | £ | optional |  | 14560
price_year | int | year | required |  | 2009
one_off | yesno |  | optional | once, or recurring between from and to | no
from | date |  | optional | start of recurring help | 2008-01-01
to | date |  | optional |  | 2011-12-31
alternative_group | str |  | optional | items sharing it are 'or' | upstairs

[unit_costs] one row per price; blank keys are wildcards
agency | str |  | optional | blank = any | police
service | str |  | optional | blank = any | 
staff_role | str |  | optional | blank = any | social_worker
activity | enum(demand screen assess do visit pull refer approve record report review meeting letter enforce close other) |  | optional | blank = any | assess
year | int | year | required | price and validity year | 2009
unit | enum(hour contact item day week) |  | required |  | hour
cost | num | £ | required |  | 48.00
basis | enum(average marginal) |  | optional |  | average
source | str |  | required | where it comes from | PSSRU 2009

[front_doors] one row per door that exists, used or not
front_door | str |  | required | as written in interactions | adult contact centre
agency | str |  | required |  | adult_social_care
kind | enum(phone office web referral emergency outreach) |  | optional |  | phone
area | str |  | optional |  | Tunstall
opened_on | date |  | optional |  | 
closed_on | date |  | optional |  | 
lat | num | degree | optional |  | 
lon | num | degree | optional |  | 

[accounts] one row per entry of a rent or tax account
account_id | str |  | required |  | RA-1009
person_ref | str |  | optional | with agency | H-002
agency | str |  | required |  | housing
person_id | str |  | optional | instead of person_ref | P2
reason_type | str |  | optional | hand code: why it is not paid, local codes | cannot_pay
at | time |  | required |  | 2024-02-05
kind | enum(charge payment adjustment letter notice enforcement court eviction) |  | required |  | charge
amount | num | £ | optional | signed: charge +, payment - | 92.40
balance_after | num | £ | optional | arrears positive | 3760.00
words | str |  | optional |  | 

[observations] one row per value observed about one person
person_id | str |  | required |  | P1
at | time |  | required |  | 2024-03-01
measure | str |  | required | hours_entitled, hours_commissioned, hours_delivered, independence, good_life, satisfaction, carer_strain, seen_by_authority, local names | hours_delivered
value | num | unit | required |  | 6.5
unit | str |  | optional |  | hours/week
said_by | enum(person family worker assessor) |  | optional |  | person
from | date |  | optional | period the value covers | 2024-02-01
to | date |  | optional |  | 2024-02-29

[area_facts] one row per fact about an area and period
area | str |  | required |  | England
period | str |  | required | year, quarter or month | 2001
measure | str |  | required | population, households, gdp_deflator, deprivation, spend, saving, any agency indicator | population
stratum | str |  | optional | k=v;k=v | age=65+;imd=1
value | num | unit | required |  | 49138831
unit | str |  | optional |  | people
agency | str |  | optional | for agency indicators | 
source | str |  | required |  | Census 2001
independent | yesno |  | optional | not reported by the agency it is about | yes

[responses] one row per answer to a survey question
survey | str |  | required |  | tso_2013
respondent | str |  | required |  | R017
question | str |  | required |  | larger_contracts_reduced_opportunities
answer | str |  | optional | blank = item not answered | yes
weight | num |  | optional | default 1 | 1
asked_on | date |  | optional |  | 2013-07-01
invited | yesno |  | optional | was asked to take part | yes

[money_flows] one row per payment between tiers of a contract
contract | str |  | required |  | C1
tier | int |  | optional | 0 = first payer | 2
payer | str |  | required |  | prime contractor
payee | str |  | required |  | community enterprise
amount | num | £ | required |  | 45000
period | str |  | optional |  | 2012
purpose | enum(delivery management audit profit capital other) |  | optional |  | delivery
units | num | units | optional | units of service bought | 100

[changes] one row per change in how things are done or recorded
at | date |  | required |  | 2023-07-01
kind | enum(method recording threshold contract data staffing policy) |  | required |  | method
text | str |  | required | what changed | locality team starts
agency | str |  | optional |  | 
area | str |  | optional |  | Tunstall
person_id | str |  | optional | one person's start in the new way | 
by | str |  | optional | who entered it | tm

[cases] one row per case studied old against new
case_id | str |  | required |  | case1
person_ids | str |  | required | list | P1;P7
selected_by | enum(random typical crisis volunteer all) |  | required |  | random
selected_at | date |  | optional |  | 
eligible_n | int | cases | optional | how many could have been chosen | 41
declined | yesno |  | optional |  | no
old_from | date |  | required |  | 2022-01-01
old_to | date |  | required |  | 2022-12-31
new_from | date |  | required |  | 2023-01-01
new_to | date |  | required |  | 2023-12-31

[phases] one row per human decision to begin a new phase on a chart
chart | str |  | required |  | failure_demand_share/month
from | date |  | required | first point of the new phase | 2023-07-01
reason | str |  | required |  | method
changes_ref | str |  | optional |  | 
by | str |  | required |  | tm
on | date |  | required |  | 2024-01-08

[ties] one row per contact between peers
agency | str |  | required |  | housing
peer | str |  | required | peer agency or place | Stoke
at | date |  | required |  | 2024-02-01
kind | enum(review visit exchange help_asked help_given board) |  | required |  | visit
words | str |  | optional | what was learned |
"""

# What the study derives. `interactions` keeps every canonical column but `staff_id` and adds those below.
_DERIVED = """
[interactions] one row per interaction of the data, in the person's order
household_id | str | | derived | from `people`, else blank |
ref_key | str | | derived | the agency's reference for the person: keyed hash, or as given where data are not personal |
started_before | time | | derived | first moment after the period in which it happened; equals started_at where the moment is known |
position | int | | derived | order within the person, from 1 |
in_window | yesno | | derived | starts in [window start, cut), or undated where no window is declared |
kind | enum(demand referral_in activity) | | derived | R1: a person-side demand row, a row by other_agency, anything else |
counts_as_demand | yesno | | derived | a person-side demand that is neither an echo nor the second row of one shared contact |
is_activity | yesno | | derived | neither a person-side demand nor a referral-in demand row |
echo | yesno | | derived | R1.4: the same words again that day at that agency for that need |
recorded_need_id | str | | derived | the need_id as recorded; `need_id` here is the need it belongs to by R2 and R5 (`needs.need_id`), blank for none |
cycle_id | str | | derived | the cycle it belongs to; blank for none |
letter | enum(Q q S A D P R x C) | | derived | its letter in that cycle (R3) |
price | num | £ | derived | own cost, else unit cost; blank where neither is known |
price_basis | enum(own unit) | | derived | which of the two |

[identities] one row per agency's record of a person
agency | str | | derived | |
ref_key | str | | derived | keyed hash of agency and reference, or the reference as given where data are not personal |
person_id | str | | derived | |
household_id | str | | derived | |

[persons] one row per person
person_id | str | | derived | |
household_id | str | | derived | |
area | str | | derived | from people, else the latest row that has one |
first_seen | time | | derived | first dated row in the window |
last_seen | time | | derived | last dated row in the window |
history_from | time | | derived | first dated row of all, history included |
interactions | int | rows | derived | in the window |
contacts | int | contacts | derived | distinct contacts in the window |
demands | int | demands | derived | in the window |
failure_demands | int | demands | derived | in the window, headline basis |
needs | int | needs | derived | opened in the window by a demand |
cycles | int | cycles | derived | counted cycles begun in the window |
episodes | int | episodes | derived | system episodes begun in the window |
agencies | int | agencies | derived | distinct agencies with a row in the window |
demand_agencies | int | agencies | derived | distinct agencies asked in the window |
minutes | num | minutes | derived | |
cost | num | £ | derived | |
staff | int | people | derived | distinct workers in the window |

[demands] one row per person-side demand of the window
interaction_id | str | | derived | |
contact_id | str | | derived | |
person_id | str | | derived | |
household_id | str | | derived | |
need_id | str | | derived | the need instance; blank where none can be told |
cycle_id | str | | derived | |
agency | str | | derived | |
service | str | | derived | |
front_door | str | | derived | |
channel | str | | derived | |
area | str | | derived | |
design | str | | derived | |
issue | str | | derived | as recorded, `;` list |
started_at | time | | derived | |
date_precision | str | | derived | |
demand_type | enum(value failure unclassifiable) | | derived | headline: hand code, else rule (unsure is unclassifiable) |
failure_kind | enum(representation progress_chase rework other_agency_error other unknown) | | derived | blank unless failure |
wrong_door | yesno | | derived | R2c, inside representation |
rule | str | | derived | what decided: hand, R2e, R2d, R2a, R2b, first (value), expected_repeat, met_before, or why unclassifiable: unsure, burn_in, no_identity |
basis | enum(hand rule) | | derived | |
rule_type | enum(value failure unclassifiable) | | derived | what the rules say, hand codes left aside |
rule_kind | str | | derived | the kind by rule |
after_agency | str | | derived | agency after whose action it came: hand code, else last holder (R8); `unseen`; blank unless failure |
after_first | str | | derived | first holder (R8) |
after_root | str | | derived | root (R8) |
caused_by | str | | derived | the hand code |
known_system | yesno | | derived | M020: an earlier row of the person at any agency within look_back |
known_agency | yesno | | derived | the same at this agency |
known_unlinked | yesno | | derived | the same by agency and reference, as if nothing were linked |
known_ever | yesno | | derived | an earlier row ever, any agency (M021) |
classifiable | yesno | | derived | enters shares: demand_type is value or failure |
first_of_need | yesno | | derived | opens the need instance |
outcome_signposted | yesno | | derived | its cycle ends advice_only or signposted (M060) |
prolongs_cycle | yesno | | derived | not the first row of its cycle (M014) |
price | num | £ | derived | of its own row |
minutes | num | minutes | derived | of its own row |

[needs] one row per need instance opened or still open in the window
need_id | str | | derived | recorded id, `#2` and on appended for later instances; else `person_id/n1` |
recorded_id | str | | derived | the id as recorded in the data; blank if derived |
person_id | str | | derived | |
household_id | str | | derived | |
issue | str | | derived | all issues met on the need, sorted, `;` list |
issue_presented | str | | derived | of its first row |
service | str | | derived | of its first row |
area | str | | derived | of its opening |
design | str | | derived | of its opening |
kind | str | | derived | hand code from recorded needs |
fit | str | | derived | hand code from recorded needs |
condition_now | str | | derived | hand code from recorded needs |
level | str | | derived | hand code from recorded needs |
opening_agency | str | | derived | |
opened_at | time | | derived | first demand |
opened_before | time | | derived | first moment after the period in which it opened |
asked_for | yesno | | derived | a counted demand opened it, in the window or before
in_cohort | yesno | | derived | opened in the window by a counted person-side demand, and not merged: belongs to N |
ended_at | time | | derived | |
end_reason | enum(met died moved_away gave_up lost_contact in_custody_or_care merged) | | derived | blank while open |
met_withdrawn | int | times | derived | how often "met" was followed by asking again within reopen |
asked | yesno | | derived | anyone asked the person whether it was met |
never_asked | yesno | | derived | not asked, and not ended another way |
open_at_cut | yesno | | derived | |
duration | int | days | derived | opening to end or censoring; blank where a date is coarser than a day |
event | enum(met died moved_away gave_up lost_contact in_custody_or_care censored) | | derived | what ended the duration |
demands | int | demands | derived | on the need in the window |
failure_demands | int | demands | derived | |
interactions | int | rows | derived | |
contacts | int | contacts | derived | |
cycles | int | cycles | derived | counted |
agencies | int | agencies | derived | |
referrals | int | rows | derived | refer rows |
referral_chain | int | rows | derived | longest run of refer rows without a do or visit between |
screens | int | rows | derived | |
assessments | int | rows | derived | assess rows |
identical_services | int | rows | derived | do rows that give the same service at the same agency again (M043) |
cycles_before_screened_in | int | cycles | derived | blank if never screened in |
screened_in_days | int | days | derived | opening to first screened_in or do at the agency that holds it at opening (M042); blank if not, or coarser than a day |
screened_in_at | time | | derived | |
closed | yesno | | derived | an agency closed on it |
closed_unmet | yesno | | derived | an agency closed before it was met, or it never was |
first_contact | yesno | | derived | R6 |
first_contact_eligible | yesno | | derived | opened at least settle before the cut |
first_contact_possible | yesno | | derived | R6 but for never having been asked: the bound |
crisis_after_asking | yesno | | derived | R7 |
crisis_days | int | days | derived | opening to that crisis |
taken_on_new | yesno | | derived | M048: its first row in a design other than the first one |
quiet_180 | yesno | | derived | M048: no failure demand in the 180 days after met |
minutes | num | minutes | derived | |
cost | num | £ | derived | |
staff | int | people | derived | |

[cycles] one row per assess-do-refer cycle begun in the window
cycle_id | str | | derived | |
person_id | str | | derived | |
household_id | str | | derived | |
need_id | str | | derived | |
agency | str | | derived | |
area | str | | derived | |
design | str | | derived | |
started_at | time | | derived | |
ended_at | time | | derived | last row of the cycle for stale ones; blank while open |
last_at | time | | derived | its last row |
sequence | str | | derived | letters of R3 |
ended | enum(referred closed screened_out nfa advice_only signposted recorded_only need_met stale open awaiting approved refused forwarded screened_in not_engaged placement lost_contact other) | | derived | how |
class | enum(assess-refer assess-do-refer assess-do do assess-only refer-only other) | | derived | by content and end |
implicit | yesno | | derived | a demand row's own outcome answered "is this for us?" |
counts | yesno | | derived | holds an S, A, D, P or R, or is implicit |
began_with | enum(demand referral_in work) | | derived | its first row |
chases | int | demands | derived | |
late_closes | int | rows | derived | |
failure_begun | yesno | | derived | begun by a failure demand (M014) |
referred_for_assessment | yesno | | derived | M037: began with a referral in, or with a refer row elsewhere that names it and is received here |
referral_screened_out | yesno | | derived | M037: its first S or A after that ends screened_out or nfa; blank while open |
first_assessment_closed | yesno | | derived | M038: the first A is followed by C, nfa or screened_out before any D, P, R |
assessments | int | rows | derived | |
assessments_no_action | int | rows | derived | M039 |
approval_days | int | days | derived | preceding S, A or D to the last decision |
approval | enum(approved refused) | | derived | last decision |
rows | int | rows | derived | |
minutes | num | minutes | derived | |
cost | num | £ | derived | |
staff | int | people | derived | |
interactions | list | | derived | ids of its rows in order |

[episodes] one row per run of involvement (R4)
episode_id | str | | derived | |
person_id | str | | derived | |
kind | enum(system agency) | | derived | |
agency | str | | derived | blank for system |
started_at | time | | derived | |
ended_at | time | | derived | blank while open |
ended | enum(recorded stale open) | | derived | |

[referrals] one row per referral: sent, received, or both
person_id | str | | derived | |
need_id | str | | derived | |
from_agency | str | | derived | blank = an unseen source |
to_agency | str | | derived | |
sent_at | time | | derived | the refer row; blank for one from an unseen source |
received_at | time | | derived | blank = lost |
sent_id | str | | derived | |
received_id | str | | derived | |
in_window | yesno | | derived | |

[links] one row per judgement in force
agency_a | str | | derived | |
ref_a | str | | derived | ref_key of the first record |
agency_b | str | | derived | |
ref_b | str | | derived | |
judgement | enum(same different unsure) | | derived | |
score | num | 0-1 | derived | probability where a model gave one |
evidence | str | | derived | which comparisons spoke, in words, without names |
by | enum(given rule model person) | | derived | |
when | date | | derived | blank for rule and model |

[figures] one row per figure
name | str | | derived | |
measure | str | | derived | ids it answers, `;` list |
by | str | | derived | what it is broken down by; blank = all |
group | str | | derived | |
period | str | | derived | blank = the window, else YYYY or YYYY-MM |
value | num | unit | derived | blank = refused: see note |
unit | str | | derived | |
numerator | num | | derived | |
denominator | num | | derived | |
low | num | | derived | 95% interval |
high | num | | derived | |
n | int | | derived | rows or persons it rests on |
basis | enum(hand rule corrected recorded derived) | | derived | |
note | str | | derived | |
"""


def _parse(text: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for block in text.strip().split("\n\n"):
        head, *lines = block.strip().splitlines()
        name, grain = head[1:].split("] ", 1)
        columns = []
        for line in lines:
            cells = [cell.strip() for cell in line.split("|")]
            column, kind, unit, needed, meaning, example = (*cells, "", "")[:6]
            values: tuple[str, ...] = ()
            if kind.startswith("enum("):
                kind, values = "enum", tuple(kind[5:-1].split())
            columns.append(Column(column, kind, unit, needed, meaning, example, values))
        tables[name] = Table(name, grain, tuple(columns))
    return tables


CANONICAL: dict[str, Table] = _parse(_CANONICAL)
"""The fifteen tables that agencies' records are mapped to; only `interactions` is required."""

_derived = _parse(_DERIVED)
_derived["interactions"] = Table(
    "interactions",
    _derived["interactions"].grain,
    tuple(column for column in CANONICAL["interactions"].columns if column.name not in ("staff_id", "person_ref"))
    + _derived["interactions"].columns,
)
DERIVED: dict[str, Table] = _derived
"""The tables under `findings/tables/`, and `figures`."""

ACTIVITIES: tuple[str, ...] = CANONICAL["interactions"]["activity"].values
OUTCOMES: tuple[str, ...] = CANONICAL["interactions"]["outcome"].values
INITIATORS: tuple[str, ...] = CANONICAL["interactions"]["initiated_by"].values
PERSON_SIDE: tuple[str, ...] = ("person", "family", "third_party", "anonymous")
"""Who counts as the person's side when they ask (R1)."""
