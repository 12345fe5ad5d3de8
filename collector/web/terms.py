"""The words for what the ledger calls by a slug: sentences of the catalogue, and the colour where there is one."""

from collector.domain.contract import SINCE_EVER
from collector.ledger.views import CustomerView, DecisionView, InterventionView
from collector.web import writing
from collector.web.language import Words

ROLES = {"supervisor": "supervisor", "office": "office", "technician": "technician", "read-only": "read only"}
STATES = {
    "open": "open",
    "closed": "closed",
    "solved": "closed: solved",
    "unresolved": "closed: unresolved",
    "merged": "closed: merged",
}
FLAGS = {
    "overtime-not-agreed": "nobody has agreed",
    "overtime-not-sellable": "no contract: nothing may be sold",
    "not-entitled": "no contract: to be decided",
    "edition-not-covered": "edition not covered",
    "excluded-work": "not covered",
    "price-to-be-agreed": "price to be agreed",
    "unassigned": "to be assigned",
}
FLAG_COLOURS = {"unassigned": "odd", "price-to-be-agreed": "near"}
SERVICES = {
    "contract": "Intervention under contract",
    "previous-version": "Intervention on a previous version",
    "not-entitled": "Not entitled",
    "exempt": "Never charged",
    "excluded": "Not covered",
    "file-recovery": "File recovery",
    "unassigned": "Customer unknown",
}
CATEGORIES = {
    "download": "download",
    "defective-media": "defective media",
    "installation": "installation",
    "activation": "activation",
    "network": "network",
    "shared-disks": "shared disks",
    "user-profiles": "user profiles",
    "e-mail": "e-mail set-up",
    "other-software": "other software",
    "operating-system": "operating system",
    "software-updates": "software updates",
    "file-recovery": "file recovery",
}
LINES = {"base": "Base price", "overtime": "Overtime, half hours begun", "goodwill": "Goodwill"}
ALERTS = {
    "warning": "limit ahead",
    "cap": "limit reached",
    "half-hour": "half hour begun",
    "not-entitled": "no contract",
    "unknown-peer": "unknown peer",
    "excluded-work": "not covered",
    "backup": "no fresh backup",
    "terms": "terms not accepted",
    "agent-silent": "agent silent",
    "unconfirmed-end": "end not seen",
    "clock-off": "clock off",
    "no-contact": "no contact",
    "disconnect": "end announced",
    "disconnected": "ended as announced",
    "declined": "overtime declined",
}
ALERT_COLOURS = {
    "warning": "near",
    "cap": "over",
    "half-hour": "over",
    "not-entitled": "over",
    "unknown-peer": "odd",
    "excluded-work": "over",
    "backup": "near",
    "terms": "near",
    "agent-silent": "odd",
    "unconfirmed-end": "odd",
    "clock-off": "odd",
    "no-contact": "near",
    "disconnect": "over",
    "disconnected": "odd",
    "declined": "over",
}
HOW = {
    "phone": "on the phone",
    "e-mail": "by e-mail",
    "message": "by message",
    "in-person": "in person",
    "paper": "on paper",
    "web": "on the web",
    "technician": "technician’s word",
}
EVIDENCE = {
    "log": "seen in the tool’s log",
    "event": "seen as a system event",
    "socket": "seen as a connection",
    "process": "seen as a program",
    "declared": "declared by hand",
}
MARKS = {
    "peer-by-arguments": "peer as in the program’s arguments",
    "tunnelled": "through a tunnel",
    "unconfirmed-end": "end not confirmed",
}
DECISIONS = {
    "customer": "Customer assigned",
    "overtime-agreed": "Overtime agreed",
    "category": "Category",
    "next-problem": "Another problem began",
    "opened": "Opened",
    "created": "Opened",
    "described": "Described",
    "letter": "E-mail received",
    "closed": "Closed",
    "customer-told": "Customer told",
    "reopened": "Reopened",
    "moved": "Time moved away",
    "merged": "Merged",
    "time-taken": "Time taken over",
    "peer-corrected": "Peer corrected",
    "peer-differs": "Peer of another customer",
    "declared": "Time declared by hand",
    "withdrawn": "Declared time withdrawn",
    "overtime-waived": "Overtime waived",
    "overtime-not-sold": "Overtime that may not be sold: decided",
    "price-named": "Price named",
    "waived": "Waived",
    "withdrawn-decision": "Decision withdrawn",
    "consent-asked": "Customer asked for consent",
    "overtime-declined": "Overtime declined",
    "critical": "Critical work",
    "end-asked": "End of the session asked for",
    "disconnect-announced": "End of the session announced",
    "disconnect-stopped": "Announced end stopped",
    "disconnected": "Session ended at the limit",
    "disconnect-refused": "Session not ended",
}
MATTERS = {
    "overtime-waived": "Overtime is given away",
    "overtime-not-sold": "Overtime that may not be sold",
    "price-named": "A price is named",
    "waived": "All of it is given away",
}
REASONS = {
    "courtesy": "courtesy",
    "our-fault": "our fault",
    "unresolved": "the problem was not solved",
    "slow-line": "slow line",
    "not-informed": "the customer was not told in time",
    "other": "another reason",
}
PIECES = {
    "own": "counted here",
    "elsewhere": "counted for another intervention",
    "gap": "seen by nobody, counted nowhere",
    "unsure": "end not confirmed",
}
WARNINGS = {"backup-unknown": "backup unknown", "backup-old": "backup too old"}
SHARES = {"agreed": "agreed", "waived": "given away", "unsettled": "not settled"}
NEAR = {
    "over-15": "more than 15 min left",
    "10-to-15": "10 to 15 min left",
    "5-to-10": "5 to 10 min left",
    "under-5": "up to 5 min left",
    "first": "1st half hour",
    "second": "2nd half hour",
    "more": "3rd half hour or more",
}
DELIVERIES = {"waiting": "waiting", "told": "told", "given-up": "given up", "spared": "no longer needed"}
WHY = {"made": "new", "escalation": "nobody had seen it", "reminder": "again, as asked", "withdrawn": "taken back"}
FIELDS = {
    "vat_number": "VAT number or tax code",
    "street": "street",
    "postcode": "postcode",
    "town": "town",
    "province": "province",
    "recipient_code": "recipient code or certified e-mail",
}
LIKENESSES = {"tax-number": "tax number", "name": "name", "e-mail": "e-mail address", "peer": "peer"}
CONDITIONS = {"price lists": "price lists", "channels.toml": "channels.toml", "settings": "settings"}
EDITIONS = {"professional": "professional", "basic": "basic", "hygienist": "hygienist"}
TABLES = {
    "edition_words": EDITIONS,
    "condition_words": CONDITIONS,
    "likeness_words": LIKENESSES,
    "share_words": SHARES,
    "nearness_words": NEAR,
    "delivery_words": DELIVERIES,
    "why_words": WHY,
    "field_words": FIELDS,
    "matter_words": MATTERS,
    "reason_words": REASONS,
    "piece_words": PIECES,
    "warning_words": WARNINGS,
    "flag_words": FLAGS,
    "service_words": SERVICES,
    "category_words": CATEGORIES,
    "line_words": LINES,
    "alert_words": ALERTS,
    "how_words": HOW,
    "evidence_words": EVIDENCE,
    "mark_words": MARKS,
    "decision_words": DECISIONS,
    "role_words": ROLES,
}


def decision_told(decision: DecisionView, words: Words) -> str:
    """In what way, or from what to what, as far as there are words for it."""
    told = decision.told
    match decision.what:
        case "closed":
            return words(STATES.get(told, told)).partition(": ")[2]
        case "overtime-agreed":
            return words(HOW.get(told, told))
        case "category":
            return " > ".join(words(CATEGORIES.get(slug, slug)) for slug in told.split(" > "))
    return told


def contract(customer: CustomerView, words: Words) -> str:
    """From when to when his contract lasts, in words."""
    first, last = customer.contract_from_day, customer.contract_until_day
    if first is None:
        return words("no contract")
    until = words("until {day}", day=writing.day(last, words.language)) if last else ""
    if first == SINCE_EVER.isoformat():
        return until or words("in force")
    since = words("from {day}", day=writing.day(first, words.language))
    return f"{since} {until}".strip()


def standing(one: InterventionView) -> str:
    """The class that the ruler wears."""
    if one.customer is None:
        return "unknown"
    if one.cap_ms is None:
        return f"free {one.charge.service}"
    if one.charge.connection_seconds * 1000 > one.cap_ms:
        return "over"
    return "near" if one.live and one.connected_ms >= one.cap_ms - one.near_ms else "within"
