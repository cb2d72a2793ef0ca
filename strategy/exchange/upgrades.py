"""From an older format of the strategy file to the next: nothing that it says is lost."""

from collections.abc import Callable
from typing import Any


def _to_3(data: dict[str, Any]) -> dict[str, Any]:
    """Bring format 2 to 3: what a channel carries to a person stands in its transition.

    A channel that does not say where it leads keeps the fact in its purpose, if there is room.
    """
    channels, known = data.get("channels"), data.get("transitions") or []
    if not isinstance(channels, list) or not isinstance(known, list):
        return {**data, "format": 3}  # the schema says what is wrong
    kept: list[Any] = []
    transitions = list(known)
    for channel in channels:
        way = channel.get("way_to_a_person") if isinstance(channel, dict) else None
        if not isinstance(way, dict):
            kept.append(channel)
            continue
        carried = {key: way[key] for key in ("identity", "what_was_entered") if key in way}
        rest = {key: value for key, value in way.items() if key not in carried}
        channel = {**channel, "way_to_a_person": rest}
        stated = {key: value for key, value in carried.items() if value != "unknown"}
        if stated and rest.get("leads_to"):
            ends = {"from": channel.get("name"), "to": rest["leads_to"]}
            transitions.append({**ends, "carried": carried})
        elif stated:
            said = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in stated.items())
            note = f"(On the way to a person, carried: {said}.)"
            purpose = str(channel.get("purpose") or "")
            if len(purpose) + len(note) < 2000:
                channel["purpose"] = f"{purpose} {note}".strip()
        kept.append(channel)
    return {**data, "format": 3, "channels": kept, "transitions": transitions}


def _to_4(data: dict[str, Any]) -> dict[str, Any]:
    """Bring format 3 to 4: a contact type is called by its code, which stands for one contact type only.

    The second contact type of the same code gets a number after it, as in the database.
    """
    kinds, judged = data.get("contact_types"), data.get("findings")
    if not isinstance(kinds, list):
        return {**data, "format": 4}
    taken: set[str] = set()
    kept: list[Any] = []
    called: dict[str, str] = {}
    for kind in kinds:
        if isinstance(kind, dict) and isinstance(kind.get("code"), str) and kind["code"]:
            code, number = kind["code"], 1
            while code.lower() in taken:
                number += 1
                code = f"{kind['code']} ({number})"
            taken.add(code.lower())
            called[str(kind.get("name"))] = code
            kind = {**kind, "code": code}
        elif isinstance(kind, dict) and isinstance(kind.get("uid"), str):
            called[str(kind.get("name"))] = kind["uid"]
        kept.append(kind)
    upgraded = {**data, "format": 4, "contact_types": kept}
    if isinstance(judged, list):
        upgraded["findings"] = [
            {**one, "contact_type": called[one["contact_type"]]}
            if isinstance(one, dict)
            and isinstance(one.get("contact_type"), str)
            and one["contact_type"] in called
            else one
            for one in judged
        ]
    return upgraded


upgraders: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda data: {**data, "format": 2},  # 2 brought objectives, initiatives and decisions
    2: _to_3,  # 3 brought transitions, contact types and judgments of findings
    3: _to_4,  # 4 brought the full inventory: access points, segments, decisions, promises, all figures
}
"""For each older format version the function that turns its data into those of the next version."""
