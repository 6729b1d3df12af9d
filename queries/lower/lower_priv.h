/* Lowering: private to lower. One Lower per item header or body. */
#ifndef RSCC_LOWER_LOWER_PRIV_H
#define RSCC_LOWER_LOWER_PRIV_H

#include "lower/lower.h"
#include "resolve/resolve_body.h"

/* Expressions, patterns and types nest at most this deep, expansions included. */
enum { LOWER_DEPTH_MAX = 1600 };

VEC_TYPE(HirExprVec, hir_expr_vec, HirExpr)
VEC_TYPE(HirPatVec, hir_pat_vec, HirPat)
VEC_TYPE(HirTyVec, hir_ty_vec, HirTy)
VEC_TYPE(HirStmtVec, hir_stmt_vec, HirStmt)
VEC_TYPE(HirBlockVec, hir_block_vec, HirBlock)
VEC_TYPE(HirPathVec, hir_path_vec, HirPath)
VEC_TYPE(HirSegmentVec, hir_segment_vec, HirSegment)
VEC_TYPE(HirGenericArgVec, hir_generic_arg_vec, HirGenericArg)
VEC_TYPE(HirConstraintVec, hir_constraint_vec, HirConstraint)
VEC_TYPE(HirLiteralVec, hir_literal_vec, HirLiteral)
VEC_TYPE(HirLifetimeVec, hir_lifetime_vec, HirLifetime)
VEC_TYPE(HirLocalVec, hir_local_vec, HirLocal)
VEC_TYPE(HirArmVec, hir_arm_vec, HirArm)
VEC_TYPE(HirFieldInitVec, hir_field_init_vec, HirFieldInit)
VEC_TYPE(HirFieldPatVec, hir_field_pat_vec, HirFieldPat)
VEC_TYPE(HirGenericParamVec, hir_generic_param_vec, HirGenericParam)
VEC_TYPE(HirPredicateVec, hir_predicate_vec, HirPredicate)
VEC_TYPE(HirFieldDefVec, hir_field_def_vec, HirFieldDef)
VEC_TYPE(HirVariantDefVec, hir_variant_def_vec, HirVariantDef)
VEC_TYPE(HirAssocItemVec, hir_assoc_item_vec, HirAssocItem)
VEC_TYPE(SpanVec, span_vec, TokenSpan)
VEC_TYPE(LoweredConstVec, lowered_const_vec, LoweredConst)
VEC_TYPE(BlockItemVec, block_item_vec, BlockItem)
VEC_TYPE(LoweredCallVec, lowered_call_vec, LoweredCall)

/* ---- a HIR body under construction (lower_build.c)
 * -------------------------------------------------- */
typedef struct Builder Builder;
struct Builder {
    Builder *outer; /* the body around an anonymous constant */
    DefId owner;
    uint32_t parity; /* of span indexes: 0 header, 1 body */
    bool has_error;
    uint32_t label_count;
    HirExprVec exprs;
    HirPatVec pats;
    HirTyVec tys;
    HirStmtVec stmts;
    HirBlockVec blocks;
    HirPathVec paths;
    HirSegmentVec segments;
    HirGenericArgVec generic_args;
    HirConstraintVec constraints;
    HirLiteralVec literals;
    HirLifetimeVec lifetimes;
    HirLocalVec locals;
    HirArmVec arms;
    HirFieldInitVec fields;
    HirFieldPatVec field_pats;
    U32Vec lists;
    SpanVec spans;
};
void builder_init(Builder *b, Arena *scratch, DefId owner, uint32_t parity, TokenSpan name);
HirBody builder_finish(const Builder *b, Arena *out);
TokenSpan *builder_spans(const Builder *b, Arena *out, uint32_t *count);
/* Copies ids into the body's lists. */
IdRange builder_list(Builder *b, const U32Vec *ids);

/* ---- what is being read
 * ------------------------------------------------------------------------------ */
/* A tree with the run it was parsed from, and what names in it need. */
typedef struct {
    const Ast *ast;
    const TokenRun *run;
    ItemId item; /* owner of the calls in it: an item, or the root of an expansion */
    Anchor anchor;
    const TokenSpanList *origins; /* of an expansion; NULL: the run is the item's */
    const MarkTable *marks;       /* NULL: all marks are 0 */
    const CallSites *sites;       /* read when the first macro call is met */
} Source;

/* Hygiene contexts of this body: 0 is none; others by (parent, call). */
typedef struct {
    uint32_t parent;
    CallId call;
    ItemId macro;
} Context;
VEC_TYPE(ContextVec, context_vec, Context)

