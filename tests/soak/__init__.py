"""A soak: rounds of questions and decisions against a real `seller serve`, which is killed, while everything around it fails.

`make soak`, or `PYTHONPATH=tests python -m soak --rounds 1000 --seed 1 --world hubspot`. What is asked, what fails and
whether a round ends with a kill comes from the seed; when exactly a kill hits, the machine decides.
"""
