"""The one figure that a question asks for, read (pure)."""

from bot.skills.asking.words import Text


def take_measure(text: Text) -> str:
    for pattern, name in (
        (r"\bhow long did\b(?=.*\bdeals?\b.*\btake\b)", "cycle"),
        (r"\b(?:win|close|closing)[ -]rates?\b", "win rate"),
        (r"\bwhat (?:share|percentage|part|proportion|fraction) of\b(?=.*\bw[io]n\b)", "win rate"),
        (
            r"\b(?:how long (?:is|are) )?(?:our |the |my )?(?:(?:average|mean|median|typical) )?(?:length of (?:the |our |my )?)?(?:sales|deal) cycles?(?: (?:length|time))?\b",
            "cycle",
        ),
        (
            r"\bhow long (?:does it take|do we (?:take|need)|does it usually take)(?: (?:us|me))?(?: on average)? (?:to|until we) (?:close|win|sign)(?: an?)?\b",
            "cycle",
        ),
        (
            r"\bhow long do (?:(?:our|my|the) )?(?:won )?(?:deals?|opportunities)(?: usually)? take(?: (?:us )?to close| to win)?\b",
            "cycle",
        ),
        (
            r"\b(?:average|mean|typical|avg)(?: (?:deal|opportunity|contract))?(?: (?:size|amount|value|volume))?\b",
            "mean",
        ),
        (
            r"\bmedian(?: (?:deal|opportunity|contract))?(?: (?:size|amount|value|volume))?\b(?! (?:time|age|cycle))",
            "median",
        ),
        (r"\bhow (?:big|large) (?:is|are) (?:(?:our|my|the|an?) )?(?:average|typical|usual)\b", "mean"),
    ):
        if text.has(r"\b(?:than|over|above|under|below) (?:the |our |a )?(?:median|average|usual|typical|mean)\b"):
            break
        if text.take(pattern):
            if name == "cycle":
                text.take(r"\btake\b(?: (?:us|me))?(?: to (?:close|win))?(?: on average)?")
            return name
    return take_count(text)


def take_count(text: Text) -> str:
    text.take(r"\b(?:in total|total|combined|summed|altogether|overall)(?: (?:amount|value|worth))?\b")
    return "count" if text.take(r"\bhow (?:many|much|often)\b|\b(?:number|count) of\b|^\W*count\b(?: the)?") else ""
