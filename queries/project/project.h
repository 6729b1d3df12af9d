/* Manifests and the crate graph: which crates a workspace has, their roots, editions and
 * dependencies. toml++ appears here only. */
#ifndef RSCC_PROJECT_PROJECT_H
#define RSCC_PROJECT_PROJECT_H

#include "project/project_types.h"
#include "source/source.h"

typedef struct {
    SymId name; /* as the dependent crate writes it */
    DefId crate;
} CrateDependency;
/* A crate: its DefId is the root of its def paths. */
typedef struct {
    DefId crate;
    SymId name; /* of the crate: `-` replaced by `_` */
    SymId package_name;
    SymId package_version;
    uint8_t kind;    /* TargetKind */
    uint8_t edition; /* Edition */
    FileId root_file;
    bool is_primary;               /* a member of the workspace: warnings are shown */
    CrateDependency *dependencies; /* ordered by name */
    uint32_t dependency_count;
} CrateInfo;
/* The cfgs set for a crate, `name` or `name="value"`, sorted. Only cfg_fact reads the list, so that
 * a cfg which flips re-runs nobody but those who asked for it. */
typedef struct {
    SymId *cfgs;
    uint32_t count;
} CrateCfgs;
typedef struct {
    DefId crate;
    SymId cfg;
} CfgKey;
typedef struct {
    bool is_set;
} CfgFact;
typedef struct {
    DefId *crates; /* dependencies before dependents, then by name */
    uint32_t count;
} CrateGraph;

/* The single key of workspace-wide facts. */
typedef struct {
    uint32_t unused;
} WorkspaceKey;

#define QUERY QUERY_DECLARE
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    QUERY_DECLARE_ACCESSOR(name, KeyType, ValueType)
#include "project/project_queries.def"
#undef QUERY
#undef QUERY_INPUT

#endif