/* ---- scopes (lower_scope.c)
 * --------------------------------------------------------------------------- */
typedef enum {
    RIB_LOCAL,    /* name in context -> local */
    RIB_TYPE,     /* name -> def: a type parameter */
    RIB_CONST,    /* name -> def: a const parameter */
    RIB_LIFETIME, /* name -> def: a lifetime parameter */
    RIB_BLOCK,    /* items of block `index` of `scopes` */
    RIB_MACRO,    /* macro_rules `name`: names behind it are its definition's */
    RIB_BARRIER,  /* of an anonymous constant: locals below are out of reach */
} RibKind;
typedef struct {
    uint8_t kind; /* RibKind */
    SymId name;
    uint32_t context;
    HirLocalId local;
    DefId def;
    uint32_t index;
    ItemId macro;
    /* Set when it is pushed: positions in `ribs`, plus 1, of the next one outward with this name,
     * and of the next one that is no name; 0: none. Bodies have thousands of locals, of which a
     * lookup sees its own. */
    uint32_t same_name, structure;
} Rib;
VEC_TYPE(RibVec, rib_vec, Rib)

/* A loop or labelled block. */
typedef struct {
    SymId name; /* none: no label was written */
    uint32_t context;
    HirLabelId label;
    uint8_t source; /* HirLoopSource */
    bool is_loop;
    bool in_condition; /* reading the condition of a `while` */
    bool is_barrier;   /* of a closure or constant: labels below are out of reach */
    const char *barrier;
    TokenSpan span; /* of the label, or of the closure's head */
} LabelRib;
VEC_TYPE(LabelRibVec, label_rib_vec, LabelRib)

/* A node of a tree that is not part of the program. */
typedef struct {
    const Ast *ast;
    AstPos lo, hi;
} AbsentNode;
VEC_TYPE(AbsentNodeVec, absent_node_vec, AbsentNode)

typedef struct {
    Job *job;
    Interners *in;
    Arena *out;
    Arena *scratch;
    DefId owner; /* whose header or body */
    Place place; /* where names are looked up that scopes do not know */
    Source *source;
    Builder *b;
    RibVec ribs;
    Map rib_names; /* SymId -> position, plus 1, of the innermost rib of the name; 0: none */
    LabelRibVec labels;
    ContextVec contexts;
    Res self;                /* what `Self` is: RES_SELF_TYPE, or RES_ERROR */
    bool has_self_value;     /* a method: `self` is a local */
    bool is_quiet_lifetimes; /* bodies: lifetimes are not told apart */
    BodyScopes *scopes;      /* of a body */
    uint32_t depth;
    bool is_too_deep;
    bool is_muted; /* what was written is not all there: mistakes may only follow from that */
    ExpandBudget budget;
    uint32_t const_count, closure_count;
    LoweredConstVec consts;
    LoweredCallVec calls;
    AbsentNodeVec absent;
    TokenSpan fn_span;           /* of the function's name, for messages */
    AstPos around_lo, around_hi; /* the call or pattern whose path is lowered, for messages */
} Lower;

void lower_init(Lower *l, Job *job, DefId owner);
/* The span of [lo, hi) of what is being read. */
TokenSpan lower_place_of(const Lower *l, AstPos lo, AstPos hi);
/* The same as an index in the span table. */
uint32_t lower_span(Lower *l, AstPos lo, AstPos hi);
DiagSpan lower_at(const Lower *l, AstPos lo, AstPos hi);
void lower_emit(Lower *l, Diag *diag);
void lower_unsupported(Lower *l, AstPos lo, AstPos hi, const char *feature);
/* False (reported once) when nesting is too deep. Balanced by lower_leave. */
bool lower_enter(Lower *l, AstPos lo, AstPos hi);
static inline void lower_leave(Lower *l)
{
    l->depth--;
}
Str lower_text(const Lower *l, SymId sym);

uint32_t scope_context(Lower *l, uint32_t mark);
void scope_push_local(Lower *l, SymId name, uint32_t context, HirLocalId local);
void scope_push(Lower *l, Rib rib);
void scope_pop_to(Lower *l, uint32_t count);
/* The innermost block, macro or barrier around, and the next one outward; NULL: none. */
const Rib *scope_structure(const Lower *l);
const Rib *scope_structure_outward(const Lower *l, const Rib *rib);
/* What an identifier means by the scopes of this item or body; kind RES_ERROR: nothing.
 * *out_of_reach: a local behind a barrier. */
