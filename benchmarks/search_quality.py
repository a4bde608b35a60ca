"""How well search finds the right item, on real questions over two real catalogues.

    python benchmarks/search_quality.py [--half first|second|all] [--misses] [--data ../shared/data]

The questions were halved by a hash of their number. The vocabulary and the weights were tuned on the first half only; the
figure to quote is that of the second. Prints hit@1 and hit@5 for questions that an item answers, how often `confident` is false
where none does, and the CPU of one search (FTS5 in memory, then `rank`).
"""

import argparse
import hashlib
import json
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from yiwang.domains.catalogue.loading import ReadItem, read_items
from yiwang.domains.search.index import (
    FIELDS,
    NAMING,
    Candidate,
    Prepared,
    Ranked,
    Weights,
    document_terms,
    fts_query,
    literal_terms,
    query_terms,
    rank,
    read_question,
)
from yiwang.foundation.text import tokens

CATALOGUES = ("services_guangdong_2021.jsonl", "services_guangan_county_2025.csv")
FETCHED, NAMED = 60, 40
WEIGHTS = "10.0, 9.0, 3.0, 1.0, 0.5"


class Index:
    """The two catalogues in an FTS5 table, and their items as candidates."""

    def __init__(self, folder: Path) -> None:
        items = [e for name in CATALOGUES for e in read_items(folder / name) if isinstance(e, ReadItem)]
        self.candidates = [candidate_of(item) for item in items]
        self.prepared = [Prepared(c) for c in self.candidates]
        self.weights = Weights(c.name for c in self.candidates)
        self.db = sqlite3.connect(":memory:")
        columns = ", ".join(FIELDS)
        self.db.execute(f"CREATE VIRTUAL TABLE items USING fts5({columns}, content='', tokenize=\"unicode61\")")
        for number, c in enumerate(self.candidates):
            terms = document_terms(name=c.name, aliases=c.aliases, office=c.office, base_name=c.base_name, body=c.body)
            values = [" ".join(terms[field]) for field in FIELDS]
            self.db.execute(f"INSERT INTO items(rowid, {columns}) VALUES (?,?,?,?,?,?)", [number, *values])

    def rows(self, expression: str, count: int = FETCHED) -> list[int]:
        """Return the numbers of the best candidates of the index by bm25."""
        sql = f"SELECT rowid FROM items WHERE items MATCH ? ORDER BY bm25(items, {WEIGHTS}) LIMIT {count}"
        return [row for (row,) in self.db.execute(sql, (expression,))] if expression else []

    def search(self, query: str, limit: int = 20) -> Ranked:
        """Search as the platform does."""
        question = read_question(query)
        found = self.rows(fts_query(self.weights.telling(query_terms(question))))
        literal = fts_query(self.weights.telling(literal_terms(question)))
        found += self.rows(f"{{{' '.join(NAMING)}}}: ({literal})" if literal else "", NAMED)
        found += [n for n, c in enumerate(self.candidates) if question.codes and c.code.lower() in question.codes]
        return rank(question, [self.prepared[n] for n in dict.fromkeys(found)], limit=limit, weights=self.weights)


class Store(Index):
    """The search of the platform itself, on the store that the settings name (both catalogues loaded into it)."""

    def __init__(self, folder: Path) -> None:
        import django

        django.setup()
        super().__init__(folder)

    def search(self, query: str, limit: int = 20) -> Ranked:
        """Ask the platform, its second chance included; a document counts as the first item behind it."""
        from msgspec.structs import replace

        from yiwang.domains.search.queries import ranked
        from yiwang.domains.search.queries.asking import Where, items_behind

        result = ranked(query, limit)
        documents = [int(c.id) for row in result.rows for c in (row.candidate, *row.others)]
        behind = items_behind(documents, Where())

        def with_code(candidate: Candidate) -> Candidate:
            return replace(candidate, code=behind.get(int(candidate.id), [""])[0])

        rows = [
            replace(row, candidate=with_code(row.candidate), others=tuple(map(with_code, row.others)))
            for row in result.rows
        ]
        return replace(result, rows=rows)


def candidate_of(item: ReadItem) -> Candidate:
    content = item.content
    summary = content.summary.zh if content.summary else ""
    return Candidate(
        id=item.code,
        code=item.code,
        name=content.name.zh,
        group=item.group_code,
        aliases=tuple(content.aliases),
        base_name=item.base_name,
        office=item.office.name,
        body=summary,
    )


