"""Makes tables with the libraries that people make theirs with, and says what those libraries find in them.

  compat.py make URL FOLDER     for each table a database of its own beside URL's; writes FOLDER/NAME.json: where it
                                is, and what the library returns for its queries, each with the vector it asked with
  compat.py brief FILE          prints such a file without the address and the vectors

The vectors are no model's: each word is hashed to a place and a sign, so that everybody computes the same ones.
"""

import hashlib
import json
import math
import shutil
import subprocess
import sys
import uuid
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import psycopg2
import vecs
from langchain_community.vectorstores.pgvector import PGVector as CommunityPGVector
from langchain_postgres import Column, PGEngine, PGVector
from langchain_postgres import PGVectorStore as LangPGVectorStore
from langchain_postgres.v2.indexes import DistanceStrategy, HNSWIndex
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.postgres import PGVectorStore
from llama_index.vector_stores.supabase import SupabaseVectorStore

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
    store = SupabaseVectorStore(postgres_connection_string=sqlalchemy_url(url, "psycopg2"), collection_name="portfolio", dimension=dimension)
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
    collection = vecs.create_client(sqlalchemy_url(url, "psycopg2")).get_or_create_collection(name="portfolio", dimension=dimension)
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


def rows():
    """An id, the text, its metadata and nothing else, for the stores that take those apart."""
    for number, text, city in texts():
        yield str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))), text, {"city": city, "years": number % 5}


def sqlalchemy_url(url, driver):
    return url.replace("postgres://", f"postgresql+{driver}://")


def run(url, sql, *values):
    """Statements by nobody's library."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql, *values)
        return cursor.fetchall() if cursor.description else []


def llama_postgres(url, dimension, **options):
    store = PGVectorStore.from_params(
        connection_string=sqlalchemy_url(url, "psycopg2"), async_connection_string=sqlalchemy_url(url, "asyncpg"),
        table_name="portfolio", embed_dim=dimension, **options,
    )
    store.add(list(nodes(dimension)))
    numbers = dict(run(url, "select node_id, id::text from data_portfolio"))

    def ask(text, filters):
        found = [MetadataFilter(key=key, value=value) for key, value in filters.items()]
        query = VectorStoreQuery(
            query_embedding=embed(text, dimension), similarity_top_k=10,
            filters=MetadataFilters(filters=found) if found else None,
        )
        return [[numbers[node.node_id], node.get_content()] for node in store.query(query).nodes]

    return ask


class NoModel:
    """Every vector is handed over, so none is made."""

    def embed_documents(self, texts):
        raise NotImplementedError

    embed_query = embed_documents


def asking(store, dimension):
    """How LangChain's stores are asked."""

    def ask(text, filters):
        found = store.similarity_search_with_score_by_vector(embed(text, dimension), k=10, filter=filters or None)
        return [[document.id, document.page_content] for document, _ in found]

    return ask


def lang(store, dimension, copies=("",)):
    for mark in copies:
        filled = [(mark + name, text, metadata) for name, text, metadata in rows()]
        names, bodies, metadatas = map(list, zip(*filled))
        store.add_embeddings(bodies, [embed(text, dimension) for text in bodies], metadatas=metadatas, ids=names)
    return asking(store, dimension)


def lang_pgvector(url, dimension):
    def store(name):
        return PGVector(NoModel(), connection=sqlalchemy_url(url, "psycopg"), collection_name=name)

    lang(store("elsewhere"), dimension, ["other-"])
    return lang(store("portfolio"), dimension)


def lang_community(url, dimension):
    store = CommunityPGVector(sqlalchemy_url(url, "psycopg2"), NoModel(), collection_name="portfolio", use_jsonb=True)
    lang(store, dimension)
    numbers = dict(run(url, "select document, uuid::text from langchain_pg_embedding"))
    ask = asking(store, dimension)
    return lambda text, filters: [[numbers[body], body] for _, body in ask(text, filters)]


def lang_postgres(url, dimension, measure=DistanceStrategy.COSINE_DISTANCE):
    engine = PGEngine.from_connection_string(sqlalchemy_url(url, "psycopg"))
    columns = [Column("city", "TEXT"), Column("years", "INTEGER")]
    engine.init_vectorstore_table("portfolio", dimension, metadata_columns=columns)
    store = LangPGVectorStore.create_sync(
        engine, NoModel(), "portfolio", metadata_columns=["city", "years"], distance_strategy=measure
    )
    ask = lang(store, dimension)
    store.apply_vector_index(HNSWIndex(distance_strategy=measure))
    return ask


PASTED = """
create schema extensions; create extension vector schema extensions;
create table documents (id bigserial primary key, content text, metadata jsonb, embedding extensions.vector(%(size)s));
create function match_documents (query_embedding extensions.vector(%(size)s), match_count int default null, filter jsonb default '{}')
returns table (id bigint, content text, metadata jsonb, similarity float) language plpgsql as $$
#variable_conflict use_column
begin return query select id, content, metadata, 1 - (documents.embedding operator(extensions.<=>) query_embedding) as similarity
from documents where metadata @> filter order by documents.embedding operator(extensions.<=>) query_embedding limit match_count; end; $$;
"""


