"""Which records are one person: number, clean, block, compare, judge, cluster, name. Names stop here (Stat 13).

`linking.link` calls them in this order:

    references    every record of a person at an agency, numbered; what the data say of it (`pseudonyms`: its key)
    judgements    what people decided, from `decisions/links.csv`
    naming        the ids of earlier runs (`store`: the encrypted file they lie in)
    cleaning      names, dates and addresses folded alike (`nicknames`: familiar forms)
    households    those at one address; they join nobody
    rules         identifying numbers, rules on names and dates, vetoes
    model         Splink, over the pairs that `blocking` finds worth comparing, by the levels of `comparisons`
    judging       all judgements in force, and the vetoes inside each cluster
    clusters      who is one person at a threshold: a pure function of the judgements
    naming        what each person is called
    drawing       the same with uncertain links drawn by their probability

`evaluation` compares the result with a known truth.
"""
