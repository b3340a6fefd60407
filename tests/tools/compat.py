"""Makes tables with the libraries that people make theirs with, and says what those libraries find in them.

  compat.py make URL FOLDER     for each table a database of its own beside URL's; writes FOLDER/NAME.json: where it
                                is, and what the library returns for its queries, each with the vector it asked with
  compat.py brief FILE          prints such a file without the address and the vectors

The vectors are no model's: each word is hashed to a place and a sign, so that everybody computes the same ones.
"""

import hashlib
import json
import math
import sys
import warnings
from pathlib import Path

import psycopg2
import vecs
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.supabase import SupabaseVectorStore

warnings.filterwarnings("ignore", message="Query does not have a covering index")

SUBJECTS = ["billing", "logistics", "hospital", "school", "brewery", "harbour", "museum", "bakery"]
WORK = ["rewrote the ledger in Rust", "moved the warehouse to Postgres", "planned the network", "trained the staff", "measured the engines"]
QUERIES = ["billing ledger in Rust", "hospital network", "brewery engines", "Zürich"]


def embed(text, dimension):
    """A vector of length one."""
    vector = [0.0] * dimension
    for word in text.lower().split():
        digest = hashlib.sha256(word.strip(".,").encode()).digest()
        vector[int.from_bytes(digest[:4], "little") % dimension] += 1.0 if digest[4] % 2 else -1.0
    # A little of every place, so that no vector is zero and few distances are equal.
    for place in range(dimension):
        vector[place] += hashlib.sha256(f"{text}/{place}".encode()).digest()[0] / 2560
    length = math.sqrt(sum(number * number for number in vector))
    return [round(number / length, 6) for number in vector]


def texts():
    for number in range(40):
        subject, work = SUBJECTS[number % 8], WORK[number // 8]
        city = "Zürich" if number % 3 == 0 else "Basel"
        yield number, f'For a {subject} in {city} we {work}.\nIt took {number + 2} weeks, "on time".', city


def nodes(dimension):
    for number, text, city in texts():
        source = RelatedNodeInfo(node_id=f"doc-{number // 2}")
        yield TextNode(
            id_=f"node-{number:02}", text=text, metadata={"city": city, "years": number % 5},
            embedding=embed(text, dimension), relationships={NodeRelationship.SOURCE: source},
        )


def llama(url, dimension):
    store = SupabaseVectorStore(postgres_connection_string=url, collection_name="portfolio", dimension=dimension)
    store.add(list(nodes(dimension)))

    def ask(text, filters):
        found = [MetadataFilter(key=key, value=value) for key, value in filters.items()]
        query = VectorStoreQuery(
            query_embedding=embed(text, dimension), similarity_top_k=10,
            filters=MetadataFilters(filters=found) if found else None,
        )
        answer = store.query(query)
        return [[node.node_id, node.get_content()] for node in answer.nodes]

    return ask


def plain(url, dimension, index=None, measure=vecs.IndexMeasure.cosine_distance):
    collection = vecs.create_client(url).get_or_create_collection(name="portfolio", dimension=dimension)
    rows = [(f"row-{n:02}", embed(t, dimension), {"text": t, "city": c, "years": n % 5}) for n, t, c in texts()]
    collection.upsert(records=rows)
    if index:
        collection.create_index(method=index, measure=measure)

    def ask(text, filters):
        found = collection.query(
            data=embed(text, dimension), limit=10, measure=measure, include_metadata=True,
            filters={key: {"$eq": value} for key, value in filters.items()} or None,
        )
        return [[name, metadata["text"]] for name, metadata in found]

    return ask


TABLES = {
    "llamaindex": lambda url: (llama(url, 16), 16),
    "vecs_exact": lambda url: (plain(url, 8), 8),
    "vecs_hnsw": lambda url: (plain(url, 8, vecs.IndexMethod.hnsw), 8),
    "vecs_hnsw_l2": lambda url: (plain(url, 8, vecs.IndexMethod.hnsw, vecs.IndexMeasure.l2_distance), 8),
    "vecs_hnsw_product": lambda url: (plain(url, 8, vecs.IndexMethod.hnsw, vecs.IndexMeasure.max_inner_product), 8),
    "vecs_ivfflat": lambda url: (plain(url, 32, vecs.IndexMethod.ivfflat), 32),
}


def database(url, name):
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"drop database if exists compat_{name}")
        cursor.execute(f"create database compat_{name}")
    server.close()
    return url.rsplit("/", 1)[0] + f"/compat_{name}"


def make(url, folder):
    for name, fill in TABLES.items():
        where = database(url, name)
        ask, dimension = fill(where.replace("postgres://", "postgresql+psycopg2://"))
        cases = [(text, {}) for text in QUERIES] + [(QUERIES[0], {"city": "Basel"}), (QUERIES[1], {"years": 3})]
        found = [
            {"query": text, "filter": filters, "vector": embed(text, dimension), "found": ask(text, filters)}
            for text, filters in cases
        ]
        answer = {"url": where, "dimension": dimension, "queries": found}
        Path(folder, f"{name}.json").write_text(json.dumps(answer, indent=1, ensure_ascii=False), encoding="utf-8")
        print(f"{name}: {len(found)} queries")


def brief(file):
    answer = json.loads(Path(file).read_text(encoding="utf-8"))
    queries = [{key: case[key] for key in ("query", "filter", "found")} for case in answer["queries"]]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in queries)
    print(f'{{"dimension": {answer["dimension"]}, "queries": [\n{lines}\n]}}')


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["brief", file]:
            brief(file)
        case ["make", url, folder]:
            make(url, folder)
        case _:
            sys.exit(__doc__)
