"""A second implementation of the model all-MiniLM-L6-v2, in numpy: what the vectors of our own are held against.

    python3 tests/tools/embeddings.py MODEL_FOLDER OUT_FOLDER

Writes OUT_FOLDER/texts.json, 64 texts, and OUT_FOLDER/vectors.bin, the 384 numbers of each as 16-bit integers, times 32767.
Needs the packages numpy and tokenizers.
"""
import json
import math
import pathlib
import struct
import sys

import numpy
from tokenizers import Tokenizer

HEADS, LAYERS, LONGEST = 12, 6, 256


def texts():
    words = "the harbour opens at seven and closes when the last ferry has left for the islands in the north".split()
    texts = [
        "ferry", "a", "42", "?", "The ferry to the islands leaves at seven.", "Hello, world!", "naïve café résumé",
        "Der Hafen öffnet um sieben Uhr, außer sonntags.", "Le port ouvre à sept heures, sauf le dimanche.",
        "El puerto abre a las siete.", "港は七時に開きます。", "港口七点开放。", "항구는 일곱 시에 엽니다.", "Порт открывается в семь часов.",
        "يفتح الميناء في السابعة.", "הנמל נפתח בשבע.", "बंदरगाह सात बजे खुलता है।", "Το λιμάνι ανοίγει στις επτά.", "ท่าเรือเปิดเจ็ดโมง",
        "Liman saat yedide açılır, İstanbul'da da.", "the 港 opens at семь 7:00 🚢⚓", "🚢", "👩‍👩‍👧‍👦 family", "e\u0301 and \u00e9", "\ufb01sh \u2460 \u00bd",
        "tabs\tand\nnew lines\r\n\nand   spaces", "zero\u200bwidth\u200djoined", "soft\u00adhyphen", "UPPER lower MiXeD", "don't can't it's",
        "foo_bar::baz<T>(x) -> Result<(), Error>;", "https://example.org/a/b?c=d&e=%20f#g", "{\"key\": [1, 2, 3]}", "<p>Some &amp; markup</p>",
        "1234567890123456789012345678901234567890", "supercalifragilisticexpialidocious", "x" * 99, "x" * 120, "word " * 300,
        "[CLS] [SEP] [MASK] [PAD] [UNK]", "##ing ##s", "- one\n- two\n- three", "# Heading\n\nA paragraph below it.", "a,b,c\n1,2,3",
    ]
    texts += [" ".join(words[at % len(words)] for at in range(count)) for count in (2, 5, 7, 11, 15, 16, 17, 31, 60, 120, 250, 253, 254, 255, 256, 600)]
    texts += ["How do I reset my password?", "What must be done to sign in again after forgetting the secret?", "Invoices are due within thirty days.", "Who pays for the shipping?"]
    assert len(texts) == 64, len(texts)
    return texts


def tensors(path):
    held = path.read_bytes()
    length = struct.unpack("<Q", held[:8])[0]
    for name, place in json.loads(held[8 : 8 + length]).items():
        if place.get("dtype") == "F32":
            start, end = place["data_offsets"]
            numbers = numpy.frombuffer(held[8 + length + start : 8 + length + end], dtype="<f4")
            yield name, numbers.reshape(place["shape"]).astype(numpy.float64)


def norm(rows, weight, bias):
    rows = rows - rows.mean(-1, keepdims=True)
    return rows / numpy.sqrt((rows**2).mean(-1, keepdims=True) + 1e-12) * weight + bias


def embed(model, tokens):
    def dense(name, rows):
        return rows @ model[name + ".weight"].T + model[name + ".bias"]

    def normed(name, rows):
        return norm(rows, model[name + ".weight"], model[name + ".bias"])

    rows = model["embeddings.word_embeddings.weight"][tokens] + model["embeddings.position_embeddings.weight"][: len(tokens)]
    rows = normed("embeddings.LayerNorm", rows + model["embeddings.token_type_embeddings.weight"][0])
    erf = numpy.vectorize(math.erf)
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        split = lambda part: dense(at + "attention.self." + part, rows).reshape(len(tokens), HEADS, -1).transpose(1, 0, 2)
        query, key, value = split("query"), split("key"), split("value")
        weights = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = numpy.exp(weights - weights.max(-1, keepdims=True))
        taken = (weights / weights.sum(-1, keepdims=True)) @ value
        taken = taken.transpose(1, 0, 2).reshape(len(tokens), -1)
        rows = normed(at + "attention.output.LayerNorm", rows + dense(at + "attention.output.dense", taken))
        wide = dense(at + "intermediate.dense", rows)
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        rows = normed(at + "output.LayerNorm", rows + dense(at + "output.dense", wide))
    mean = rows.mean(0)
    return mean / numpy.linalg.norm(mean)


def main(model, out):
    model, out = pathlib.Path(model), pathlib.Path(out)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    weights = dict(tensors(model / "model.safetensors"))
    vectors = [embed(weights, tokenizer.encode(text).ids) for text in texts()]
    out.mkdir(parents=True, exist_ok=True)
    (out / "texts.json").write_text(json.dumps(texts(), ensure_ascii=True, indent=1) + "\n")
    numbers = numpy.rint(numpy.array(vectors) * 32767).astype("<i2")
    (out / "vectors.bin").write_bytes(numbers.tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
