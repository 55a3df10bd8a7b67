"""What the bulk is drawn from: products, sellers, odds, names."""

from bot.crm.records import ContactRole

PATH = ("Prospecting", "Qualification", "Discovery", "Proposal", "Negotiation")
CATEGORY = dict(zip(PATH, ("Pipeline", "Pipeline", "Pipeline", "Best Case", "Commit"), strict=True))
CATEGORY |= {"Closed Won": "Closed", "Closed Lost": "Omitted"}
MIXES = {
    "Plan": 60,
    "Plan + Insight": 78,
    "Plan + Onboard": 75,
    "Dock": 36,
    "Dock + Onboard": 51,
    "Plan + Dock": 96,
}
"""product mix → list price in thousand USD per year"""
WEIGHTS = {
    "SMB": (3, 1, 1, 4, 2, 0),
    "Mid-Market": (4, 3, 2, 2, 1, 1),
    "Enterprise": (2, 3, 1, 1, 1, 3),
}
CYCLE = {"SMB": 48, "Mid-Market": 92, "Enterprise": 150}
"""median days from creation to close"""
SELLERS = {
    "SMB": ("u-maya", "u-tomas"),
    "Mid-Market": ("u-maya", "u-tomas", "u-maya", "u-tomas", "u-priya"),
    "Enterprise": ("u-priya", "u-jonas"),
}
STRENGTH = {"u-maya": 0.45, "u-priya": 0.3, "u-tomas": -0.15, "u-jonas": -0.4}
ODDS = {"new": -1.45, "expansion": -1.15, "renewal": 1.6}
"""log-odds of winning an average deal"""
RIVALS = (
    ("Brightquay", "Price"),
    ("Brightquay", "Competitor"),
    ("Slatework ERP Planner", "Competitor"),
    ("Odalisk", "Product fit"),
    ("Spreadsheets", "No decision"),
    (None, "No budget"),
    (None, "Timing"),
    (None, "No decision"),
)
"""competitor, and what a deal lost in its presence is put down to"""
SITES = (
    "north depot",
    "south depot",
    "spare parts",
    "second plant",
    "export",
    "new warehouse",
    "head office",
    "retail",
    "west hub",
    "east hub",
)
SOURCES = (
    "Website demo request",
    "Outbound",
    "Webinar",
    "Trade fair",
    "Referral",
    "Newsletter",
)
STEPS = (
    "Send the proposal",
    "Demo on their data",
    "Meet the finance director",
    "Security call",
    "Agree the close plan",
)
TOUCHES = (
    ("call", "outbound", "Call with {}", "Went through the open points with {}."),
    ("email", "outbound", "Follow-up to {}", "Sent {} the summary and the next dates."),
    (
        "email",
        "inbound",
        "Answer from {}",
        "We will look at it with our team and come back. Regards, {}",
    ),
    ("meeting", None, "Meeting with {}", "Walked {} through the planning screen."),
)
PEOPLE: tuple[tuple[str, ContactRole], ...] = (
    ("Supply Chain Manager", "champion"),
    ("Finance Director", "economic_buyer"),
    ("IT Manager", "technical_buyer"),
    ("Warehouse Manager", "user"),
)
FIRST = (
    "Anna",
    "Bruno",
    "Carla",
    "Edwin",
    "Fiona",
    "Gareth",
    "Helga",
    "Ivo",
    "Jill",
    "Karim",
    "Linnea",
    "Milo",
    "Nora",
    "Otis",
    "Petra",
    "Rafael",
    "Sonja",
)
LAST = (
    "Abbot",
    "Birk",
    "Cassel",
    "Dorn",
    "Elkins",
    "Farrow",
    "Gale",
    "Hartog",
    "Jarvis",
    "Keel",
    "Lomax",
    "Marsden",
    "Nash",
    "Orme",
    "Pratt",
    "Rook",
)
PLACES = (
    ("United Kingdom", "EMEA"),
    ("Germany", "EMEA"),
    ("United States", "AMER"),
    ("Sweden", "EMEA"),
    ("Canada", "AMER"),
)
COMPANIES = {
    "Food manufacturing": (
        "Bexcombe Bakery",
        "Tallow Creek Sauces",
        "Orrinmoor Oats",
        "Pellfield Pickles",
        "Dunnock Preserves",
        "Wrenholt Pasta",
    ),
    "Industrial components": (
        "Kelderby Bearings",
        "Stavemoor Valves",
        "Quarrick Castings",
        "Thornlow Gaskets",
        "Vessling Springs",
        "Ulverdon Gears",
    ),
    "Consumer goods": (
        "Fawnbrook Toys",
        "Lintmoor Candles",
        "Marlowick Luggage",
        "Ottersby Kitchenware",
        "Pipkin & Rowe Stationery",
        "Zellwick Pets",
    ),
    "Building materials": (
        "Cragsley Tiles",
        "Hobbenfeld Timber",
        "Ironmere Fixings",
        "Nettlecombe Roofing",
        "Rushdown Insulation",
        "Sandwick Paving",
    ),
    "Medical distribution": (
        "Carelow Supplies",
        "Dovermoor Dental",
        "Hexley Orthopaedics",
        "Linsdale Labware",
        "Medwyck Devices",
        "Verrin Optics",
    ),
    "Textiles": (
        "Brackenshaw Wool",
        "Corvane Uniforms",
        "Elmsett Linens",
        "Fennimore Footwear",
        "Jutland Row Denim",
        "Saltburn Lane Knitwear",
    ),
    "Electrical goods": (
        "Ampleworth Switches",
        "Brightmoor Cables",
        "Coppercote Motors",
        "Gridlow Meters",
        "Luxmere Lamps",
        "Voltisham Batteries",
    ),
    "Agricultural supplies": (
        "Barleyholt Feeds",
        "Cloverwick Seeds",
        "Furrowgate Tools",
        "Hayrick & Dale",
        "Meadow Row Nurseries",
        "Tillerby Tractors",
    ),
}
"""industry → companies"""
