/* SPDX-License-Identifier: EUPL-1.2 */
#include "station-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "db/outbox-store.h"
#include "service/enrolment.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/message.h"

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)

static void
must(gboolean done, GError *error)
{
    g_assert_no_error(error);
    g_assert_true(done);
}

static void
write_text(const char *folder, const char *name, const char *text)
{
    GError *error = NULL;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    must(g_file_set_contents(path, text, -1, &error), error);
}

void
station_fixture_init(StationFixture *self)
{
    const GuichetVaultChoice on_disk = {NULL, FALSE};
    station_fixture_init_vault(self, &on_disk);
}

void
station_fixture_init_vault(StationFixture *self, const GuichetVaultChoice *vault)
{
    GError *error = NULL;
    self->folder = g_dir_make_tmp("guichet-station-XXXXXX", &error);
    g_assert_no_error(error);
    self->root = g_build_filename(self->folder, "station", NULL);
    self->answer = g_build_filename(self->folder, "answer", NULL);
    g_assert_cmpint(g_mkdir(self->answer, 0700), ==, 0);
    g_autofree char *procedures =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
    must(guichet_station_init_vault(self->root, "mairie-1", "Mairie d’essai", procedures, vault,
                                    &error),
         error);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    must(guichet_station_add_agent(self->root, FIXTURE_AGENT, passphrase, FIXTURE_COST, NULL, NULL,
                                   &error),
         error);
    self->ca_key = guichet_key_generate(&error);
    g_assert_no_error(error);
    self->ca = guichet_ca_make_root(self->ca_key, "Racine d’essai", 30, &error);
    g_assert_no_error(error);
}

void
station_fixture_issue(StationFixture *self, const char *file, const char *csr_pem, GuichetRole role,
                      gint64 not_before_us, gint64 not_after_us)
{
    GError *error = NULL;
    g_autoptr(GuichetCertificate) certificate = guichet_ca_issue(
        self->ca_key, self->ca, csr_pem, role, not_before_us, not_after_us, NULL, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *pem = guichet_certificate_to_pem(certificate);
    write_text(self->answer, file, pem);
    if (role == GUICHET_ROLE_CENTRE_SEAL) {
        g_clear_pointer(&self->seal, guichet_certificate_unref);
        self->seal = g_steal_pointer(&certificate);
    }
}

void
station_fixture_enrol(StationFixture *self)
{
    GError *error = NULL;
    gint64 now = guichet_instant_now().wall_us;
    static const struct {
        const char *csr, *file;
        GuichetRole role;
    } ours[] = {{"sign.csr", "station-sign.crt", GUICHET_ROLE_STATION_SIGN},
                {"tls.csr", "station-tls.crt", GUICHET_ROLE_STATION_TLS}};
    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++) {
        g_autofree char *path = g_build_filename(self->root, "enrol", ours[i].csr, NULL);
        g_autofree char *csr = NULL;
        must(g_file_get_contents(path, &csr, NULL, &error), error);
        station_fixture_issue(self, ours[i].file, csr, ours[i].role, now - DAY_US,
                              now + (self->days != 0 ? self->days : 20) * DAY_US);
    }
    self->seal_key = guichet_key_generate(&error);
    g_assert_no_error(error);
    g_autofree char *csr =
        guichet_key_make_csr(self->seal_key, GUICHET_ROLE_CENTRE_SEAL, "centre", &error);
    g_assert_no_error(error);
    station_fixture_issue(self, "centre-seal.crt", csr, GUICHET_ROLE_CENTRE_SEAL, now - DAY_US,
                          now + (self->days != 0 ? self->days : 20) * DAY_US);
    g_autofree char *root_pem = guichet_certificate_to_pem(self->ca);
    write_text(self->answer, "root.crt", root_pem);
    write_text(self->answer, "centre.json",
               "{\"profile\":\"enrolement/1\",\"url\":\"https://127.0.0.1:1\"}");
    must(guichet_station_enrol(self->root, self->answer,
                               guichet_certificate_get_fingerprint(self->ca), &error),
         error);
}

