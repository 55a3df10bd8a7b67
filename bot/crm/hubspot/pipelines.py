"""Deal pipelines as our stages (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.crm.hubspot import values
from bot.crm.records import Stage


@dataclass(frozen=True)
class DealStage:
    """A stage of one pipeline."""

    record: Stage
    label: str
    pipeline: str


def stages_of(pipelines: Sequence[Mapping[str, Any]]) -> Mapping[str, DealStage]:
    """Stages by id; a label that two pipelines share is told apart by the pipeline's."""
    live = [pipeline for pipeline in pipelines if not pipeline.get("archived")]
    live.sort(key=lambda pipeline: int(pipeline.get("displayOrder") or 0))
    rows = [(pipeline, row) for pipeline in live for row in _in_order(pipeline)]
    labels, titles = [str(row["label"]) for _, row in rows], [str(pipeline["label"]) for pipeline in live]
    # Pipelines of one label are told apart by their ids, which stay when somebody puts them in another order.
    within = {
        str(one["id"]): f"{one['label']} {one['id']}" if titles.count(str(one["label"])) > 1 else str(one["label"])
        for one in live
    }
    return {
        str(row["id"]): _stage(
            order, pipeline, row, within[str(pipeline["id"])] if labels.count(str(row["label"])) > 1 else None
        )
        for order, (pipeline, row) in enumerate(rows, start=1)
    }


def _in_order(pipeline: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    live = [row for row in pipeline.get("stages") or [] if not row.get("archived")]
    return sorted(live, key=lambda row: int(row.get("displayOrder") or 0))


def _stage(order: int, pipeline: Mapping[str, Any], row: Mapping[str, Any], within: str | None) -> DealStage:
    metadata = row.get("metadata") or {}
    probability = float(values.number(metadata.get("probability")) or 0)
    closed = values.flag(metadata.get("isClosed")) if "isClosed" in metadata else probability in (0.0, 1.0)
    won = closed and probability >= 1
    record = Stage(
        id=str(row["id"]),
        name=f"{row['label']} ({within})" if within else str(row["label"]),
        order=order,
        probability=probability,
        forecast_category="Closed" if won else "Omitted" if closed else "Pipeline",
        is_closed=closed,
        is_won=won,
    )
    return DealStage(record, str(row["label"]), str(pipeline["id"]))


def standard_stages() -> Mapping[str, DealStage]:
    """The pipeline that every portal starts with, for a server that tells of none."""
    named = (
        ("appointmentscheduled", "Appointment Scheduled", 0.2),
        ("qualifiedtobuy", "Qualified To Buy", 0.4),
        ("presentationscheduled", "Presentation Scheduled", 0.6),
        ("decisionmakerboughtin", "Decision Maker Bought-In", 0.8),
        ("contractsent", "Contract Sent", 0.9),
        ("closedwon", "Closed Won", 1.0),
        ("closedlost", "Closed Lost", 0.0),
    )
    rows = [
        {"id": key, "label": label, "displayOrder": order, "metadata": {"probability": str(share)}}
        for order, (key, label, share) in enumerate(named)
    ]
    return stages_of([{"id": "default", "label": "Sales Pipeline", "stages": rows}])
