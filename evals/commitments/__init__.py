"""Sentences of real e-mails that ask or commit, kept outside of the project: the offline detector against a plain baseline."""
