// A table as n8n's Postgres PGVector Store makes it, by the library that the node stands on: reads an order from
// standard input (url, collection or null, rows with their vectors, cases), writes what it finds for each case.
// THROUGHLINE_COMPAT_NODE is the folder that @langchain/community is installed in.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const installed = createRequire(`${process.env.THROUGHLINE_COMPAT_NODE}/package.json`);
const load = (name) => import(pathToFileURL(installed.resolve(name)).href);
const { PGVectorStore } = await load("@langchain/community/vectorstores/pgvector");
const { default: pg } = await load("pg");

const { url, collection, rows, cases } = JSON.parse(readFileSync(0, "utf8"));
const pool = new pg.Pool({ connectionString: url });
const settings = {
  pool,
  tableName: "n8n_vectors",
  columns: { idColumnName: "id", vectorColumnName: "embedding", contentColumnName: "text", metadataColumnName: "metadata" },
  distanceStrategy: "cosine",
};
const of = (name) => (name ? { ...settings, collectionName: name, collectionTableName: "n8n_vector_collections" } : settings);
const noModel = { embedDocuments: () => Promise.reject(new Error("no model")), embedQuery: () => Promise.reject(new Error("no model")) };

const fill = async (name) => {
  const store = await PGVectorStore.initialize(noModel, of(name));
  const documents = rows.map(({ pageContent, metadata }) => ({ pageContent, metadata: { source: "blob", blobType: "text/plain", ...metadata } }));
  await store.addVectors(rows.map(({ vector }) => vector), documents);
  return store;
};

if (collection) await fill("elsewhere");
const store = await fill(collection);
const found = [];
for (const { vector, filter } of cases) {
  const near = await store.similaritySearchVectorWithScore(vector, 10, filter);
  found.push(near.map(([document]) => [document.id, document.pageContent]));
}
// The stores hold their connections, and a pool would wait for those.
process.stdout.write(JSON.stringify(found), () => process.exit(0));
