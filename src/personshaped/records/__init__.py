"""Agencies' files into canonical tables: read, map, check, redact words, price rows. Nothing is dropped silently.

In the order of the flow (`reading.read` calls it all):

1. what to read: `folder` (a study's folder and its `study.toml`), `sources` (its `[[source]]` blocks)
2. a file of any kind as one plain table: `formats`; by kind `sniffing` and `ragged` (CSV), `workbooks` (Excel),
   `event_logs` (XES, OCEL), `databases` (SQLite, PostgreSQL); `markup` (XML as a stream), `archives` (zip, gzip, bombs)
3. its lines with their look-ups: `lines`; through the mapping: `mapping`; typed: `columns`, `dates`
4. set down with what is at fault in each row: `staging`; canonical Parquet with nothing to mend: `as_it_lies`
5. what identifies is taken out of words: `redaction` (known names; `ordinary_words.txt`), `redaction_patterns`
   (numbers, homes, births), `redaction_names` (others' names; `common_names.txt`, `not_names.txt`), and `presidio`
6. all files together: `checking` (duplicates, ids, unknown words), `warnings` (what looks wrong), `issue_words`
7. finished: `decisions` (people's codes win), `pricing`, `finishing` (the relations other rooms read)
8. said: `reporting` counts, `report` is the data report of `check`, `measurable` what these data can show

Beside the flow: `codebook` (`decisions/codebook.toml`), and `personshaped init` and `template`: `draft` conducts,
`draft_samples` reads first lines, `draft_shapes` sees what cells look like, `draft_guesses` (`draft_lexicon.toml`)
guesses columns, `draft_plan` plans blocks, `draft_writing` writes the TOML, `draft_template` the sheet by hand.
"""

from personshaped.records.folder import StudyFolder, open_folder
from personshaped.records.reading import Records, read, read_people

__all__ = ["Records", "StudyFolder", "open_folder", "read", "read_people"]
