/* Macro matching and transcription: private to expand. */
#ifndef RSCC_EXPAND_EXPAND_PRIV_H
#define RSCC_EXPAND_EXPAND_PRIV_H

#include "expand/expand.h"

/* Delimiters and repetitions of a definition nest at most this deep. */
enum { MACRO_NESTING_MAX = 200 };
/* An expansion has at most this many tokens. */
enum { EXPANSION_TOKENS_MAX = 1 << 20 };

VEC_TYPE(TokenVec, token_vec, Token)
VEC_TYPE(TokenSpanVec, token_span_vec, TokenSpan)
VEC_TYPE(MarkVec, mark_vec, HygieneMark)

/* The arguments of a call as rules see them: doc comments are `#[doc = ".."]`. */
typedef struct {
    Token *tokens;
    TokenSpan *origins;
    uint32_t count;
} MacroInput;

/* What a macro variable stands for: a run of the input, or one capture per repetition. */
typedef struct Capture Capture;
struct Capture {
    bool is_leaf;
    uint32_t lo, hi; /* of a leaf: tokens of the input */
    Capture **items; /* of a repetition */
    uint32_t count, capacity;
};
typedef struct {
    SymId name;
    uint32_t mark;
    uint8_t fragment; /* AstFragment */
    Capture *root;
} MacroBinding;
typedef struct {
    MacroBinding *items;
    uint32_t count;
} MacroBindings;

typedef enum { MATCH_OK, MATCH_FAILED, MATCH_ERROR } MatchState;
typedef struct {
    MatchState state;
    MacroBindings bindings; /* OK */
    uint32_t at; /* FAILED: token of the input that no rule allows; its count: tokens are missing */
    const MacroTree *expected; /* FAILED: what was looked for last; NULL unknown */
    bool expected_separator;   /* FAILED: the separator of that repetition */
    SyntaxErrorVec errors;     /* ERROR: a fragment that does not parse, places in the input */
    Str ambiguity;             /* ERROR: at `at`; or empty */
} MatchResult;

/* Matches the whole input against one rule's matcher. All memory from parse->scratch. */
MatchResult macro_match(const ParseContext *parse, const MacroDefinition *macro,
                        const MacroRule *rule, const MacroInput *input);

typedef struct {
    Job *job;
    CallId call;
    ItemId macro_item;
    const MacroDefinition *macro;
    const MacroInput *input;
    const MarkTable *input_marks;      /* NULL: none */
    const MarkTable *definition_marks; /* NULL: none */
    TokenVec tokens;                   /* out */
    TokenSpanVec origins;
    MarkVec marks;
    bool is_error; /* reported */
} Transcription;
void macro_transcribe(Transcription *t, const MacroRule *rule, const MacroBindings *bindings);

/* Places of a macro's definition. */
TokenSpan macro_body_span(ItemId macro, uint32_t lo, uint32_t hi);
TokenSpan macro_head_span(ItemId macro);

/* A call's place among those of its owner; NULL if it is not there (any more). */
const CallSite *expand_call_site(Job *job, CallRecord record);
/* The arguments of a call, and where each was written. */
void expand_call_input(Job *job, CallRecord record, const CallSite *site, TokenVec *tokens,
                       TokenSpanVec *origins);

/* Is the token a word that may name a macro variable? */
bool macro_token_is_word(Token token);
/* Tokens with doc comments rewritten as `#[doc = "text"]`. */
void macro_input_add(Interners *interners, TokenVec *tokens, TokenSpanVec *origins, Token token,
                     TokenSpan origin);

#endif