def questions(folder: Path, half: str) -> list[dict]:
    rows = [json.loads(line) for line in (folder / "question_to_service.jsonl").read_text("utf-8").splitlines()]
    wanted = {"first": (0,), "second": (1,), "all": (0, 1)}[half]
    return [r for r in rows if int(hashlib.sha256(r["id"].encode()).hexdigest(), 16) % 2 in wanted]


def accepted(row: dict) -> set[str]:
    return {row["primary"]["item_code"], *(other["item_code"] for other in row["also_acceptable"])}


def plain_bigrams(index: Index, query: str) -> list[Candidate]:
    """The baseline: every pair of characters, bm25, no vocabulary, no reading of the query."""
    return [index.candidates[n] for n in index.rows(fts_query({t for t in tokens(query) if len(t) == 2}), 5)]


def measure(index: Index, rows: list[dict], misses: bool) -> dict[str, float]:
    hits: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    labels = Counter(row["label"] for row in rows)
    for row in rows:
        result = index.search(row["query"])
        sure[row["label"]] += result.confident
        if row["label"] != "item":
            if misses and result.confident:
                top = result.rows[0]
                print(f"SURE {row['label']}: {row['query']} → {top.candidate.name} {top.score} {top.reasons}")
            continue
        good = accepted(row)
        shown = [r.candidate.code in good for r in result.rows]
        within = [r.candidate.code in good or any(c.code in good for c in r.others) for r in result.rows]
        plain = [c.code in good for c in plain_bigrams(index, row["query"])]
        for name, marks in (("shown", shown), ("group", within), ("bigram", plain)):
            hits[f"{name}@1"] += any(marks[:1])
            hits[f"{name}@5"] += any(marks[:5])
        sure["item, right"] += result.confident and any(shown[:1])
        if misses and not any(shown[:1]):
            rank_of = shown.index(True) + 1 if True in shown else None
            tops = [f"{r.candidate.name[:24]} {r.score}" for r in result.rows[:3]]
            print(
                f"MISS {rank_of} {row['query']} → {row['primary']['name']} | {tops} {[c.word for c in result.question.concepts]}"
            )
        elif misses and not result.confident:
            print(f"UNSURE {row['query']} {result.rows[0].candidate.name} {result.rows[0].score}")
    figures = {name: round(count / labels["item"], 3) for name, count in sorted(hits.items())}
    figures |= {f"confident, {label}": round(sure[label] / count, 3) for label, count in labels.items()}
    return figures | {"confident and right, of confident items": round(sure["item, right"] / max(sure["item"], 1), 3)}


def own_titles(index: Index) -> float:
    """Return how often an item's own title finds an item of that title first, over every eleventh item."""
    sample = index.candidates[::11]
    return round(sum(index.search(c.name).rows[0].candidate.name == c.name for c in sample) / len(sample), 3)


def cpu(index: Index, rows: list[dict]) -> dict[str, float]:
    times = []
    for row in rows * 3:
        begun = time.process_time()
        index.search(row["query"])
        times.append((time.process_time() - begun) * 1000)
    times.sort()
    return {"median ms": round(times[len(times) // 2], 2), "p95 ms": round(times[int(len(times) * 0.95)], 2)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("first", "second", "all"), default="all")
    parser.add_argument(
        "--store", action="store_true", help="ask the platform on YIWANG_DATABASE_URL, not the bare ranking"
    )
    parser.add_argument("--misses", action="store_true", help="list what went wrong (never on the second half)")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    options = parser.parse_args()
    if not (options.data / "questions").is_dir():
        print(f"no evaluation data in {options.data}: nothing to measure")
        return 0
    index = (Store if options.store else Index)(options.data / "catalogue")
    rows = questions(options.data / "questions", options.half)
    print(
        f"{len(index.candidates)} items, {len(rows)} questions ({options.half})",
        dict(Counter(r["label"] for r in rows)),
    )
    for name, value in measure(index, rows, options.misses).items():
        print(f"{name:45}{value}")
    print(f"{'own title first':45}{own_titles(index)}")
    print("CPU of a search", cpu(index, rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
