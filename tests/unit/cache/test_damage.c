/* Bits flipped and files cut at random: nothing crashes, nothing comes back that was not put, and
 * the store works again afterwards. $RSCC_DAMAGE_RUNS sets the number of rounds, $RSCC_TEST_SEED
 * the seed. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

enum { STORED_BUILDS = 10 };

/* Of the round under way; still set when it failed. */
static uint64_t round_seed;

static int tell_seed(void **state)
{
    (void)state;
    if (round_seed)
        print_message("failed with seed %llu\n", (unsigned long long)round_seed);
    round_seed = 0;
    return 0;
}

static void run_command(const char *format, const char *a, const char *b)
{
    char command[1600];
    snprintf(command, sizeof command, format, a, b);
    assert_int_equal(system(command), 0);
}

/* A closed store, or (with_log) the files of one as a killed process leaves them. */
static void make_template(Fixture *fixture, bool with_log)
{
    fixture_init(fixture);
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < STORED_BUILDS; i++) {
        assert_true(status_ok(build_put(cache, i)));
        if (with_log && i == STORED_BUILDS / 2)
            cache_idle(cache);
    }
    if (!with_log) {
        cache_close(cache);
        return;
    }
    Fixture copy;
    fixture_init(&copy);
    run_command("cp -r '%s/.' '%s' && rm -f '%2$s'/e1/*-shm", fixture->dir, copy.dir);
    cache_close(cache);
    fixture_release(fixture);
    *fixture = copy;
}

static void start_round(const Fixture *template, Fixture *fixture)
{
    fixture_init(fixture);
    run_command("cp -r '%s/.' '%s'", template->dir, fixture->dir);
}

/* ---- damage ---- */

static void flip_bits(Random *random, const char *path)
{
    size_t bytes = file_size(path);
    uint64_t flips = 1 + random_below(random, 8);
    /* Half of them in the first page, where the structure is. */
    size_t range = random_below(random, 2) && bytes > 8192 ? 8192 : bytes;
    for (uint64_t i = 0; i < flips; i++)
        file_flip_bit(path, random_below(random, range), (unsigned)random_below(random, 8));
}

static void copy_block(Random *random, const char *path)
{
    char block[4096];
    size_t bytes = file_size(path);
    if (bytes <= sizeof block)
        return;
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)random_below(random, bytes - sizeof block), SEEK_SET), 0);
    assert_int_equal(fread(block, 1, sizeof block, file), sizeof block);
    assert_int_equal(fseek(file, (long)random_below(random, bytes - sizeof block), SEEK_SET), 0);
    assert_int_equal(fwrite(block, 1, sizeof block, file), sizeof block);
    fclose(file);
}

static void damage(Random *random, const char *path)
{
    size_t bytes = file_size(path);
    if (bytes == 0)
        return;
    switch (random_below(random, 4)) {
    case 0:
        file_truncate_to(path, random_below(random, bytes));
        break;
    case 1:
        copy_block(random, path);
        break;
    default:
        flip_bits(random, path);
        break;
    }
}

static void damage_content_files(Random *random, const Fixture *fixture)
{
    Arena *arena = arena_new(NULL);
    for (uint64_t build = 0; build < STORED_BUILDS; build += 2)
        if (random_below(random, 2))
            damage(random, fixture_cas_path(fixture, blob_hash(build_blob(arena, build, 3))));
    arena_free(arena);
}

/* ---- a round ---- */

/* Reads, writes, reads again. Returns the warnings. */
static void use_damaged(Fixture *fixture)
{
    Cache *cache = fixture_open(fixture);
    ReadBack before = builds_read(cache, 0);
    assert_false(before.wrong);
    assert_true(before.segments <= STORED_BUILDS);
    uint64_t first = 0;
    Status status = build_put(cache, before.segments);
    if (!status_ok(status)) {
        /* The flipped bit may be one of the format's number. */
        if (status.code == STATUS_VERSION) {
            cache_close(cache);
            assert_int_equal(fixture->warnings, 1);
            return;
        }
        assert_true(status.code == STATUS_NOT_FOUND || status.code == STATUS_CORRUPT);
        first = 50;
        status = build_put_alone(cache, first);
        /* Damage can show itself in a write; the next one meets a new file. */
        if (!status_ok(status))
            status = build_put_alone(cache, first);
        assert_true(status_ok(status));
    }
    cache_close(cache);
    if (fixture->warnings > 1)
        fail_msg("%d warnings, the last: %s", fixture->warnings, fixture->warning);
    cache = fixture_open(fixture);
    ReadBack after = builds_read(cache, first);
    assert_false(after.wrong);
    cache_close(cache);
}

