/* Encoding and dumping of the values of ty's queries, generated from ty_values.def. */
#ifndef RSCC_TY_TY_VALUES_H
#define RSCC_TY_TY_VALUES_H

#include "base/ir_table.h"
#include "ty/ty.h"

#define IR_TABLE "ty/ty_values.def"
#include "base/ir_records_declare.h"

#endif
