"""Finding an item from a person's own words: what is indexed, how a query is read, how results are ordered. No database."""

from yiwang.domains.search.index.documents import (
    FIELDS,
    NAMING,
    document_terms,
    fts_query,
    literal_terms,
    query_terms,
    tsquery,
)
from yiwang.domains.search.index.question import Concept, Question, read_question
from yiwang.domains.search.index.ranking import CONFIDENT, Candidate, Ranked, Row, Weights, rank, suggestions
from yiwang.domains.search.index.vocabulary import ALIASES, Entry, Vocabulary, default_vocabulary, read_entries

__all__ = [
    "ALIASES",
    "CONFIDENT",
    "FIELDS",
    "NAMING",
    "Candidate",
    "Concept",
    "Entry",
    "Question",
    "Ranked",
    "Row",
    "Vocabulary",
    "Weights",
    "default_vocabulary",
    "document_terms",
    "fts_query",
    "literal_terms",
    "query_terms",
    "rank",
    "read_entries",
    "read_question",
    "suggestions",
    "tsquery",
]
