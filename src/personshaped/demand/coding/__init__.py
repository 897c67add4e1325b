"""Listening: people code demands in the person's own words, and a design says what their codes show of all demands.

`codes.py` keeps every answer at once (`decisions/codes.csv`); `queue.py` chooses whose words come next and with which
probability; `suggestions.py` guesses, for the queue's order and as a help, never as a figure; `estimates.py` gives
honest shares; `agreements.py` says how far people agree; `exchange.py` carries demands to a spreadsheet and back;
`tally.py` plans a week of counting at the front door. The code book is `records/codebook.py`.
"""
