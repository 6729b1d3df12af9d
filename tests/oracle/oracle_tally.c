#include "oracle/oracle_tally.h"

#include <stdio.h>

void tally_add(Tally *sum, const Tally *other)
{
    for (int i = 0; i < TALLY_KINDS; i++) {
        sum->kinds[i].edits += other->kinds[i].edits;
        sum->kinds[i].failed += other->kinds[i].failed;
        sum->kinds[i].changed += other->kinds[i].changed;
    }
    sum->sequences += other->sequences;
    sum->commands += other->commands;
    sum->differences += other->differences;
    sum->bad_starts += other->bad_starts;
    sum->crashes += other->crashes;
    sum->new_binaries += other->new_binaries;
    sum->runs += other->runs;
    sum->run_failures += other->run_failures;
    sum->run_endless += other->run_endless;
    sum->rustc_both += other->rustc_both;
    sum->rustc_neither += other->rustc_neither;
    sum->rustc_output_differs += other->rustc_output_differs;
    sum->rustc_only += other->rustc_only;
    sum->rscc_only += other->rscc_only;
    sum->ns += other->ns;
}

static double share(uint32_t part, uint32_t whole)
{
    return whole ? 100.0 * part / whole : 0;
}

static void print_kind(const char *name, const TallyKind *kind)
{
    if (kind->edits)
        printf("  %-18s %6u %6.0f %% %6.0f %%\n", name, kind->edits,
               share(kind->failed, kind->edits), share(kind->changed, kind->edits));
}

static TallyKind sum_of_kinds(const Tally *t)
{
    TallyKind all = { 0 };
    for (int i = 0; i < TALLY_KINDS; i++) {
        all.edits += t->kinds[i].edits;
        all.failed += t->kinds[i].failed;
        all.changed += t->kinds[i].changed;
    }
    return all;
}

bool tally_mix_is_good(const Tally *t)
{
    enum { EDITS_MIN = 500, PERCENT_MIN = 30 };
    TallyKind all = sum_of_kinds(t);
    double least = PERCENT_MIN;
    return all.edits < EDITS_MIN ||
           (share(all.failed, all.edits) >= least && share(all.changed, all.edits) >= least);
}

void tally_print(const Tally *t)
{
    TallyKind all = sum_of_kinds(t);
    printf("  %-18s %6s %8s %8s\n", "edit", "number", "fail", "change");
    for (int i = 0; i < TALLY_KINDS; i++)
        print_kind(i == TALLY_REVERT ? "revert" : edit_names[i], &t->kinds[i]);
    print_kind("all", &all);
    printf("%u sequences, %u edits: %.1f %% do not compile, %.1f %% compile and change the "
           "program's output; %u new binaries; "
           "%u programs run, of which %u ended with a failure and %u did not end\n",
           t->sequences, all.edits, share(all.failed, all.edits), share(all.changed, all.edits),
           t->new_binaries, t->runs, t->run_failures, t->run_endless);
    if (t->rustc_both + t->rustc_neither + t->rustc_only + t->rscc_only)
        printf("against rustc: %u programs both compile, of which %u differ in output; %u both "
               "reject, %u only rustc accepts, "
               "%u only rscc accepts\n",
               t->rustc_both, t->rustc_output_differs, t->rustc_neither, t->rustc_only,
               t->rscc_only);
    printf("%u differences, %u crashes, %u programs that should compile at the start and do not\n",
           t->differences, t->crashes, t->bad_starts);
}
