"""What must be known of a deal by each framework, and the words that show it is: one copy for calls, deals and risk (pure)."""

MEDDPICC: tuple[tuple[str, str, str], ...] = (
    ("metrics", r"\d\s?(?:%|(?:per ?cent|million|hours|days)\b)|\bpayback\b|\broi\b", "What would it be worth to you in a year, in figures you would sign?"),
    ("economic buyer", "", "Who signs a contract of this size, and what do they need to see first?"),
    ("decision criteria", r"\bcriteri|\brequirement|must[- ]have|\bneeds? to see\b", "By what will you choose, and which of it is a must?"),
    ("decision process", r"\bboard\b|committee|management meeting|decision\b|\bdecides?\b", "Which steps lead to your decision, and on which days?"),
    ("paper process", r"procurement|legal|redline|contract review|purchase order|\bdpa\b|order form|questionnaire", "What happens between your yes and the signature: legal, security, procurement?"),
    ("identified pain", r"problem|pain|waste|write-offs?|lost|too (?:slow|long|much|many)|struggl|complain|manual", "What happens if you change nothing for another year?"),
    ("champion", "", "Who besides you wants this, and who could still stop it?"),
    ("competition", r"competitor|alternative|compar(?:e|ing) us|versus|other vendor", "What else are you looking at, doing nothing included?"),
)  # fmt: skip
"""what must be known of a deal, the words that show it is, and the question that asks for it"""
BANT: tuple[tuple[str, str, str], ...] = (
    ("budget", r"\bbudget", "Is there a budget for this, and whose is it?"),
    ("authority", "", "Who signs a contract of this size, and what do they need to see first?"),
    ("need", r"problem|pain|need|waste|too (?:slow|long|much|many)|struggl", "What happens if you change nothing for another year?"),
    ("timeline", r"go-?live|by (?:q[1-4]|the end|january|february|march|april|may|june|july|august|september|october|november|december)|deadline|timeline", "By when do you need the result, and what hangs on that day?"),
)  # fmt: skip
SPICED: tuple[tuple[str, str, str], ...] = (
    ("situation", r"\btoday\b|current|at present|uses?\b", "How is it done today, by whom, with what?"),
    ("pain", r"problem|pain|waste|too (?:slow|long|much|many)|struggl", "What happens if you change nothing for another year?"),
    ("impact", r"\d\s?(?:%|(?:per ?cent|million|hours|days)\b)|\bpayback\b|\broi\b", "What would it be worth to you in a year, in figures you would sign?"),
    ("critical event", r"deadline|peak|go-?live|expires?|renewal", "Which day must not be missed, and what happens if it is?"),
    ("decision", r"board\b|committee|decision\b|\bdecides?\b|procurement", "Which steps lead to your decision, who takes them, and on which days?"),
)  # fmt: skip
FRAMEWORKS = {"meddpicc": MEDDPICC, "bant": BANT, "spiced": SPICED}
BY_ROLE = {
    "economic buyer": ("economic_buyer",),
    "authority": ("economic_buyer", "decision_maker"),
    "champion": ("champion",),
}
"""what a role on the deal answers, and no words do"""