GuichetDesk *
station_fixture_login(StationFixture *self)
{
    GError *error = NULL;
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    GuichetDesk *desk = guichet_desk_open(self->root, &error);
    g_assert_no_error(error);
    must(guichet_desk_login(desk, FIXTURE_AGENT, passphrase, &error), error);
    return desk;
}

char *
station_fixture_draft(GuichetDesk *desk)
{
    GError *error = NULL;
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "other-case", &error);
    g_assert_no_error(error);
    guichet_desk_set_field(desk, request->id, "description", "Ma mère a hérité d’un tracteur.",
                           &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) page = g_bytes_new_static(FIXTURE_PICTURE, sizeof FIXTURE_PICTURE);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, request->id, "piece", page, "essai", NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(piece);
    return g_strdup(request->id);
}

char *
station_fixture_bundle_path(StationFixture *self, GuichetRequest *request)
{
    g_autofree char *name = g_strdup_printf("%08" G_GINT64_FORMAT "-%s.asice", request->sequence,
                                            request->bundle_sha256);
    return g_build_filename(self->root, "outbox", name, NULL);
}

GBytes *
station_fixture_read_bundle(StationFixture *self, GuichetRequest *request)
{
    g_autofree char *path = station_fixture_bundle_path(self, request);
    char *bytes;
    gsize size;
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

static GBytes *
sign_receipt(StationFixture *self, const GuichetBundleHeader *header, const char *sha256)
{
    GError *error = NULL;
    gint64 now = guichet_instant_now().wall_us;
    g_autoptr(GuichetKey) key = guichet_key_generate(&error);
    g_assert_no_error(error);
    g_autofree char *csr = guichet_key_make_csr(key, GUICHET_ROLE_CENTRE_RECEIPT, "centre", &error);
    g_autoptr(GuichetCertificate) certificate =
        guichet_ca_issue(self->ca_key, self->ca, csr, GUICHET_ROLE_CENTRE_RECEIPT, now - DAY_US,
                         now + DAY_US, NULL, NULL, &error);
    g_assert_no_error(error);
    const GuichetReceipt receipt = {.bundle_sha256 = (char *)sha256,
                                    .station = header->station,
                                    .sequence = header->sequence,
                                    .received_us = now,
                                    .verdict = (char *)"received",
                                    .journal_entries = header->journal_entries,
                                    .journal_head = header->journal_head};
    GBytes *der = guichet_receipt_sign(&receipt, key, certificate, &error);
    g_assert_no_error(error);
    return der;
}

void
station_fixture_receive(StationFixture *self, GuichetRequest *request)
{
    GError *error = NULL;
    g_autofree char *root = g_build_filename(self->root, "trust/root.crt", NULL);
    g_autofree char *store = g_build_filename(self->root, "station.db", NULL);
    g_autofree char *folder = g_build_filename(self->root, "outbox", NULL);
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(self, request);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    must(guichet_bundle_verify(bundle, trust, guichet_instant_now().wall_us, &header, NULL, &error),
         error);
    g_autoptr(GBytes) der = sign_receipt(self, header, request->bundle_sha256);
    g_autoptr(GuichetOutboxStore) outbox = guichet_outbox_store_open(store, folder, &error);
    must(guichet_outbox_record_receipt(GUICHET_OUTBOX(outbox), request->bundle_sha256, der, &error),
         error);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_tree(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

void
station_fixture_clear(StationFixture *self)
{
    remove_tree(self->folder);
    g_clear_pointer(&self->folder, g_free);
    g_clear_pointer(&self->root, g_free);
    g_clear_pointer(&self->answer, g_free);
    g_clear_pointer(&self->ca_key, guichet_key_free);
    g_clear_pointer(&self->seal_key, guichet_key_free);
    g_clear_pointer(&self->ca, guichet_certificate_unref);
    g_clear_pointer(&self->seal, guichet_certificate_unref);
}
