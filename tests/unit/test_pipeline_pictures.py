"""The pictures of a pipeline say what their words say."""

from bot.charts.bars import passed
from bot.pipeline.measures import Metric
from bot.pipeline.stage_flow import Flow
from bot.skills.pipelining.pictures import funnel


def test_the_funnel_shows_the_shares_of_its_words_and_none_of_few_deals() -> None:
    conversion = {
        "Discovery": Metric(0.8, 203, "all"),
        "Proposal": Metric(0.5, 172, "all"),
        "Negotiation": Metric(0.5, 12, "all"),
    }
    chart = funnel(Flow(conversion=conversion, days={}, waiting={}), "2026")
    assert chart is not None
    assert passed(chart) == [0.8, 0.5, None]
    assert chart.alt == (
        "Deals that entered each stage: Discovery 203 deals, 80% went on; Proposal 172 deals, 50% went on; Negotiation 12 deals."
    )
