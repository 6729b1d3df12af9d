#include "resolve/resolve.h"
#include "unit/support/support.h"
#include "unit/unit.h"

typedef struct {
    TestWorkspace *ws;
    DefId crate;
    const char *path; /* `a::b::c` */
    Text out;
} Question;

/* Names what the last word of the path means in the module the others name, in each name space. */
static void ask(Job *job, void *argument)
{
    Question *q = argument;
    Interners *in = job_interners(job);
    Str path = str_from_c(q->path);
    DefId module = q->crate;
    q_crate_def_map(job, q->crate);
    while (path.bytes > 0) {
        size_t end = 0;
        while (end < path.bytes && path.data[end] != ':')
            end++;
        SymId name = sym_intern(in, (Str){ path.data, end });
        bool is_last = end == path.bytes;
        for (uint32_t n = 0; n < NAMESPACE_COUNT; n++) {
            const ScopeName *found = q_scope_name(job, (ScopeNameKey){ module, name, n });
            if (is_last && found->is_found) {
                text_addf(&q->out, "%s%c ", found->is_ambiguous ? "ambiguous " : "", "tvm"[n]);
                if (found->res.kind == RES_DEF)
                    def_qualified_text(in, found->res.def, &q->out);
                text_add_char(&q->out, '\n');
            }
            if (!is_last && n == NAMESPACE_TYPE) {
                assert_true(found->is_found);
                module = found->res.def;
                break;
            }
        }
        path.data += is_last ? end : end + 2;
        path.bytes -= is_last ? end : end + 2;
    }
}

static const char *meaning(TestWorkspace *ws, DefId crate, const char *path)
{
    Question q = { .ws = ws, .crate = crate, .path = path };
    text_init(&q.out, workspace_arena(ws));
    workspace_run(ws, ask, &q);
    return q.out.data ? q.out.data : "";
}

static TestWorkspace *one_file(const char *text, DefId *crate)
{
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs", text);
    *crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    return ws;
}

static void items_and_imports(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = one_file("#![no_core]\n"
                                 "mod a { pub struct S; pub fn f() {} pub use self::inner::deep as "
                                 "d; mod inner { pub fn deep() {} } }\n"
                                 "use a::{self as b, S, f as g};\n"
                                 "use a::d;\n"
                                 "pub enum E { One, Two(u8), Three {} }\n"
                                 "use E::*;\n",
                                 &crate);
    assert_string_equal(meaning(ws, crate, "S"), "t app::a::S\nv app::a::S::{constructor#0}\n");
    assert_string_equal(workspace_diagnostics(ws), "");
    assert_string_equal(meaning(ws, crate, "g"), "v app::a::f\n");
    assert_string_equal(meaning(ws, crate, "d"), "v app::a::inner::deep\n");
    assert_string_equal(meaning(ws, crate, "b::f"), "v app::a::f\n");
    assert_string_equal(meaning(ws, crate, "nope"), "");
    workspace_free(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_and_imports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
