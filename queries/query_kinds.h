/* The numbers of all query kinds, from the stages' tables in layer order. Names only: this is the
 * one header that sits above the stages and is seen by all of them. A row's order is its kind's
 * number in one compiler epoch and means nothing else. */
#ifndef RSCC_QUERY_KINDS_H
#define RSCC_QUERY_KINDS_H

#define QUERY(name, KeyType, ValueType, flags, doc)       Q_##name,
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) Q_##name,
enum {
#include "queries.def"
    QUERY_KIND_COUNT
};

#endif