typedef struct {
    Res res;
    DefId visible_in;
    bool is_out_of_reach;
    bool is_ambiguous;
} ScopeAnswer;
ScopeAnswer scope_find(Lower *l, const AstIdent *ident, Namespace name_space);
/* A lifetime parameter; none: not there. */
DefId scope_find_lifetime(const Lower *l, SymId name);
/* A macro by bare name in the textual scope of the body; none: not there. */
ItemId scope_find_macro(Lower *l, const AstIdent *ident);

/* Is the macro defined in a block around? */
bool scope_has_macro(const Lower *l, ItemId macro);

/* ---- paths (lower_path.c, lower_report.c)
 * --------------------------------------------------------------- */
typedef enum {
    PATH_TYPE,
    PATH_TRAIT,
    PATH_EXPR,
    PATH_CALLEE,
    PATH_PAT,
    PATH_TUPLE_STRUCT,
    PATH_STRUCT
} PathSource;
/* Resolved, or reported with RES_ERROR. */
HirPathId lower_path(Lower *l, AstPathId path, PathSource source);
/* A path of one bare segment that is known already. */
HirPathId lower_known_path(Lower *l, const AstIdent *name, Res res);
HirSegmentId lower_segment(Lower *l, AstSegmentId segment);
const AstPath *lower_ast_path(const Lower *l, AstPathId path);
const AstSegment *lower_path_segment(const Lower *l, const AstPath *path, uint32_t i);
/* Quietly: what the path is in the name space; RES_ERROR if it is nothing. */
Res lower_try_path(Lower *l, AstPathId path, Namespace name_space);
Res lower_try_words(Lower *l, const AstPath *path, const PathWord *words, Namespace name_space);
bool path_accepts(Lower *l, PathSource source, Res res);
void report_path(Lower *l, const AstPath *path, PathSource source, const ResolvedPath *resolved,
                 const PathWord *words);
void report_unexpected(Lower *l, const AstPath *path, PathSource source, Res res);
bool report_struct_variant(Lower *l, const AstPath *path, PathSource source,
                           const ResolvedPath *resolved, const PathWord *words);
/* The constructor kind of a CTOR; HIR_CTOR_STRUCT if unknown. */
HirCtorKind lower_ctor_kind(Lower *l, DefId ctor);
DiagSpan lower_def_span(Lower *l, DefId def);

/* ---- types, generics (lower_ty.c, lower_generics.c)
 * ---------------------------------------------------- */
HirTyId lower_ty(Lower *l, AstTyId ty);
/* What a function returns: there `!` is stable. */
HirTyId lower_return_ty(Lower *l, AstTyId id);
HirTyId ty_push(Lower *l, HirTyKind kind, AstPos lo, AstPos hi, HirTy ty);
HirLifetimeId lower_lifetime(Lower *l, AstLifetimeId lifetime, AstPos lo, AstPos hi);
/* An anonymous constant: its DefId, or a const parameter's when the expression is just its name. */
DefId lower_anon_const(Lower *l, AstExprId expr, DefId parent_or_none);
bool lower_abi(Lower *l, const AstFnHeader *header, AstPos lo, AstPos hi, uint8_t *abi);

/* ---- expressions (lower_expr.c, lower_control.c)
 * --------------------------------------------------------- */
HirExprId lower_expr(Lower *l, AstExprId expr);
HirExprId expr_push(Lower *l, HirExprKind kind, AstPos lo, AstPos hi, HirExpr expr);
HirExprId expr_error(Lower *l, AstPos lo, AstPos hi);
IdRange lower_expr_list(Lower *l, IdRange list);
HirLiteralId lower_literal(Lower *l, TokenKind kind, SymId text);
HirExprId lower_if(Lower *l, const AstExpr *expr);
HirExprId lower_while(Lower *l, const AstExpr *expr);
HirExprId lower_loop(Lower *l, const AstExpr *expr);
HirExprId lower_match(Lower *l, const AstExpr *expr);
HirExprId lower_break(Lower *l, const AstExpr *expr);
HirExprId lower_continue(Lower *l, const AstExpr *expr);
HirExprId lower_closure(Lower *l, const AstExpr *expr);
HirExprId lower_block_expr(Lower *l, const AstExpr *expr);

/* ---- blocks and macros (lower_block.c, lower_macro.c)
 * ------------------------------------------------------ */
HirBlockId lower_block(Lower *l, AstBlockId block);
/* The block as an expression. */
HirExprId lower_block_as_expr(Lower *l, AstBlockId block);
/* A macro call that expands to a fragment: the tree to read in its place. False: reported. Between
 * begin and end l->source is the expansion. */
