"""`python -m personshaped`."""

from personshaped.cli import main

main()
