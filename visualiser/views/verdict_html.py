"""The verdict and the decision guide as pages of simple HTML; links say what they lead to ("#show/0")."""

from __future__ import annotations

from html import escape

from visualiser.viewmodels import GuidePage, GuideQuestion, GuideRule, VerdictPage, VerdictRow


def verdict_html(page: VerdictPage) -> str:
    """Ranked verdicts, then "threads or processes?"."""
    parts = [_verdict(number, row) for number, row in enumerate(page.rows)]
    if page.empty:
        parts = [f"<p>{escape(page.empty)}</p>"]
    if page.estimate is not None:
        why = f"<p><i>{escape(page.estimate.why_not)}</i></p>" if page.estimate.why_not else ""
        parts.append(f"<h2>Threads or processes?</h2><p>{escape(page.estimate.text)}</p>{why}")
    return "".join(parts)


def _verdict(number: int, row: VerdictRow) -> str:
    advice = f"<p><b>What helps:</b> {escape(row.advice)}</p>" if row.advice else ""
    return (
        f"<h2>{escape(row.title)}</h2><p>{escape(row.text)}</p>{advice}"
        f'<p><a href="#show/{number}">Show</a> &nbsp; <i>{escape(row.weight)}</i></p>'
    )


def guide_html(page: GuidePage) -> str:
    """The rule that fits, then the questions with their answers, then all rules."""
    lit = page.lit
    runner = next((rule for rule in page.rules if rule.next), None)
    head = f"<h2>{escape(lit.then)}</h2><p>Rule {lit.number}: {escape(_lower(lit.when))}.{_looks(lit)}</p>"
    if runner is not None:
        head += f"<p>Next best: {escape(runner.then)} (rule {runner.number})</p>"
    if page.always:
        head += f"<p>{escape(page.always)}</p>"
    questions = "".join(_question(one) for one in page.questions)
    rules = "".join(_rule(one) for one in page.rules)
    return f"{head}<h3>What this rests on</h3>{questions}<h3>All rules, the first that fits wins</h3>{rules}"


def _question(question: GuideQuestion) -> str:
    others = [(name, words) for name, words in question.choices if name != question.answer]
    links = " · ".join(f'<a href="#answer/{question.id}/{name}">{escape(words)}</a>' for name, words in others)
    basis = ": ".join(part for part in (question.source, question.figures) if part)
    now = f"<b>{escape(question.words)}</b> ({escape(basis)})"
    return f"<p>{escape(question.text)}<br>{now}<br>change to: {links}</p>"


def _rule(rule: GuideRule) -> str:
    text = f"{rule.number}. {escape(rule.when)}: {escape(_lower(rule.then))}"
    return f"<p>&#9654; <b>{text}</b></p>" if rule.lit else f"<p>{text}</p>"


def _looks(rule: GuideRule) -> str:
    links = ", ".join(f'<a href="#scenario/{name}">{escape(title)}</a>' for name, title in rule.scenarios)
    return f" To see it, run: {links}." if links else ""


def _lower(text: str) -> str:
    """As the middle of a sentence; names such as ThreadPoolExecutor stay as they are."""
    first, _, _ = text.partition(" ")
    return text[:1].lower() + text[1:] if first[1:].islower() or len(first) == 1 else text
