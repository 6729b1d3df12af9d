/* Operators between operands, by the token that is written: what the parser and the printer of
 * expressions know of precedence. Reference: "Expression precedence". */
#ifndef RSCC_AST_AST_OPERATOR_H
#define RSCC_AST_AST_OPERATOR_H

#include "ast/ast.h"

typedef enum {
    AST_OPERATOR_BINARY,
    AST_OPERATOR_ASSIGN,
    AST_OPERATOR_ASSIGN_OP,
    AST_OPERATOR_RANGE,
    AST_OPERATOR_CAST
} AstOperatorKind;

/* A higher power binds tighter. Binary operators group to the left, assignments to the right,
 * comparisons and ranges not at all. */
enum {
    AST_POWER_NONE,
    AST_POWER_ASSIGN,
    AST_POWER_RANGE,
    AST_POWER_OR,
    AST_POWER_AND,
    AST_POWER_COMPARE,
    AST_POWER_BIT_OR,
    AST_POWER_BIT_XOR,
    AST_POWER_BIT_AND,
    AST_POWER_SHIFT,
    AST_POWER_SUM,
    AST_POWER_PRODUCT,
    AST_POWER_CAST,
    AST_POWER_PREFIX,
    AST_POWER_POSTFIX,
};

typedef struct {
    uint8_t token; /* TokenKind */
    uint8_t kind;  /* AstOperatorKind */
    uint8_t op;    /* AstBinaryOp; of a range: whether it is inclusive */
    uint8_t power; /* AST_POWER_NONE: the token is no operator */
} AstOperator;

extern const AstOperator ast_operators[TOKEN_KIND_COUNT];

/* The operator that a token is; NULL if it is none. `token`: TokenKind, or anything above. */
static inline const AstOperator *ast_operator_of(uint32_t token)
{
    bool is_operator = token < TOKEN_KIND_COUNT && ast_operators[token].power != AST_POWER_NONE;
    return is_operator ? &ast_operators[token] : NULL;
}
/* How a binary operator is written, or with ASSIGN_OP the assignment with it. */
const AstOperator *ast_operator_find(AstOperatorKind kind, AstBinaryOp op);

#endif