static void damage_rounds(const char *suffix, bool with_log, uint64_t seed_offset)
{
    int rounds = test_count("RSCC_DAMAGE_RUNS", 60);
    Fixture template, fixture;
    make_template(&template, with_log);
    for (int i = 0; i < rounds; i++) {
        uint64_t seed = test_seed() + seed_offset + (uint64_t)i;
        Random random = { seed };
        start_round(&template, &fixture);
        round_seed = seed;
        if (suffix)
            damage(&random, fixture_db_path(&fixture, suffix));
        else
            damage_content_files(&random, &fixture);
        alarm(200);
        use_damaged(&fixture);
        alarm(0);
        fixture_release(&fixture);
    }
    round_seed = 0;
    fixture_release(&template);
}

static void of_the_database(void **state)
{
    (void)state;
    damage_rounds("", false, 0);
}

static void of_the_database_under_a_log(void **state)
{
    (void)state;
    damage_rounds("", true, 1000);
}

static void of_the_log(void **state)
{
    (void)state;
    damage_rounds("-wal", true, 2000);
}

static void of_content_files(void **state)
{
    (void)state;
    damage_rounds(NULL, false, 3000);
}

/* Every bit of the database header. */
static void of_the_header_bit_by_bit(void **state)
{
    (void)state;
    Fixture template, fixture;
    make_template(&template, false);
    unsigned step = (unsigned)test_count("RSCC_HEADER_STEP", 5);
    for (unsigned bit = 0; bit < 100 * 8; bit += step) {
        round_seed = bit;
        start_round(&template, &fixture);
        file_flip_bit(fixture_db_path(&fixture, ""), bit / 8, bit % 8);
        alarm(200);
        use_damaged(&fixture);
        alarm(0);
        fixture_release(&fixture);
    }
    round_seed = 0;
    fixture_release(&template);
}

/* A log that is cut holds the builds before the cut. */
static void a_cut_log_gives_whole_builds(void **state)
{
    (void)state;
    Fixture template, fixture;
    make_template(&template, true);
    size_t bytes = file_size(fixture_db_path(&template, "-wal"));
    for (size_t cut = 0; cut < bytes; cut += bytes / 25) {
        start_round(&template, &fixture);
        file_truncate_to(fixture_db_path(&fixture, "-wal"), cut);
        Cache *cache = fixture_open(&fixture);
        ReadBack read = builds_read(cache, 0);
        assert_false(read.wrong);
        assert_int_equal(read.blobs_absent, 0);
        assert_in_range(read.segments, STORED_BUILDS / 2, STORED_BUILDS);
        assert_true(status_ok(build_put(cache, read.segments)));
        cache_close(cache);
        assert_int_equal(fixture.warnings, 0);
        fixture_release(&fixture);
    }
    fixture_release(&template);
}

/* What the background check finds is replaced by the next build. */
static void an_unclean_end_is_checked_in_the_background(void **state)
{
    (void)state;
    Fixture template;
    make_template(&template, false);
    /* One index in place of another: opening does not notice. */
    sql_run(fixture_db_path(&template, ""),
            "UPDATE meta SET value = CAST('0' AS BLOB) WHERE key = 'clean';"
            "PRAGMA writable_schema=ON;"
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name ="
            " 'sqlite_autoindex_record_1') WHERE name = 'sqlite_autoindex_blob_1'");
    Cache *cache = fixture_open(&template);
    for (int i = 0; i < 12000 && template.warnings == 0; i++)
        usleep(10 * 1000);
    assert_int_equal(template.warnings, 1);
    assert_int_equal(build_put_alone(cache, 30).code, STATUS_OK);
    cache_close(cache);
    assert_int_equal(template.warnings, 1);
    cache = fixture_open(&template);
    assert_int_equal(builds_read(cache, 30).blobs_absent, 0);
    cache_close(cache);
    assert_int_equal(template.warnings, 1);
    fixture_release(&template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(of_the_database, tell_seed),
        cmocka_unit_test_teardown(of_the_database_under_a_log, tell_seed),
        cmocka_unit_test_teardown(of_the_log, tell_seed),
        cmocka_unit_test_teardown(of_content_files, tell_seed),
        cmocka_unit_test_teardown(of_the_header_bit_by_bit, tell_seed),
        cmocka_unit_test(a_cut_log_gives_whole_builds),
        cmocka_unit_test(an_unclean_end_is_checked_in_the_background),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