def pasted(url, dimension):
    """The SQL that LangChain's and n8n's pages have people paste into Supabase, and rows as their nodes insert them."""
    run(url, PASTED % {"size": dimension})
    for _, text, metadata in rows():
        metadata = {"loc": {"lines": {"from": 1, "to": 2}}, "source": "blob", "blobType": "text/plain"} | metadata
        values = (text, json.dumps(metadata), json.dumps(embed(text, dimension)))
        run(url, "insert into documents (content, metadata, embedding) values (%s, %s, %s)", values)

    def ask(text, filters):
        values = (json.dumps(embed(text, dimension)), json.dumps(filters))
        found = run(url, "select id::text, content from match_documents(%s::text::extensions.vector, 10, %s)", values)
        return [list(row) for row in found]

    return ask


def node(url, dimension, collection=None):
    """What n8n's Postgres PGVector Store stands on; it answers all questions in one run."""
    rest = [{"pageContent": text, "metadata": metadata, "vector": embed(text, dimension)} for _, text, metadata in rows()]
    cases = [{"vector": embed(text, dimension), "filter": filters} for text, filters in CASES]
    order = {"url": url, "collection": collection, "rows": rest, "cases": cases}
    program = [shutil.which("node"), str(Path(__file__).with_name("compat.mjs"))]
    answer = subprocess.run(program, input=json.dumps(order), capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    return lambda text, filters: found[CASES.index((text, filters))]


CASES = [(text, {}) for text in QUERIES] + [(QUERIES[0], {"city": "Basel"}), (QUERIES[1], {"years": 3})]
# What tells which of a table's own collections is meant.
PART = {"retrieval.supabase.collection_name": "portfolio"}
HNSW = {"hnsw_m": 16, "hnsw_ef_construction": 64, "hnsw_ef_search": 100, "hnsw_dist_method": "vector_cosine_ops"}
TABLES = {
    "llamaindex": (lambda url: llama(url, 16), 16, {}),
    "vecs_exact": (lambda url: plain(url, 8), 8, {}),
    "vecs_hnsw": (lambda url: plain(url, 8, vecs.IndexMethod.hnsw), 8, {}),
    "vecs_hnsw_l2": (lambda url: plain(url, 8, vecs.IndexMethod.hnsw, vecs.IndexMeasure.l2_distance), 8, {}),
    "vecs_hnsw_product": (lambda url: plain(url, 8, vecs.IndexMethod.hnsw, vecs.IndexMeasure.max_inner_product), 8, {}),
    "vecs_ivfflat": (lambda url: plain(url, 32, vecs.IndexMethod.ivfflat), 32, {}),
    "llamaindex_postgres": (lambda url: llama_postgres(url, 16), 16, {}),
    "llamaindex_postgres_hnsw": (lambda url: llama_postgres(url, 16, use_jsonb=True, hnsw_kwargs=HNSW, hybrid_search=True), 16, {}),
    "langchain_pgvector": (lambda url: lang_pgvector(url, 16), 16, PART),
    "langchain_community": (lambda url: lang_community(url, 16), 16, {}),
    "langchain_postgres": (lambda url: lang_postgres(url, 16), 16, {}),
    "langchain_postgres_l2": (lambda url: lang_postgres(url, 16, DistanceStrategy.EUCLIDEAN), 16, {}),
    "supabase": (lambda url: pasted(url, 16), 16, {}),
    "n8n_pgvector": (lambda url: node(url, 16), 16, {}),
    "n8n_pgvector_collection": (lambda url: node(url, 16, "portfolio"), 16, PART),
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
    for name, (fill, dimension, settings) in TABLES.items():
        where = database(url, name)
        ask = fill(where)
        found = [
            {"query": text, "filter": filters, "vector": embed(text, dimension), "found": ask(text, filters)}
            for text, filters in CASES
        ]
        answer = {"url": where, "dimension": dimension, "settings": settings, "queries": found}
        Path(folder, f"{name}.json").write_text(json.dumps(answer, indent=1, ensure_ascii=False), encoding="utf-8")
        print(f"{name}: {len(found)} queries")


def brief(file):
    answer = json.loads(Path(file).read_text(encoding="utf-8"))
    queries = [{key: case[key] for key in ("query", "filter", "found")} for case in answer["queries"]]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in queries)
    head = f'"dimension": {answer["dimension"]}, "settings": {json.dumps(answer["settings"])}'
    print(f'{{{head}, "queries": [\n{lines}\n]}}')


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["brief", file]:
            brief(file)
        case ["make", url, folder]:
            make(url, folder)
        case _:
            sys.exit(__doc__)
