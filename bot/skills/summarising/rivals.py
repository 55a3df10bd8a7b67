"""Competitors that were named: those that the CRM knows, and names where the words tell that they sell the like (pure)."""

import re
from collections.abc import Iterator, Sequence

from bot.skills.summarising.firm import plain
from bot.skills.summarising.scan import Noted, Scan

_NAME = r"(?P<who>[A-Z][\w&.'-]*\w(?: [A-Z][\w&.-]*\w)?)"
_BEFORE = re.compile(
    r"\b(?i:(?:looked|looking|look|have a look) at|evaluat(?:e|ed|ing)|compar(?:e|ed|es|ing)(?: you| us| it| this| that| both)?(?: to| with| against)|"
    r"(?:a |an |the |another )?(?:quote|offer|proposal|demo|pitch|bid|trial) (?:from|of|by)|pilot(?:ed|ing)?(?: with)?|up against|"
    r"(?:also|still|currently|already) (?:talking|speaking|in touch|in talks) (?:to|with)|in talks with|went with|gone with|decided for|"
    r"(?:you|us) or|versus|vs\.?|alternatives? (?:is|are|like|such as|would be)|competitors?,?(?: is| are| like| such as|,)?|"
    r"switch(?:ed|ing)? (?:from|to|over to)|mov(?:ed|ing) (?:from|to)|shortlisted|(?:are|is|'re|were) considering|bought(?: from)?|reseller of|"
    r"(?:per ?cent|%|cheaper|dearer|pricier|more expensive) (?:above|below|over|under|than)|colleagues? (?:use|swear by)|pitched by|approached by)\s+"
    + _NAME
)
_MENTIONED = re.compile(r"\b(?i:mentioned|recommended|suggested|brought up)\s+" + _NAME)
_LIKE = re.compile(
    r"\b(?:vendors?|tools?|solutions?|look(?:ed)?|demos?|quotes?|prices?|cheaper|alternatives?|compare)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    _NAME
    + r"(?i:\s+(?:(?:has |have |had |also |just |already )*(?:offered|quoted|pitched|approached|undercut\w*)\b|charges? (?:us|less|only|half)|"
    r"(?:is|are|was|were) (?:\w+ ){0,2}(?:happy|willing|ready|keen) to (?:quote|offer|match|bid)|(?:is|are|was|were) (?:much |a lot |way |far )?(?:cheaper|dearer|more expensive)|"
    r"(?:comes?|came) in (?:at|with|lower|cheaper)|(?:does|do|can do|has|have) (?:that|this|it) (?:for (?:half|less)|too|already|as well)\b|wants? (?:half|less|only)))"
)
_NOBODY = re.compile(
    r"(?:The|Our|Their|Your|My|His|Her|This|That|These|Those|It|You|We|They|He|She|I|Who|What|Which|Them|Us|Me|And|But|So|If|When|Then|Also|Some(?:body|one)?|"
    r"Every(?:body|one|thing)|No(?:body| one)?|Any(?:body|one)?|Both|All|Most|One|Two|Three|Four|Five|Honestly|Actually|Last|Next|Today|Yesterday|Option|Plan|Phase|Line|Version|"
    r"Site|Step|Tier|Package|Excel|Word|Outlook|Finance|Legal|Procurement|Purchasing|Marketing|Sales|Operations|Management|HR|IT|CFO|CEO|CIO|CTO|COO|Ours|Yours|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Christmas|Easter|Europe|Germany|France|Spain|London|Paris|Berlin|Mr|Mrs|Ms|Dr|Yes|Yeah|Okay|Well|Right|Q[1-4])\b"
)

_BETWEEN = r"(?:reseller|distributor|integrator|auditors?|law firm|solicitors?|bank|landlord|agency|parent company)"
"""who is named in a deal and competes for nothing"""


def competitors(scan: Scan, rivals: Sequence[str], ours: Sequence[str]) -> list[Noted]:
    """Each competitor that was named, with all sentences that name it."""
    own = {word.casefold() for name in (*ours, *scan.people) for word in re.findall(r"\w+", name)}
    names = dict.fromkeys(name for name in rivals if name)
    for one in scan.said:
        if scan.side(one.turn) == "ours" or not scan.is_earnest(one):
            continue
        for name in _named(plain(one.text)):
            if not {word.casefold() for word in re.findall(r"\w+", name)} & own:
                names.setdefault(name)
    kept = [name for name in names if not any(name != other and name in other.split() for other in names)]
    return [noted for name in kept for noted in _naming(scan, name)]


def _named(text: str) -> Iterator[str]:
    patterns = [_BEFORE, _AFTER, *([_MENTIONED] if _LIKE.search(text) else [])]
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = match["who"].removesuffix("'s").strip(" .,'")
            if not _NOBODY.match(name) and len(name) > 2 and "_" not in name:
                yield name


def _naming(scan: Scan, name: str) -> Iterator[Noted]:
    said = [one for one in scan.said if re.search(rf"\b{re.escape(name)}\b", one.text, re.IGNORECASE)]
    through = re.compile(
        rf"\b{_BETWEEN},? {re.escape(name)}\b|\b{re.escape(name)},? (?:is )?(?:our|the|a|an) (?:\w+ )?{_BETWEEN}\b",
        re.IGNORECASE,
    )
    if said and not any(through.search(plain(one.text)) for one in said):
        yield Noted(tuple(said[:3]), scan.who(said[0].turn), name)