typedef struct {
    Source *saved;
    Source source;
} Expanded;
bool macro_begin(Lower *l, AstMacroCallId call, AstFragment fragment, Expanded *expanded);
void macro_end(Lower *l, const Expanded *expanded);
/* The tree of an expansion. */
Source macro_source(Job *job, CallId call);
/* The id of a call whose macro is found; quiet: without a report. */
bool macro_call_id(Lower *l, AstMacroCallId call, AstFragment fragment, bool quiet, CallId *id);

/* ---- patterns (lower_pat.c)
 * ------------------------------------------------------------------------------- */
/* What a pattern belongs to, for messages; `if let` counts as `let`. */
typedef enum { PATTERN_OF_MATCH, PATTERN_OF_LET, PATTERN_OF_PARAMETER } PatternSource;
HirPatId lower_pat(Lower *l, AstPatId pat, PatternSource source);
/* The parameters of a function: one set of bindings. */
typedef struct {
    SymId name;
    uint32_t context;
    HirLocalId local;
    TokenSpan span;
    bool by_ref, ref_mut;
} Binding;
VEC_TYPE(BindingVec, binding_vec, Binding)
/* A pattern whose bindings are checked against those of `seen` (E0415 among parameters, E0416
 * inside one pattern), and put in scope. */
HirPatId lower_pat_with(Lower *l, AstPatId pat, BindingVec *seen, PatternSource source);

/* ---- items (lower_item.c, lower_generics.c, lower_attr.c)
 * -------------------------------------------------- */
Source lower_source(Job *job, ItemId item, Anchor anchor);
/* Generic parameters of a definition and of what it stands in come in scope; `Self` is set. */
void lower_scope_of(Lower *l, DefId def);
typedef struct {
    HirGenericParamVec params;
    HirPredicateVec predicates;
} LoweredGenerics;
/* Parameters and predicates of the item's own generics. */
void lower_generics(Lower *l, AstGenericsId generics, DefId def, LoweredGenerics *out);
/* `subject: bounds`; a type (none: the item itself) or a lifetime. */
void lower_bounds(Lower *l, IdRange bounds, HirTyId ty_or_none, HirLifetimeId lifetime_or_none,
                  LoweredGenerics *out);
void lower_attributes(Lower *l, ItemId item, HirItem *out);
/* Do the `cfg` attributes of the node [lo, hi) of what is being read hold? */
bool lower_is_configured(Lower *l, IdRange attrs, AstPos lo, AstPos hi);
/* Reports attributes in what is being read that are none; it has been read whole, so that what is
 * not part of the program is known. */
void lower_check_attributes(Lower *l);

/* ---- unstable features (lower_gate.c)
 * --------------------------------------------------------------------------- */
#define LOWER_GATE_TABLE(X)                                                                        \
    X(ASSOC_TYPE_DEFAULT, "associated_type_defaults", 29661,                                       \
      "associated type defaults are unstable")                                                     \
    X(AUTO_TRAIT, "auto_traits", 13231, "auto traits are experimental and possibly buggy")         \
    X(CONST_TRAIT, "const_trait_impl", 143874, "const trait impls are experimental")               \
    X(EXPR_ATTRIBUTE, "stmt_expr_attributes", 15701, "attributes on expressions are experimental") \
    X(EXTERN_TYPE, "extern_types", 43467, "extern types are experimental")                         \
    X(FIELD_DEFAULT, "default_field_values", 132162, "default values on fields are experimental")  \
    X(NEGATIVE_IMPL, "negative_impls", 68318,                                                      \
      "negative trait bounds are not fully implemented; use marker types for now")                 \
    X(NEVER_TYPE, "never_type", 35121, "the `!` type is experimental")                             \
    X(SPECIALIZATION, "specialization", 31844, "specialization is unstable")                       \
    X(TRAIT_ALIAS, "trait_alias", 41517, "trait aliases are experimental")
typedef enum {
#define X(U, ...) GATE_##U,
    LOWER_GATE_TABLE(X)
#undef X
} LowerGate;
/* May the crate have what stands at [lo, hi)? Otherwise reports it: false. */
bool lower_gate(Lower *l, LowerGate gate, AstPos lo, AstPos hi);
/* Reports a bug of ours if what lowering made has not the shape others rely on. */
bool lower_body_is_valid(Interners *in, const HirBody *body);
bool lower_item_is_valid(Interners *in, const HirItem *item);
/* The name of the item that a header declares; its first token if it has none. */
AstIdent lower_item_name(const Ast *ast);
/* A field's name, for tuple fields its position. */
SymId lower_field_name(Interners *in, const AstFieldDef *field, uint32_t index);

#endif
